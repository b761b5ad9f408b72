// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClassifier} from "../../src/interfaces/IClassifier.sol";

/// @title A model whose accuracy is written beforehand
/// @notice Test records carry a number as their sample; after `learnt` contributions those below `rights[learnt]` are
/// answered rightly. Samples of two bytes and labels 0 and 1 fit.
contract ScriptedClassifier is IClassifier {
    address public trainer;
    uint256 public learnt;
    uint256[] public rights;
    bytes[] public lessons;

    constructor(uint256[] memory rights_) {
        rights = rights_;
    }

    function bind(address trainer_) external {
        trainer = trainer_;
    }

    function kind() external pure returns (string memory) {
        return "scripted";
    }

    function labelCount() external pure returns (uint256) {
        return 2;
    }

    function fits(uint16 label, bytes calldata sample) public pure returns (bool) {
        return label < 2 && sample.length == 2;
    }

    function train(bytes calldata records) external returns (uint256 acceptedMap, uint256 newSlots) {
        require(msg.sender == trainer, "only the trainer");
        ++learnt;
        lessons.push(records);
        return (1, 0);
    }

    function agrees(bytes calldata records, uint256 mask) external view returns (uint256 agreeing) {
        uint256 right = rights[learnt];
        uint256 record = 0;
        for (uint256 cursor = 0; cursor < records.length; cursor += 26) {
            if (uint16(bytes2(records[cursor + 24:cursor + 26])) < right) agreeing |= 1 << record;
            ++record;
        }
        agreeing &= mask;
    }

    function predict(bytes calldata) external pure returns (uint16) {
        return 0;
    }
}
