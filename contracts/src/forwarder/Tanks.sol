// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Approval, IForwarder, Tank} from "../interfaces/IForwarder.sol";
import {FeeSchedule} from "../libraries/FeeSchedules.sol";

/// @title Sponsors' money and what they allow with it
/// @notice Each sponsor rules its own tank and nobody else's: there is no owner and no administrator. What a sponsor owes
/// for open contributions is reserved and cannot be withdrawn; what is available can, after a public delay.
abstract contract Tanks is IForwarder, ReentrancyGuardTransient {
    /// @dev A sponsor's dealings with one trainer. What is set aside for a trainer's open contributions is kept apart from
    /// what is set aside for another's, so that no trainer can spend what is owed to the relayers of another one.
    struct Account {
        Approval approval;
        uint128 reservedWei;
    }

    /// @notice Seconds during which an announced withdrawal can be executed once it is due; then it lapses, so that an
    /// announcement kept standing does not undo the delay.
    uint256 public constant WITHDRAWAL_WINDOW_S = 7 days;

    /// @notice Seconds between the announcement of a sponsor's withdrawal and its execution.
    uint256 public immutable withdrawalDelayS;

    /// @dev Set while money leaves: whoever receives it cannot send some back past the books.
    bool internal transient _paying;

    mapping(address sponsor => Tank) internal _tanks;
    mapping(address sponsor => mapping(address relayer => bool)) public isRelayer;
    mapping(address sponsor => mapping(address trainer => Account)) internal _accounts;
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
        Account storage account = _accounts[msg.sender][trainer];
        Approval next =
            allowed ? Approval.Approved : account.approval == Approval.Unknown ? Approval.Unknown : Approval.Retired;
        account.approval = next;
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
        uint256 dueAt = own.withdrawalAt;
        if (dueAt == 0 || block.timestamp < dueAt || block.timestamp > dueAt + WITHDRAWAL_WINDOW_S) {
            revert WithdrawalNotDue(dueAt);
        }
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

    /// @notice A sponsor's relation to a trainer.
    function approval(address sponsor, address trainer) external view returns (Approval) {
        return _accounts[sponsor][trainer].approval;
    }

    /// @notice What of a sponsor's reserve is set aside for one trainer's open contributions.
    function reservedFor(address sponsor, address trainer) external view returns (uint256) {
        return _accounts[sponsor][trainer].reservedWei;
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
        bool paid;
        // A high-level call would copy whatever the receiver returns, at the caller's expense.
        assembly ("memory-safe") {
            paid := call(gas(), to, amountWei, 0, 0, 0, 0)
        }
        _paying = false;
        if (!paid) revert TransferFailed(to, amountWei);
    }

    function _budgetOf(Tank storage own) internal view returns (uint256) {
        uint256 spentWei = own.day == _today() ? own.spentTodayWei : 0;
        uint256 leftTodayWei = own.dailyLimitWei > spentWei ? own.dailyLimitWei - spentWei : 0;
        return leftTodayWei < own.availableWei ? leftTodayWei : own.availableWei;
    }

    /// @dev Books what a batch costs: the stakes leave, the fees are set aside, both count to the day's limit.
    function _bookBatch(address sponsor, address trainer, uint256 stakesWei, uint256 reserveWei) internal {
        Tank storage own = _tanks[sponsor];
        uint256 outflowWei = stakesWei + reserveWei;
        uint256 left = _budgetOf(own);
        if (outflowWei > left) revert NotEnough(outflowWei, left);
        uint256 today = _today();
        own.spentTodayWei = uint96((own.day == today ? own.spentTodayWei : 0) + outflowWei);
        own.day = uint32(today);
        own.availableWei -= uint128(outflowWei);
        own.reservedWei += uint128(reserveWei);
        _accounts[sponsor][trainer].reservedWei += uint128(reserveWei);
    }

    /// @dev Books a settlement: `reserveWei` is released, `chargedWei` of it is spent, `refundWei` comes back.
    function _bookSettlement(
        address sponsor,
        address trainer,
        uint256 reserveWei,
        uint256 chargedWei,
        uint256 refundWei
    ) internal {
        Tank storage own = _tanks[sponsor];
        _accounts[sponsor][trainer].reservedWei -= uint128(reserveWei);
        own.reservedWei -= uint128(reserveWei);
        own.availableWei += uint128(reserveWei - chargedWei + refundWei);
    }

    function _today() private view returns (uint256) {
        return block.timestamp / 1 days;
    }
}
