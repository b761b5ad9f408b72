// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Approval, IForwarder, Tank} from "../interfaces/IForwarder.sol";
import {FeeSchedule} from "../libraries/FeeSchedules.sol";

/// @title Sponsors' money and what they allow with it
/// @notice Each sponsor rules its own tank and nobody else's: there is no owner and no administrator. What a sponsor owes
/// for open contributions is reserved and cannot be withdrawn; what is available can, after a public delay.
abstract contract Tanks is IForwarder, ReentrancyGuardTransient {
    /// @notice Seconds between the announcement of a sponsor's withdrawal and its execution.
    uint256 public immutable withdrawalDelayS;

    /// @dev Set while money leaves: whoever receives it cannot send some back past the books.
    bool internal transient _paying;

    mapping(address sponsor => Tank) internal _tanks;
    mapping(address sponsor => mapping(address relayer => bool)) public isRelayer;
    mapping(address sponsor => mapping(address trainer => Approval)) public approval;
    mapping(address sponsor => mapping(address trainer => FeeSchedule)) internal _schedules;

    constructor(uint256 withdrawalDelayS_) {
        withdrawalDelayS = withdrawalDelayS_;
    }

    /// @notice Fills a sponsor's tank; anybody may.
    function deposit(address sponsor) external payable nonReentrant {
        _tanks[sponsor].availableWei += uint128(msg.value);
        emit Deposited(sponsor, msg.sender, msg.value);
    }

    /// @notice Allows or forbids a relayer to spend from the caller's tank.
    function setRelayer(address relayer, bool allowed) external nonReentrant {
        isRelayer[msg.sender][relayer] = allowed;
        emit RelayerChanged(msg.sender, relayer, allowed);
    }

    /// @notice Approves a trainer with its fee schedule, or retires it. A retired trainer still settles.
    /// @dev A sponsor trusts the code of the trainers that it approves: approve only code that you have read.
    function setTrainer(address trainer, bool allowed, FeeSchedule calldata schedule) external nonReentrant {
        Approval next = allowed
            ? Approval.Approved
            : approval[msg.sender][trainer] == Approval.Unknown ? Approval.Unknown : Approval.Retired;
        approval[msg.sender][trainer] = next;
        _schedules[msg.sender][trainer] = schedule;
        emit TrainerChanged(msg.sender, trainer, next, schedule);
    }

    /// @notice Sets the caller's spending limits: most per UTC day, per unit of gas, and per unit above the base fee.
    function setLimits(uint96 dailyLimitWei, uint64 priceCapWei, uint64 tipCapWei) external nonReentrant {
        Tank storage own = _tanks[msg.sender];
        own.dailyLimitWei = dailyLimitWei;
        own.priceCapWei = priceCapWei;
        own.tipCapWei = tipCapWei;
        emit LimitsChanged(msg.sender, dailyLimitWei, priceCapWei, tipCapWei);
    }

    /// @notice Stops or resumes new batches on the caller's tank. Settling and withdrawing are never stopped.
    function setPaused(bool paused) external nonReentrant {
        _tanks[msg.sender].paused = paused;
        emit PausedChanged(msg.sender, paused);
    }

    /// @notice Announces a withdrawal. Until it is executed the money goes on paying; a new announcement replaces it.
    function requestWithdrawal(uint128 amountWei) external nonReentrant {
        Tank storage own = _tanks[msg.sender];
        own.withdrawalWei = amountWei;
        own.withdrawalAt = uint40(block.timestamp + withdrawalDelayS);
        emit WithdrawalRequested(msg.sender, amountWei, own.withdrawalAt);
    }

    /// @notice Takes back the announcement.
    function cancelWithdrawal() external nonReentrant {
        Tank storage own = _tanks[msg.sender];
        own.withdrawalWei = 0;
        own.withdrawalAt = 0;
        emit WithdrawalCancelled(msg.sender);
    }

    /// @notice Pays an announced withdrawal, or what is available of it, once its delay is over.
    function executeWithdrawal(address to) external nonReentrant {
        Tank storage own = _tanks[msg.sender];
        if (own.withdrawalAt == 0 || block.timestamp < own.withdrawalAt) revert WithdrawalNotDue(own.withdrawalAt);
        uint128 amountWei = own.withdrawalWei < own.availableWei ? own.withdrawalWei : own.availableWei;
        own.availableWei -= amountWei;
        own.withdrawalWei = 0;
        own.withdrawalAt = 0;
        emit WithdrawalExecuted(msg.sender, to, amountWei);
        _pay(to, amountWei);
    }

    /// @notice A sponsor's tank.
    function tank(address sponsor) external view returns (Tank memory) {
        return _tanks[sponsor];
    }

    /// @notice A trainer's fee schedule under a sponsor.
    function scheduleOf(address sponsor, address trainer) external view returns (FeeSchedule memory) {
        return _schedules[sponsor][trainer];
    }

    /// @notice What may still flow out of a tank in this block: the available money within what is left of the day's limit.
    function budgetWei(address sponsor) public view returns (uint256) {
        return _budgetOf(_tanks[sponsor]);
    }

    /// @dev Money leaves only here, always as the last step, always under the lock.
    function _pay(address to, uint256 amountWei) internal {
        if (to == address(0)) revert NoReceiver();
        _paying = true;
        (bool paid,) = to.call{value: amountWei}("");
        _paying = false;
        if (!paid) revert TransferFailed(to, amountWei);
    }

    function _budgetOf(Tank storage own) internal view returns (uint256) {
        uint256 spentWei = own.day == _today() ? own.spentTodayWei : 0;
        uint256 leftTodayWei = own.dailyLimitWei > spentWei ? own.dailyLimitWei - spentWei : 0;
        return leftTodayWei < own.availableWei ? leftTodayWei : own.availableWei;
    }

    /// @dev Books what a batch costs: the stakes leave, the fees are set aside, both count to the day's limit.
    function _bookBatch(address sponsor, uint256 stakesWei, uint256 reserveWei) internal {
        Tank storage own = _tanks[sponsor];
        uint256 outflowWei = stakesWei + reserveWei;
        uint256 left = _budgetOf(own);
        if (outflowWei > left) revert NotEnough(outflowWei, left);
        uint256 today = _today();
        own.spentTodayWei = uint96((own.day == today ? own.spentTodayWei : 0) + outflowWei);
        own.day = uint32(today);
        own.availableWei -= uint128(outflowWei);
        own.reservedWei += uint128(reserveWei);
    }

    /// @dev Books a settlement: `reserveWei` is released, `chargedWei` of it is spent, `refundWei` comes back.
    function _bookSettlement(address sponsor, uint256 reserveWei, uint256 chargedWei, uint256 refundWei) internal {
        Tank storage own = _tanks[sponsor];
        own.reservedWei -= uint128(reserveWei);
        own.availableWei += uint128(reserveWei - chargedWei + refundWei);
    }

    function _today() private view returns (uint256) {
        return block.timestamp / 1 days;
    }
}
