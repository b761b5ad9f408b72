// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Tanks} from "../../src/forwarder/Tanks.sol";
import {PlainIntake} from "./PlainIntake.sol";
import {PlainSettling} from "./PlainSettling.sol";

/// @title The Forwarder with intake and settling as one would write them down
/// @notice What the packed ones must agree with: answers, events, storage and reverts.
contract PlainForwarder is PlainIntake, PlainSettling {
    constructor(uint256 withdrawalDelayS_) Tanks(withdrawalDelayS_) {}

    receive() external payable {
        if (!_reentrancyGuardEntered() || _paying) revert UnexpectedPayment();
    }
}
