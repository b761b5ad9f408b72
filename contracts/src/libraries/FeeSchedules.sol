// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What bringing and settling contributions to one trainer costs, in units of gas.
/// @param addUnits for adding one contribution
/// @param addUnitsPerByte more for each byte of its sample
/// @param settleUnits for settling one contribution
/// @param settleUnitsPerByte more for each byte of its sample
/// @param addBatchUnits for the fixed cost of an adding transaction
/// @param settleBatchUnits for the fixed cost of settling a batch, in however many transactions
struct FeeSchedule {
    uint32 addUnits;
    uint16 addUnitsPerByte;
    uint32 settleUnits;
    uint16 settleUnitsPerByte;
    uint32 addBatchUnits;
    uint32 settleBatchUnits;
}

/// @title Fees by a fixed public schedule
/// @notice Fees depend on what took effect and on nothing that a relayer chooses: not on gas left, not on the length of
/// calldata. A contribution has its own part, which its player's rewards may pay. The overhead (the fixed cost of a
/// transaction and the storage that the contributions created) is the sponsor's alone. The fixed cost is paid in full from
/// eight contributions on and in proportion below, so that small batches never pay.
library FeeSchedules {
    /// @notice Contributions from which the fixed cost of a transaction is paid in full.
    uint256 internal constant FULL_BATCH = 8;
    /// @notice Gas that a storage word costs more when it was zero before (EIP-2200, EIP-2929).
    uint256 internal constant NEW_SLOT_UNITS = 17_100;
    /// @notice New storage words that a contribution can cause beside one for each feature: in the model one, in the data
    /// handler two, in the mechanism one.
    uint256 internal constant SLOTS_BESIDE_FEATURES = 4;

    /// @notice Units for adding a contribution.
    function addUnitsOf(FeeSchedule memory schedule, uint256 sampleBytes) internal pure returns (uint256) {
        unchecked {
            return schedule.addUnits + uint256(schedule.addUnitsPerByte) * sampleBytes;
        }
    }

    /// @notice Units for settling a contribution.
    function settleUnitsOf(FeeSchedule memory schedule, uint256 sampleBytes) internal pure returns (uint256) {
        unchecked {
            return schedule.settleUnits + uint256(schedule.settleUnitsPerByte) * sampleBytes;
        }
    }

    /// @notice Units for the overhead of a transaction with `count` contributions and `newSlots` new storage words.
    function overheadUnits(uint256 batchUnits, uint256 count, uint256 newSlots) internal pure returns (uint256) {
        unchecked {
            uint256 share = count < FULL_BATCH ? count : FULL_BATCH;
            return batchUnits * share / FULL_BATCH + newSlots * NEW_SLOT_UNITS;
        }
    }

    /// @notice Most new storage words that `count` contributions with `sampleBytes` in all can cause in a trainer.
    function newSlotsBound(uint256 count, uint256 sampleBytes) internal pure returns (uint256) {
        unchecked {
            return count * SLOTS_BESIDE_FEATURES + sampleBytes / 2;
        }
    }

    /// @notice Units that settling one contribution can cost at most: its own part, its share of the transaction, one
    /// new storage word.
    function settleUnitsBound(FeeSchedule memory schedule, uint256 sampleBytes) internal pure returns (uint256) {
        unchecked {
            return settleUnitsOf(schedule, sampleBytes) + schedule.settleBatchUnits / FULL_BATCH + 1 + NEW_SLOT_UNITS;
        }
    }

    /// @notice Units that adding one contribution can cost at most.
    function addUnitsBound(FeeSchedule memory schedule, uint256 sampleBytes) internal pure returns (uint256) {
        unchecked {
            uint256 newSlots = 1 + newSlotsBound(1, sampleBytes);
            return
                addUnitsOf(schedule, sampleBytes) + schedule.addBatchUnits / FULL_BATCH + 1 + newSlots * NEW_SLOT_UNITS;
        }
    }
}
