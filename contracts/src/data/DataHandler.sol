// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDataHandler} from "../interfaces/IDataHandler.sol";
import {BatchHeader} from "../interfaces/ITrainer.sol";
import {TrainerBound} from "../trainer/TrainerBound.sol";

/// @title One commitment per batch; the data itself is in the event
/// @notice A batch occupies one slot of two words, a commitment to its header (which commits to its records) and a map of
/// its open contributions, until all of them are settled. Free slots form a list through the commitment words and are
/// used again before a new one is made, so that a steady state creates no storage. No word ever returns to zero: an
/// open map keeps its top bit, a free slot keeps a mark.
contract DataHandler is IDataHandler, TrainerBound {
    struct Slot {
        bytes32 commitment;
        uint256 openMap;
    }

    /// @dev Top bit of every open map, so that the word stays non-zero. Records have the bits below.
    uint256 private constant OCCUPIED = 1 << 255;
    /// @dev Marks the commitment word of a free slot, whose low 32 bits name the next free one.
    uint256 private constant FREE = 1 << 32;

    // Beside the trainer, so that a batch reads and writes one word for all four.
    /// @notice Batches added so far; ids start at 1.
    uint48 public batchCount;
    /// @notice Slots made so far; slot numbers start at 1.
    uint24 public slotCount;
    /// @notice First free slot, 0 if there is none.
    uint24 public freeSlot;

    mapping(uint256 slot => Slot) private _slots;

    /// @inheritdoc IDataHandler
    function add(BatchHeader calldata draft, uint256 acceptedMap, bytes calldata records)
        external
        onlyTrainer
        returns (BatchHeader memory header)
    {
        header = draft;
        header.id = ++batchCount;
        uint24 slot = freeSlot;
        if (slot == 0) {
            slot = ++slotCount;
            header.newSlots += 2;
        } else {
            freeSlot = uint24(uint256(_slots[slot].commitment));
        }
        header.slot = slot;
        _slots[slot].commitment = keccak256(abi.encode(header));
        _slots[slot].openMap = acceptedMap | OCCUPIED;
        emit DataAdded(header.id, header, acceptedMap, records);
    }

    /// @inheritdoc IDataHandler
    function openMap(BatchHeader calldata header) public view returns (uint256) {
        Slot storage slot = _slots[header.slot];
        if (slot.commitment != keccak256(abi.encode(header))) revert UnknownBatch(header.id, header.slot);
        return slot.openMap ^ OCCUPIED;
    }

    /// @inheritdoc IDataHandler
    function close(BatchHeader calldata header, uint256 refundedMap, uint256 forfeitedMap) external onlyTrainer {
        Slot storage slot = _slots[header.slot];
        uint256 left = (slot.openMap & ~(refundedMap | forfeitedMap)) | OCCUPIED;
        slot.openMap = left;
        if (left == OCCUPIED) {
            slot.commitment = bytes32(FREE | freeSlot);
            freeSlot = uint24(header.slot);
        }
        emit DataSettled(header.id, refundedMap, forfeitedMap);
    }
}
