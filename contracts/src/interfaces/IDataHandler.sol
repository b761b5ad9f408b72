// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BatchHeader} from "./ITrainer.sol";

/// @title Where the data of a model lives: in the event, with one commitment per batch in storage
interface IDataHandler {
    /// @notice A batch was added; header and records together are all that settling and rebuilding need.
    event DataAdded(uint64 indexed id, BatchHeader header, uint256 acceptedMap, bytes records);

    /// @notice Contributions of a batch were settled.
    event DataSettled(uint64 indexed id, uint256 refundedMap, uint256 forfeitedMap);

    /// @notice The re-supplied header or records are not those of an open batch.
    error UnknownBatch(uint64 id, uint32 slot);

    /// @notice Stores the commitment of a new batch and publishes its data.
    /// @param draft the header without id and slot, `newSlots` without the handler's own
    /// @return header the complete header
    function add(BatchHeader calldata draft, uint256 acceptedMap, bytes calldata records)
        external
        returns (BatchHeader memory header);

    /// @notice Returns the open contributions of a batch; reverts when header and commitment differ.
    function openMap(BatchHeader calldata header) external view returns (uint256);

    /// @notice Marks contributions as settled; the slot is free again when none is left.
    function close(BatchHeader calldata header, uint256 refundedMap, uint256 forfeitedMap) external;
}
