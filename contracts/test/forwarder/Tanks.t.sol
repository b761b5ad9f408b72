// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Approval, IForwarder, Tank} from "../../src/interfaces/IForwarder.sol";
import {FeeSchedule} from "../../src/libraries/FeeSchedules.sol";
import {Batch, House} from "../support/House.sol";
import {Refuser} from "../support/Receivers.sol";

/// @title Returns a million bytes to whoever pays it
contract Bomb {
    receive() external payable {
        assembly ("memory-safe") {
            return(0, 1000000)
        }
    }
}

/// @title Sponsors' money: limits, delays, and nobody else's hands
contract TanksTest is House {
    // --- depositing

    function testFuzz_anybody_may_fill_a_tank(address owner, uint96 amountWei) external {
        vm.assume(owner != sponsor);
        vm.deal(stranger, amountWei);
        vm.expectEmit(true, true, false, true, address(forwarder));
        emit IForwarder.Deposited(owner, stranger, amountWei);
        vm.prank(stranger);
        forwarder.deposit{value: amountWei}(owner);
        vm.assertEq(forwarder.tank(owner).availableWei, amountWei, "available");
        vm.assertEq(forwarder.tank(sponsor).availableWei, TANK_WEI, "other tanks stay");
    }

    function test_money_without_a_purpose_is_refused() external {
        vm.deal(stranger, 1 ether);
        vm.prank(stranger);
        (bool done,) = address(forwarder).call{value: 1 ether}("");
        vm.assertFalse(done, "a plain transfer");
    }

    // --- limits

    function test_settings_are_the_callers_own() external {
        vm.startPrank(stranger);
        forwarder.setLimits(1, 2, 3);
        forwarder.setPaused(true);
        forwarder.setRelayer(stranger, true);
        forwarder.setTrainer(stranger, true, _schedule());
        vm.stopPrank();
        Tank memory tank = forwarder.tank(sponsor);
        vm.assertEq(tank.dailyLimitWei, DAILY_LIMIT_WEI, "limit");
        vm.assertFalse(tank.paused, "not paused");
        vm.assertFalse(forwarder.isRelayer(sponsor, stranger), "no relayer");
        vm.assertEq(uint8(forwarder.approval(sponsor, stranger)), uint8(Approval.Unknown), "no trainer");
        vm.assertTrue(forwarder.tank(stranger).paused, "the stranger's own tank is paused");
    }

    function test_changes_are_published() external {
        FeeSchedule memory schedule = _schedule();
        vm.startPrank(sponsor);
        vm.expectEmit(true, false, false, true, address(forwarder));
        emit IForwarder.LimitsChanged(sponsor, 1, 2, 3);
        forwarder.setLimits(1, 2, 3);
        vm.expectEmit(true, false, false, true, address(forwarder));
        emit IForwarder.PausedChanged(sponsor, true);
        forwarder.setPaused(true);
        vm.expectEmit(true, true, false, true, address(forwarder));
        emit IForwarder.RelayerChanged(sponsor, stranger, true);
        forwarder.setRelayer(stranger, true);
        vm.expectEmit(true, true, false, true, address(forwarder));
        emit IForwarder.TrainerChanged(sponsor, stranger, Approval.Approved, schedule);
        forwarder.setTrainer(stranger, true, schedule);
        vm.stopPrank();
    }

    function test_a_trainer_never_approved_cannot_be_retired() external {
        vm.prank(sponsor);
        forwarder.setTrainer(stranger, false, _schedule());
        vm.assertEq(uint8(forwarder.approval(sponsor, stranger)), uint8(Approval.Unknown), "unknown");
    }

    function test_the_daily_limit_holds_and_starts_anew_each_day() external {
        _setLimits(0.02 ether, PRICE_CAP_WEI, TIP_CAP_WEI);
        vm.warp(START / 1 days * 1 days + 5 days);
        for (uint32 i = 0; i < 6; ++i) {
            _add(_items(4, i));
            vm.assertLe(forwarder.tank(sponsor).spentTodayWei, 0.02 ether, "within the limit");
        }
        vm.assertEq(_add(_items(1, 9)).outcomes, hex"05", "the day is spent");
        vm.warp(block.timestamp + 1 days - 1);
        vm.assertEq(_add(_items(1, 9)).outcomes, hex"05", "last second of the day");
        vm.warp(block.timestamp + 1);
        vm.assertEq(_add(_items(1, 9)).outcomes, hex"00", "a new day");
    }

    function testFuzz_no_day_costs_more_than_its_limit(uint96 limitWei, uint256 seed) external {
        uint96 limit = uint96(_bound(limitWei, 0, 0.1 ether));
        _setLimits(limit, PRICE_CAP_WEI, TIP_CAP_WEI);
        uint256 day = 0;
        uint256 paidWei = 0;
        for (uint32 i = 0; i < 5; ++i) {
            _wait(_draw(seed, i) % 10 hours);
            if (day != block.timestamp / 1 days) (day, paidWei) = (block.timestamp / 1 days, 0);
            Tank memory before = forwarder.tank(sponsor);
            _add(_items(1 + _draw(seed, i) % 6, i));
            paidWei += before.availableWei - forwarder.tank(sponsor).availableWei;
            vm.assertLe(paidWei, limit, "outflow of the day");
        }
    }

    function test_the_budget_is_what_is_left_of_the_day_or_of_the_tank() external {
        vm.assertEq(forwarder.budgetWei(sponsor), DAILY_LIMIT_WEI, "the day");
        _setLimits(type(uint96).max, PRICE_CAP_WEI, TIP_CAP_WEI);
        vm.assertEq(forwarder.budgetWei(sponsor), TANK_WEI, "the tank");
        _setLimits(0, PRICE_CAP_WEI, TIP_CAP_WEI);
        vm.assertEq(forwarder.budgetWei(sponsor), 0, "nothing");
        vm.assertEq(forwarder.budgetWei(stranger), 0, "nobody");
    }

    function test_a_tank_that_runs_dry_skips_instead_of_reverting() external {
        _drain();
        vm.assertEq(_add(_items(2, 0)).outcomes, hex"0505", "over budget");
    }

    function test_a_stolen_relayer_key_costs_at_most_the_daily_limit() external {
        _setLimits(0.05 ether, PRICE_CAP_WEI, TIP_CAP_WEI);
        vm.fee(10_000 gwei);
        vm.txGasPrice(100_000 gwei);
        for (uint32 i = 0; i < 5; ++i) {
            _add(_items(20, i));
        }
        vm.assertGe(forwarder.tank(sponsor).availableWei, TANK_WEI - 0.05 ether, "the rest is safe");
    }

    // --- withdrawing

    function test_a_withdrawal_waits_for_its_delay() external {
        vm.startPrank(sponsor);
        forwarder.requestWithdrawal(3 ether);
        uint256 dueAt = block.timestamp + WITHDRAWAL_DELAY_S;
        vm.assertEq(forwarder.tank(sponsor).withdrawalAt, dueAt, "due");
        vm.warp(dueAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IForwarder.WithdrawalNotDue.selector, dueAt));
        forwarder.executeWithdrawal(stranger);
        vm.warp(dueAt);
        forwarder.executeWithdrawal(stranger);
        vm.assertEq(stranger.balance, 3 ether, "received");
        vm.assertEq(forwarder.tank(sponsor).availableWei, TANK_WEI - 3 ether, "taken from the tank");
        vm.expectRevert(abi.encodeWithSelector(IForwarder.WithdrawalNotDue.selector, 0));
        forwarder.executeWithdrawal(stranger);
    }

    function test_a_withdrawal_can_be_taken_back() external {
        vm.startPrank(sponsor);
        forwarder.requestWithdrawal(3 ether);
        forwarder.cancelWithdrawal();
        _wait(WITHDRAWAL_DELAY_S);
        vm.expectRevert(abi.encodeWithSelector(IForwarder.WithdrawalNotDue.selector, 0));
        forwarder.executeWithdrawal(stranger);
    }

    function test_a_new_announcement_starts_the_delay_again() external {
        vm.startPrank(sponsor);
        forwarder.requestWithdrawal(1 ether);
        _wait(WITHDRAWAL_DELAY_S - 1);
        forwarder.requestWithdrawal(90 ether);
        _wait(1);
        vm.expectPartialRevert(IForwarder.WithdrawalNotDue.selector);
        forwarder.executeWithdrawal(stranger);
    }

    function test_an_announcement_kept_standing_lapses() external {
        vm.startPrank(sponsor);
        forwarder.requestWithdrawal(uint128(TANK_WEI));
        uint256 dueAt = block.timestamp + WITHDRAWAL_DELAY_S;
        vm.warp(dueAt + 7 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IForwarder.WithdrawalNotDue.selector, dueAt));
        forwarder.executeWithdrawal(stranger);
        vm.warp(dueAt + 7 days);
        forwarder.executeWithdrawal(stranger);
        vm.assertEq(stranger.balance, TANK_WEI, "until its last second");
    }

    function test_what_a_receiver_returns_is_not_copied() external {
        address bomb = address(new Bomb());
        vm.startPrank(sponsor);
        forwarder.requestWithdrawal(1 ether);
        _wait(WITHDRAWAL_DELAY_S);
        uint256 before = gasleft();
        forwarder.executeWithdrawal(bomb);
        // The receiver's own memory costs 2.0 million; copying what it returns would cost as much again.
        vm.assertLt(before - gasleft(), 2_200_000, "only what the receiver itself used");
    }

    function test_what_is_owed_cannot_be_withdrawn() external {
        vm.prank(sponsor);
        forwarder.requestWithdrawal(uint128(TANK_WEI));
        _wait(WITHDRAWAL_DELAY_S);
        Batch memory batch = _add(_items(5, 0));
        uint256 reservedWei = forwarder.tank(sponsor).reservedWei;
        vm.prank(sponsor);
        forwarder.executeWithdrawal(stranger);
        vm.assertEq(forwarder.tank(sponsor).availableWei, 0, "all that was available");
        vm.assertEq(forwarder.tank(sponsor).reservedWei, reservedWei, "what is owed stays");
        _wait(REFUND_WAIT_S);
        _settleAll(batch);
        vm.assertGt(forwarder.credit(relayer), 0, "the relayer gets its fees");
    }

    function test_pausing_blocks_neither_withdrawing_nor_settling() external {
        Batch memory batch = _add(_items(2, 0));
        vm.startPrank(sponsor);
        forwarder.setPaused(true);
        forwarder.requestWithdrawal(1 ether);
        vm.stopPrank();
        _wait(WITHDRAWAL_DELAY_S);
        (uint256 refundedMap,) = _settleAll(batch);
        vm.assertEq(refundedMap, 3, "settled");
        vm.prank(sponsor);
        forwarder.executeWithdrawal(stranger);
        vm.assertEq(stranger.balance, 1 ether, "withdrawn");
        uint256 earnedWei = forwarder.credit(relayer);
        vm.prank(relayer);
        forwarder.withdrawCredit(stranger, earnedWei);
        vm.assertEq(stranger.balance, 1 ether + earnedWei, "credits withdrawn");
    }

    function test_a_stranger_has_nothing_to_withdraw() external {
        vm.startPrank(stranger);
        forwarder.requestWithdrawal(1 ether);
        _wait(WITHDRAWAL_DELAY_S);
        forwarder.executeWithdrawal(stranger);
        vm.assertEq(stranger.balance, 0, "nothing");
    }

    function test_a_withdrawal_needs_a_receiver_that_takes_it() external {
        address refuser = address(new Refuser());
        vm.startPrank(sponsor);
        forwarder.requestWithdrawal(1 ether);
        _wait(WITHDRAWAL_DELAY_S);
        vm.expectRevert(IForwarder.NoReceiver.selector);
        forwarder.executeWithdrawal(address(0));
        vm.expectRevert(abi.encodeWithSelector(IForwarder.TransferFailed.selector, refuser, 1 ether));
        forwarder.executeWithdrawal(refuser);
        forwarder.executeWithdrawal(stranger);
        vm.assertEq(stranger.balance, 1 ether, "received in the end");
    }

    function test_tells_its_delay() external view {
        vm.assertEq(forwarder.withdrawalDelayS(), WITHDRAWAL_DELAY_S, "delay");
    }

    function _drain() private {
        vm.startPrank(sponsor);
        forwarder.requestWithdrawal(uint128(TANK_WEI));
        _wait(WITHDRAWAL_DELAY_S);
        forwarder.executeWithdrawal(stranger);
        vm.stopPrank();
    }
}
