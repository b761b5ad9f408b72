// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IForwarder, Tank} from "../../src/interfaces/IForwarder.sol";
import {FeeSchedule} from "../../src/libraries/FeeSchedules.sol";
import {Batch, House} from "../support/House.sol";
import {Vm} from "../support/Vm.sol";
import {Draft} from "../support/Wire.sol";

/// @title Fees: a fixed public schedule, from rewards first, from the tank else, never from the player's pocket
contract FeesTest is House {
    uint256 private constant SAMPLE_BYTES = 4;

    // --- the schedule, computed here once more

    function test_fees_follow_the_schedule_to_the_wei() external {
        Batch memory batch = _add(_items(20, 0));
        _wait(REFUND_WAIT_S);
        _settleAll(batch);
        FeeSchedule memory schedule = _schedule();
        uint256 addUnits = 20 * (schedule.addUnits + SAMPLE_BYTES * uint256(schedule.addUnitsPerByte));
        uint256 overhead = schedule.addBatchUnits + 17_100 * uint256(20 + batch.header.newSlots);
        // Shares of the overhead are rounded down for each contribution.
        uint256 addWei = addUnits * GAS_PRICE_WEI + overhead * GAS_PRICE_WEI / 20 * 20;
        vm.assertEq(forwarder.credit(relayer), addWei, "adding fees");
        uint256 settleUnits = 20 * (schedule.settleUnits + SAMPLE_BYTES * uint256(schedule.settleUnitsPerByte));
        uint256 settleWei = (settleUnits + schedule.settleBatchUnits + 17_100 * 20) * GAS_PRICE_WEI;
        vm.assertEq(forwarder.credit(settler), settleWei, "settling fees");
    }

    function test_small_batches_get_their_share_of_the_overhead_only() external {
        Batch memory batch = _add(_items(2, 0));
        _wait(REFUND_WAIT_S);
        _settleAll(batch);
        FeeSchedule memory schedule = _schedule();
        uint256 newSlots = (uint256(batch.header.newSlots) + batch.terms.newPlayers) * 17_100;
        uint256 addUnits = 2 * (uint256(schedule.addUnits) + SAMPLE_BYTES * schedule.addUnitsPerByte);
        uint256 addWei = (addUnits + schedule.addBatchUnits / 4 + newSlots) * GAS_PRICE_WEI;
        vm.assertApproxEqAbs(forwarder.credit(relayer), addWei, 2, "a quarter of the overhead");
        uint256 settleUnits = 2 * (uint256(schedule.settleUnits) + SAMPLE_BYTES * schedule.settleUnitsPerByte);
        uint256 settleWei = (settleUnits + schedule.settleBatchUnits / 4 + 2 * 17_100) * GAS_PRICE_WEI;
        vm.assertApproxEqAbs(forwarder.credit(settler), settleWei, 2, "likewise for settling, and two new accounts");
    }

    function test_settling_in_pieces_earns_no_more_than_settling_at_once() external {
        Batch memory whole = _add(_items(16, 0));
        Batch memory pieces = _add(_items(16, 1));
        _wait(REFUND_WAIT_S);
        _settleAll(whole);
        uint256 atOnceWei = forwarder.credit(settler) - 16 * 17_100 * GAS_PRICE_WEI;
        for (uint256 first = 0; first < 16; first += 8) {
            vm.prank(settler);
            forwarder.settle(pieces.trainer, pieces.terms, pieces.header, pieces.records, 0xff << first);
        }
        uint256 inPiecesWei = forwarder.credit(settler) - 16 * 17_100 * GAS_PRICE_WEI - atOnceWei;
        vm.assertEq(inPiecesWei, atOnceWei, "the fixed cost belongs to the batch");
    }

    /// @dev A forge test is one transaction, as a contract that brings many batches in a loop would be.
    function test_many_batches_in_one_transaction_are_paid_its_fixed_cost_once() external {
        vm.assertEq(_add(_items(6, 0)).terms.schedule.addBatchUnits, _schedule().addBatchUnits, "none before");
        vm.assertEq(_add(_items(6, 1)).terms.schedule.addBatchUnits, _schedule().addBatchUnits / 4, "six of eight paid");
        vm.assertEq(_add(_items(6, 2)).terms.schedule.addBatchUnits, 0, "paid in full");
    }

    function test_the_price_is_capped_by_the_sponsor() external {
        vm.fee(100 gwei);
        vm.txGasPrice(200 gwei);
        vm.assertEq(_add(_items(1, 0)).terms.addPriceWei, PRICE_CAP_WEI, "price cap");
    }

    function test_the_tip_is_capped_by_the_sponsor() external {
        vm.txGasPrice(BASE_FEE_WEI + 9 gwei);
        vm.assertEq(_add(_items(1, 0)).terms.addPriceWei, BASE_FEE_WEI + TIP_CAP_WEI, "base fee + tip cap");
    }

    function testFuzz_the_price_is_the_least_of_the_three(uint64 gasPrice, uint64 baseFee, uint64 tip, uint64 cap)
        external
    {
        uint256 base = _bound(baseFee, 0, 1000 gwei);
        uint256 price = base + _bound(gasPrice, 0, 1000 gwei);
        uint64 capWei = uint64(_bound(cap, 0, 2000 gwei));
        _setLimits(DAILY_LIMIT_WEI, capWei, tip);
        vm.fee(base);
        vm.txGasPrice(price);
        Draft memory draft = _draft(0, 0);
        draft.maxFeeGwei = type(uint64).max;
        Batch memory batch = _add(_item(draft));
        vm.assertEq(batch.terms.addPriceWei, _min(price, _min(base + tip, capWei)), "price");
    }

    function test_a_changed_schedule_does_not_touch_open_contributions() external {
        Batch memory batch = _add(_items(10, 0));
        FeeSchedule memory dear = FeeSchedule(4e9, 65_535, 4e9, 65_535, 4e9, 4e9);
        vm.prank(sponsor);
        forwarder.setTrainer(address(model.trainer), true, dear);
        _wait(REFUND_WAIT_S);
        _settleAll(batch);
        vm.assertEq(forwarder.tank(sponsor).reservedWei, 0, "all released");
        vm.assertLt(forwarder.credit(relayer), 0.01 ether, "at the old schedule");
    }

    // --- who pays

    function test_without_rewards_the_tank_pays_everything() external {
        Batch memory batch = _add(_items(3, 0));
        uint256 stakesWei = 3 * uint256(batch.header.stakeWei);
        _wait(REFUND_WAIT_S);
        _settleAll(batch);
        Tank memory tank = forwarder.tank(sponsor);
        uint256 feesWei = forwarder.credit(relayer) + forwarder.credit(settler);
        vm.assertEq(tank.reservedWei, 0, "nothing reserved");
        vm.assertEq(tank.availableWei, TANK_WEI - feesWei, "stakes came back, fees went out");
        vm.assertEq(address(model.mechanism).balance, 0, "no stake stays");
        vm.assertGt(stakesWei, 0, "there were stakes");
    }

    function test_rewards_pay_fees_first_and_the_rest_is_the_players() external {
        (uint256 rewardWei, uint256 paidWei, uint256 feeWei) = _settleARewardedContribution(0.01 ether);
        vm.assertGt(rewardWei, feeWei, "a large reward");
        vm.assertEq(paidWei, feeWei, "its own fee, to the wei");
        vm.assertEq(_balanceOf(_player(0)), rewardWei - paidWei, "the rest is the player's");
    }

    function test_a_small_reward_pays_what_it_can() external {
        (uint256 rewardWei, uint256 paidWei, uint256 feeWei) = _settleARewardedContribution(1000 gwei);
        vm.assertGt(rewardWei, 0, "a reward");
        vm.assertLt(rewardWei, feeWei, "a small one");
        vm.assertEq(paidWei, rewardWei, "all of it");
        vm.assertEq(_balanceOf(_player(0)), 0, "nothing is left");
    }

    function test_what_rewards_pay_is_released_to_the_sponsor() external {
        uint256 before = address(forwarder).balance;
        _settleARewardedContribution(0.01 ether);
        Tank memory tank = forwarder.tank(sponsor);
        uint256 owedWei = forwarder.credit(relayer) + forwarder.credit(settler) + _balanceOf(_player(0));
        vm.assertEq(tank.reservedWei, 0, "nothing reserved");
        vm.assertEq(tank.availableWei, address(forwarder).balance - owedWei, "the rest is the sponsor's");
        vm.assertLe(address(forwarder).balance, before, "no money was made");
    }

    /// @dev Whatever the prices: a player pays at most what it signed, only out of rewards, and reserves suffice.
    function testFuzz_nobody_pays_more_than_agreed(uint64[4] calldata prices, uint64 maxFeeGwei, uint256 seed)
        external
    {
        _setLimits(DAILY_LIMIT_WEI, uint64(_bound(prices[0], 1 gwei, 50 gwei)), uint64(_bound(prices[1], 0, 9 gwei)));
        _giveEverybodyAHistory();
        vm.fee(_bound(prices[2], 0, 60 gwei));
        vm.txGasPrice(block.basefee + _bound(prices[3], 0, 20 gwei));
        _wait(seed % 4000);
        bytes memory items;
        uint64 highestGwei = uint64(_bound(maxFeeGwei, 0, 3e6));
        for (uint256 i = 0; i < 8; ++i) {
            Draft memory draft = i % 2 == 0 ? _wrong(i, 1) : _draft(i, 1);
            draft.maxFeeGwei = highestGwei;
            items = bytes.concat(items, _item(draft));
        }
        Batch memory batch = _add(items);
        if (batch.header.accepted == 0) return;
        vm.txGasPrice(block.basefee + _draw(seed, 1) % 100 gwei);
        _wait(FORFEIT_WAIT_S);
        vm.recordLogs();
        _settleAll(batch);
        _assertPaidAtMost(uint256(highestGwei) * 1 gwei);
        vm.assertEq(forwarder.tank(sponsor).reservedWei, 0, "reserves sufficed and are released");
    }

    function _assertPaidAtMost(uint256 maxFeeWei) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != IForwarder.PlayerCredited.selector) continue;
            (, uint256 rewardWei, uint256 paidWei) = abi.decode(logs[i].data, (uint64, uint256, uint256));
            vm.assertLe(paidWei, maxFeeWei, "at most the signed maximum");
            vm.assertLe(paidWei, rewardWei, "only out of rewards");
        }
    }

    // --- the reserve

    function testFuzz_partial_settling_never_exceeds_the_reserve(uint256 seed) external {
        Batch memory batch = _add(_items(9, 0));
        _wait(REFUND_WAIT_S);
        for (uint256 i = 0; i < 9; ++i) {
            if (model.data.slotCount() == 0 || forwarder.tank(sponsor).reservedWei == 0) break;
            vm.txGasPrice(_draw(seed, i) % 100 gwei + BASE_FEE_WEI);
            _settle(batch, 1 << i);
        }
        vm.assertEq(forwarder.tank(sponsor).reservedWei, 0, "all released");
    }

    function test_the_quote_is_what_a_maximum_must_cover() external view {
        FeeSchedule memory schedule = _schedule();
        (uint256 addWei, uint256 reserveWei) = forwarder.quote(sponsor, address(model.trainer), 20, 9 gwei);
        vm.assertEq(addWei, (schedule.addUnits + 20 * uint256(schedule.addUnitsPerByte)) * 9 gwei, "adding");
        uint256 settleUnits = schedule.settleUnits + 20 * uint256(schedule.settleUnitsPerByte);
        vm.assertEq(reserveWei, settleUnits * PRICE_CAP_WEI, "settling at the cap");
    }

    // --- scenarios

    /// @dev Everybody has had one contribution refunded: nobody is new, everybody holds a point.
    function _giveEverybodyAHistory() private {
        Batch memory batch = _add(_items(8, 0));
        _wait(REFUND_WAIT_S);
        _settleAll(batch);
        _wait(1 hours);
    }

    /// @dev Player 0 alone holds a point; player 1 loses a stake; player 0's next contribution collects it.
    function _settleARewardedContribution(uint256 stakeWei)
        private
        returns (uint256 rewardWei, uint256 paidWei, uint256 feeWei)
    {
        _useStake(stakeWei);
        Batch memory earned = _add(_item(_draft(0, 0)));
        _wait(REFUND_WAIT_S);
        _settleAll(earned);
        Batch memory lost = _add(_item(_wrong(1, 0)));
        _wait(FORFEIT_WAIT_S);
        _settleAll(lost);
        return _settleNext();
    }

    function _settleNext() private returns (uint256 rewardWei, uint256 paidWei, uint256 feeWei) {
        Batch memory next = _add(_item(_draft(0, 1)));
        _wait(REFUND_WAIT_S);
        (, uint256 unclaimedWei) = model.mechanism.account(_player(0));
        vm.recordLogs();
        _settleAll(next);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != IForwarder.PlayerCredited.selector) continue;
            (, rewardWei, paidWei) = abi.decode(logs[i].data, (uint64, uint256, uint256));
        }
        vm.assertEq(rewardWei, unclaimedWei, "all that had accrued");
        (feeWei,) = forwarder.quote(sponsor, address(model.trainer), SAMPLE_BYTES, GAS_PRICE_WEI);
        FeeSchedule memory schedule = _schedule();
        feeWei += (schedule.settleUnits + SAMPLE_BYTES * uint256(schedule.settleUnitsPerByte)) * GAS_PRICE_WEI;
    }
}
