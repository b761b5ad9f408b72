// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TrainerBound} from "../trainer/TrainerBound.sol";

/// @title A model that its deployer may give knowledge to before it learns from the public
/// @notice What it is given is published, so that anyone rebuilds the model from events alone.
abstract contract Pretrained is TrainerBound {
    /// @notice The model got knowledge by this call, selector included.
    event KnowledgeGiven(bytes call);

    /// @notice Only the deployer gives a model knowledge, and only before a trainer is bound.
    error ModelFixed();
    /// @notice What was given does not fit the model.
    error BadKnowledge();

    modifier givesKnowledge() {
        _checkUnbound();
        _;
        emit KnowledgeGiven(msg.data);
    }

    function _checkUnbound() private view {
        if (msg.sender != deployer || trainer != address(0)) revert ModelFixed();
    }
}
