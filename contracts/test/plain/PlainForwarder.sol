// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Tanks} from "../../src/forwarder/Tanks.sol";
import {PlainIntake} from "./PlainIntake.sol";
import {PlainValidating} from "./PlainValidating.sol";

/// @title The Forwarder with intake, settling and validating as one would write them down
/// @notice What the packed ones must agree with: answers, events, storage and reverts.
contract PlainForwarder is PlainIntake, PlainValidating {
    constructor(uint256 withdrawalDelayS_) Tanks(withdrawalDelayS_) {}

    receive() external payable {
        if (!_reentrancyGuardEntered() || _paying) revert UnexpectedPayment();
    }
}
