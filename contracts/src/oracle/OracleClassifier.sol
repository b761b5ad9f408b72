// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Answer, IOracleClassifier, OracleRules} from "../interfaces/IOracleClassifier.sol";
import {IClassifier} from "../interfaces/IClassifier.sol";
import {Bits} from "../libraries/Bits.sol";
import {Records} from "../libraries/Records.sol";
import {TrainerBound} from "../trainer/TrainerBound.sol";
import {OraclePanels} from "./OraclePanels.sol";
import {OracleRequests} from "./OracleRequests.sol";

/// @title A classifier whose model lives outside of the chain
/// @notice An answer is asked for once, for a fee (`request`), and is free for everybody afterwards (`predict`), until
/// its model is replaced or its lifetime ends.
///
/// A trainer may use it like any other classifier, with two differences. It learns nothing: contributions are published
/// by the data handler, the service learns from there, and a new model version begins with `changeModel`. And only samples
/// whose answer is known at that moment fit. For what a stake is put down there is therefore always an answer to judge it
/// by: the latest one, even when its model was replaced meanwhile. A contribution is never forfeited because nobody
/// asked; who expects the new model to think otherwise asks it.
contract OracleClassifier is OracleRequests, TrainerBound {
    using Bits for uint256;

    /// @param rules what never changes
    /// @param responders the first panel
    /// @param quorum how many of them make an answer
    /// @param model fingerprint of the first model
    constructor(OracleRules memory rules, address[] memory responders, uint256 quorum, bytes32 model)
        OraclePanels(responders, quorum, model, rules.minFeeWei)
        OracleRequests(rules)
    {}

    /// @inheritdoc IClassifier
    function kind() external pure returns (string memory) {
        return "oracle";
    }

    /// @inheritdoc IClassifier
    function labelCount() external view returns (uint256) {
        return _labelCount;
    }

    /// @inheritdoc IClassifier
    function fits(uint16 label, bytes calldata sample) public view returns (bool) {
        return label < _labelCount && _isCurrent(_latest(keccak256(sample)));
    }

    /// @inheritdoc IClassifier
    /// @dev Takes what fits and learns nothing.
    function train(bytes calldata records) external view onlyTrainer returns (uint256 acceptedMap, uint256 newSlots) {
        newSlots = 0;
        uint256 cursor = 0;
        for (uint256 record = 0; cursor < records.length; ++record) {
            if (record == Records.MAX_RECORDS) revert Records.TooManyRecords();
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (fits(label, sample)) acceptedMap |= 1 << record;
        }
    }

    /// @inheritdoc IClassifier
    /// @dev By the latest answer, whatever its age; see above.
    function agrees(bytes calldata records, uint256 mask) external view returns (uint256 agreeing) {
        uint256 cursor = 0;
        for (uint256 record = 0; mask >> record != 0; ++record) {
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (!mask.has(record)) continue;
            Answer memory answer = _latest(keccak256(sample));
            if (answer.version != 0 && answer.label == label) agreeing |= 1 << record;
        }
    }

    /// @inheritdoc IClassifier
    function predict(bytes calldata sample) external view returns (uint16) {
        bytes32 sampleHash = keccak256(sample);
        Answer memory answer = _latest(sampleHash);
        if (!_isCurrent(answer)) revert Unanswered(sampleHash);
        return answer.label;
    }
}
