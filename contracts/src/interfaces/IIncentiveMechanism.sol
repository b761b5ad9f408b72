// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Settlement} from "./ITrainer.sol";

/// @title The rule that asks for stakes and decides what comes back
interface IIncentiveMechanism {
    /// @notice Name of the rule, for clients.
    function kind() external pure returns (string memory);

    /// @notice Whether players confirm each other's contributions, see `IValidatingMechanism`.
    function takesValidations() external pure returns (bool);

    /// @notice Stake of one contribution added in this block, the same for all of them.
    function stakeWei() external view returns (uint256);

    /// @notice Takes the stakes of `count` contributions; `msg.value` is exactly `count * stakeWei()`.
    function takeStakes(uint256 count) external payable;

    /// @notice Keeps money for `to` until it claims it.
    function credit(address to) external payable;

    /// @notice Settles what is due among `candidates`.
    /// @param records packed records of the batch
    /// @param candidates open records that the caller asks for, by record index
    /// @param agreeing candidates with whose label the model agrees now
    /// @param stake stake of each record in wei
    /// @param addedAt when the batch was added
    /// @param payTo receives refunds and dividends at once; zero keeps them for `payer` to claim
    /// @param payer who put down the stakes
    function settle(
        bytes calldata records,
        uint256 candidates,
        uint256 agreeing,
        uint256 stake,
        uint256 addedAt,
        address payTo,
        address payer
    ) external returns (Settlement memory settlement);

    /// @notice Pays a player's accrued dividends to `payTo`.
    function collect(address player, address payTo) external returns (uint256 amountWei);
}
