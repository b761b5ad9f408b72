// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BatchHeader, ITrainer, Settlement} from "./ITrainer.sol";

/// @title A mechanism in which players confirm each other's contributions
/// @notice A statement is `validator(20) | record(1)`: the validator confirms the contribution with that record index.
/// Statements of one call concern one batch and follow each other without gaps.
interface IValidatingMechanism {
    /// @notice A batch's statements that took effect, by statement index.
    event Validated(uint64 indexed batchId, uint256 validatedMap, bytes statements);

    /// @notice Takes note of who contributed; whoever never did cannot validate.
    /// @param acceptedMap the records that took effect, by record index
    /// @return newSlots storage words that went from zero to non-zero
    function noteAuthors(bytes calldata records, uint256 acceptedMap) external returns (uint256 newSlots);

    /// @notice Judges statements in order; those that hold settle their contribution.
    /// @param batchId the batch that they concern
    /// @param records its packed records
    /// @param openMap its open contributions, by record index
    /// @return settledMap contributions that are settled by this, by record index
    /// @return outcomes one byte for each statement, see `Outcome`
    function validate(uint64 batchId, bytes calldata records, uint256 openMap, bytes calldata statements)
        external
        returns (uint256 settledMap, bytes memory outcomes);
}

/// @title A trainer whose mechanism takes validations
interface IValidatedTrainer is ITrainer {
    /// @notice The mechanism of this model takes no validations.
    error NoValidations();

    /// @notice Judges the statements about a Forwarder's batch that the Forwarder brings.
    /// @param header the batch
    /// @param records its packed records
    /// @param statements `validator(20) | record(1)` each
    /// @return settlement the contributions that are settled by this
    /// @return outcomes one byte for each statement, see `Outcome`
    function validateBatch(BatchHeader calldata header, bytes calldata records, bytes calldata statements)
        external
        returns (Settlement memory settlement, bytes memory outcomes);
}
