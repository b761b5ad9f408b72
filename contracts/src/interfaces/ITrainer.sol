// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What a trainer commits to when a batch takes effect; settling re-supplies it unchanged.
/// @param id running number of the batch in its data handler
/// @param slot storage slot of the data handler that holds the commitment (slots are reused)
/// @param addedAt time of the addition, unix seconds
/// @param stakeWei stake of each contribution of the batch
/// @param accepted number of contributions that took effect
/// @param newSlots storage words that the batch turned from zero to non-zero in classifier and data handler
/// @param payer who put down the stakes: the Forwarder, or a player who contributes directly
/// @param context the payer's own terms, opaque to the trainer
/// @param recordsHash keccak256 of the packed records
struct BatchHeader {
    uint64 id;
    uint32 slot;
    uint40 addedAt;
    uint96 stakeWei;
    uint16 accepted;
    uint32 newSlots;
    address payer;
    bytes32 context;
    bytes32 recordsHash;
}

/// @notice What became of the contributions that one settling call was asked for.
/// @param refundedMap records whose stake came back, by record index
/// @param forfeitedMap records whose stake was lost, wholly or in part, by record index
/// @param refundWei stakes, or what is left of them, that go back to who put them down
/// @param newSlots storage words that settling turned from zero to non-zero
/// @param rewardsWei dividends paid out with each settled record, by record index; empty when nobody earned any
struct Settlement {
    uint256 refundedMap;
    uint256 forfeitedMap;
    uint256 refundWei;
    uint256 newSlots;
    uint256[] rewardsWei;
}

/// @title The contract that ties incentive mechanism, data handler and classifier of one model together
interface ITrainer {
    /// @notice Only the Forwarder may bring batches for others.
    error OnlyForwarder(address caller);
    /// @notice Only the trainer itself calls this.
    error OnlySelf(address caller);
    /// @notice A batch settles where its stakes came from.
    error WrongPayer(address payer);
    /// @notice The value sent does not cover the stakes.
    error StakeNotCovered(uint256 sentWei, uint256 neededWei);
    /// @notice A directly added contribution does not fit the model.
    error Unfit();
    /// @notice Money could not be handed back.
    error TransferFailed(address to, uint256 amountWei);

    /// @notice Adds a batch whose stakes the Forwarder pays; what does not fit is left out and its stake handed back.
    /// @param records packed records, see `Records`
    /// @param count number of records, at most 255
    /// @param context the Forwarder's terms
    /// @return acceptedMap records that took effect, by record index
    /// @return header what settling must re-supply; `header.accepted == 0` means that nothing took effect
    function addBatch(bytes calldata records, uint256 count, bytes32 context)
        external
        payable
        returns (uint256 acceptedMap, BatchHeader memory header);

    /// @notice Settles what is due among the asked records of a Forwarder's batch; pays the Forwarder at once.
    function settleBatch(BatchHeader calldata header, bytes calldata records, uint256 mask)
        external
        returns (Settlement memory settlement);

    /// @notice Pays a player's accrued dividends to the Forwarder.
    function collect(address player) external returns (uint256 amountWei);

    /// @notice Stake of one contribution added in this block.
    function stakeWei() external view returns (uint256);
}
