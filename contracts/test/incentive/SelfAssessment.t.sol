// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDataHandler} from "../../src/interfaces/IDataHandler.sol";
import {Batch, House} from "../support/House.sol";
import {Bound, MechanismApi} from "../support/Contracts.sol";
import {Samples} from "../support/Samples.sol";
import {Draft} from "../support/Wire.sol";

/// @title Deposit, refund, forfeit: the rules, and the known attacks on them
contract SelfAssessmentTest is House {
    // --- the price of a stake

    function testFuzz_the_stake_falls_with_the_root_of_the_time_since_the_last_addition(uint256 waitedS) external {
        _add(_items(1, 0));
        waitedS = _bound(waitedS, 1, 3650 days);
        _wait(waitedS);
        uint256 root = _root(waitedS);
        uint256 expected = COST_WEIGHT * 3600 / (root == 0 ? 1 : root);
        if (expected < MIN_STAKE_WEI) expected = MIN_STAKE_WEI;
        if (expected > MAX_STAKE_WEI) expected = MAX_STAKE_WEI;
        vm.assertEq(model.mechanism.stakeWei(), expected, "stake");
    }

    function test_all_items_of_a_block_pay_one_price() external {
        uint256 stakeWei = model.mechanism.stakeWei();
        vm.assertEq(_add(_items(5, 0)).header.stakeWei, stakeWei, "the first batch");
        vm.assertEq(_add(_items(5, 1)).header.stakeWei, stakeWei, "another batch of the same block");
        vm.deal(stranger, 1 ether);
        vm.prank(stranger);
        vm.assertEq(
            model.trainer.contribute{value: stakeWei}(0, Samples.list(1)).stakeWei, stakeWei, "and a direct one"
        );
        _wait(1);
        vm.assertGt(model.mechanism.stakeWei(), stakeWei, "the next block pays more");
    }

    function test_the_stake_keeps_within_its_bounds() external {
        MechanismApi dear = _mechanism(type(uint96).max, 5, 7 ether, 1, 2);
        vm.assertEq(dear.stakeWei(), 7 ether, "at most the maximum");
        MechanismApi free = _mechanism(0, 5, 7 ether, 1, 2);
        vm.assertEq(free.stakeWei(), 5, "at least the minimum, also without a weight");
    }

    function test_refuses_parameters_that_contradict_each_other() external {
        uint256[5][6] memory bad = [
            [uint256(1), 0, 1, 1, 2],
            [uint256(1), 2, 1, 1, 2],
            [uint256(1), 1, (1 << 80) + 1, 1, 2],
            [uint256(1), 1, 1, 2, 2],
            [uint256(1), 1, 1, 3, 2],
            [uint256(type(uint96).max) + 1, 1, 1, 1, 2]
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(MechanismApi.BadParameters.selector);
            _mechanism(bad[i][0], bad[i][1], bad[i][2], bad[i][3], bad[i][4]);
        }
    }

    // --- points and dividends

    function test_a_refund_gives_a_point_and_a_forfeit_none() external {
        _round(bytes.concat(_item(_draft(0, 0)), _item(_draft(0, 1)), _item(_wrong(1, 0))));
        _assertAccount(0, 2, 0);
        _assertAccount(1, 0, 0);
        vm.assertEq(model.mechanism.totalPoints(), 2, "total");
    }

    function test_forfeits_are_shared_in_proportion_to_points() external {
        _useStake(0.03 ether);
        _round(bytes.concat(_item(_draft(0, 0)), _item(_draft(1, 0)), _item(_draft(1, 1))));
        _round(_item(_wrong(2, 0)));
        _assertAccount(0, 1, 0.01 ether);
        _assertAccount(1, 2, 0.02 ether);
        _assertMechanismBooks();
    }

    function test_points_of_a_call_have_no_part_in_its_forfeits() external {
        _useStake(0.03 ether);
        _round(_item(_draft(0, 0)));
        _round(bytes.concat(_item(_draft(1, 0)), _item(_wrong(2, 0)), _item(_draft(3, 0))));
        _assertAccount(0, 1, 0.03 ether);
        _assertAccount(1, 1, 0);
        _assertAccount(3, 1, 0);
    }

    function test_forfeits_wait_for_the_first_holders_of_points() external {
        _useStake(0.01 ether);
        _round(_item(_wrong(2, 0)));
        vm.assertEq(model.mechanism.waitingWei(), 0.01 ether, "waits");
        _round(bytes.concat(_item(_draft(0, 0)), _item(_wrong(2, 1))));
        vm.assertEq(model.mechanism.waitingWei(), 0.02 ether, "nobody held a point before that call");
        _round(_item(_draft(1, 0)));
        vm.assertEq(model.mechanism.waitingWei(), 0, "handed out");
        _assertAccount(0, 1, 0.02 ether);
        _assertAccount(1, 1, 0);
        _assertMechanismBooks();
    }

    function test_dividends_are_paid_with_the_next_settled_record_and_only_once() external {
        _useStake(0.01 ether);
        _round(_item(_draft(0, 0)));
        _round(_item(_wrong(2, 0)));
        uint256 poolWei = model.mechanism.rewardPoolWei();
        _round(bytes.concat(_item(_draft(0, 1)), _item(_draft(0, 2))));
        vm.assertEq(model.mechanism.rewardPoolWei(), poolWei - 0.01 ether, "paid out once");
        _assertAccount(0, 3, 0);
    }

    function test_a_forfeiting_record_pays_its_players_dividends_too() external {
        _useStake(0.01 ether);
        _round(_item(_draft(0, 0)));
        _round(_item(_wrong(2, 0)));
        _round(_item(_wrong(0, 1)));
        // The dividend of before and, as the only holder, the own stake.
        _assertAccount(0, 1, 0);
        vm.assertEq(model.mechanism.rewardPoolWei(), 0, "all of it is out");
    }

    /// forge-config: default.fuzz.runs = 96
    function testFuzz_money_is_conserved_and_nobody_gets_everything_by_rounding(uint256 seed, uint96 stakeWei)
        external
    {
        uint256 stake = _bound(stakeWei, 1, 0.01 ether);
        _useStake(stake);
        uint256[4] memory points;
        for (uint32 i = 0; i < 6; ++i) {
            uint256 player = _draw(seed, i) % 4;
            ++points[player];
            _round(_item(_draft(player, i)));
        }
        uint256 losers = 1 + _draw(seed, 7) % 5;
        for (uint32 i = 0; i < losers; ++i) {
            _round(_item(_wrong(9, i)));
        }
        uint256 sharedWei = losers * stake;
        uint256 owedWei = 0;
        for (uint256 player = 0; player < 4; ++player) {
            (, uint256 dividendWei) = model.mechanism.account(_player(player));
            uint256 fairWei = sharedWei * points[player] / 6;
            vm.assertLe(dividendWei, fairWei, "never more than the fair share");
            vm.assertLe(fairWei, dividendWei + 1 + losers, "rounding takes a wei for each forfeit at most");
            owedWei += dividendWei;
        }
        vm.assertLe(owedWei, model.mechanism.rewardPoolWei(), "what is owed is there");
        _assertMechanismBooks();
    }

    // --- known attacks

    /// @dev Nobody can take a stake before `forfeitWait`, however the model is flipped, and the refund waits for the
    /// model to come back.
    function test_flipping_the_model_before_a_refund_wins_nothing() external {
        Batch memory victim = _flip();
        _wait(REFUND_WAIT_S);
        (uint256 refundedMap, uint256 forfeitedMap) = _settleAll(victim);
        vm.assertEq(refundedMap | forfeitedMap, 0, "neither refunded nor taken");
        _flipBack();
        (refundedMap, forfeitedMap) = _settleAll(victim);
        vm.assertEq(refundedMap, 1, "refunded in the end");
    }

    function test_settled_in_time_nothing_is_left_to_take() external {
        Batch memory batch = _add(_item(_draft(0, 0)));
        _wait(REFUND_WAIT_S);
        _settleAll(batch);
        _flipFeature(0);
        _wait(FORFEIT_WAIT_S);
        vm.expectPartialRevert(IDataHandler.UnknownBatch.selector);
        forwarder.settle(batch.trainer, batch.terms, batch.header, batch.records, 1);
        _assertAccount(0, 1, 0);
    }

    function test_splitting_work_among_many_names_gains_nothing() external {
        uint256 snapshotOne = _dividendsOf(false);
        uint256 snapshotMany = _dividendsOf(true);
        vm.assertLe(snapshotMany, snapshotOne, "four names earn no more than one");
    }

    // --- who may call, who gets paid

    function test_only_the_trainer_moves_stakes() external {
        bytes memory refusal = abi.encodeWithSelector(Bound.OnlyTrainer.selector, stranger);
        MechanismApi mechanism = model.mechanism;
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        mechanism.takeStakes(0);
        vm.expectRevert(refusal);
        mechanism.credit(stranger);
        vm.expectRevert(refusal);
        mechanism.settle("", 0, 0, 0, 0, stranger, stranger);
        vm.expectRevert(refusal);
        mechanism.collect(stranger, stranger);
    }

    function test_stakes_must_be_exact() external {
        MechanismApi mechanism = _mechanism(0, 5, 5, 1, 2);
        mechanism.bind(address(this));
        vm.deal(address(this), 100);
        vm.expectRevert(abi.encodeWithSelector(MechanismApi.WrongStakes.selector, 9, 10));
        mechanism.takeStakes{value: 9}(2);
        mechanism.takeStakes{value: 10}(2);
        vm.assertEq(mechanism.openStakesWei(), 10, "taken");
    }

    function test_the_trainer_is_bound_once_by_the_deployer() external {
        MechanismApi mechanism = _mechanism(0, 5, 5, 1, 2);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(Bound.AlreadyBound.selector, address(0)));
        mechanism.bind(stranger);
        mechanism.bind(relayer);
        vm.expectRevert(abi.encodeWithSelector(Bound.AlreadyBound.selector, relayer));
        mechanism.bind(address(this));
        vm.assertEq(mechanism.trainer(), relayer, "bound");
    }

    function test_tells_what_it_is() external view {
        vm.assertEq(model.mechanism.kind(), "self-assessment", "kind");
        vm.assertEq(model.mechanism.refundWaitS(), REFUND_WAIT_S, "refund wait");
        vm.assertEq(model.mechanism.forfeitWaitS(), FORFEIT_WAIT_S, "forfeit wait");
    }

    // --- support

    function _mechanism(uint256 weight, uint256 low, uint256 high, uint256 refundS, uint256 forfeitS)
        private
        returns (MechanismApi)
    {
        return MechanismApi(_deploy("incentive/SelfAssessment", abi.encode(weight, low, high, refundS, forfeitS)));
    }

    /// @dev Adds, waits for the end of the reward stage and settles.
    function _round(bytes memory items) private {
        Batch memory batch = _add(items);
        _wait(FORFEIT_WAIT_S);
        _settleAll(batch);
    }

    function _assertAccount(uint256 player, uint256 points, uint256 unclaimedWei) private view {
        (uint256 pointsNow, uint256 unclaimedNow) = model.mechanism.account(_player(player));
        vm.assertEq(pointsNow, points, "points");
        vm.assertEq(unclaimedNow, unclaimedWei, "dividends");
    }

    /// @dev A model with a large step: one wrong lesson turns it over. The victim's sample is then misjudged.
    function _flip() private returns (Batch memory victim) {
        model = _deployModel(_deployPerceptron(FEATURES, 0, 10));
        _open(sponsor, address(model.trainer), _schedule());
        victim = _add(_item(_draft(0, 0)));
        _flipFeature(0);
    }

    function _flipFeature(uint32 nonce) private {
        Draft memory attack = _wrong(8, nonce);
        attack.sample = _draft(0, 0).sample;
        _add(_item(attack));
    }

    function _flipBack() private {
        Draft memory lesson = _draft(7, 0);
        lesson.sample = _draft(0, 0).sample;
        _add(_item(lesson));
        vm.assertEq(model.trainer.predict(lesson.sample), 0, "the model came back");
    }

    /// @dev Dividends of one who did four contributions, under one name or under four.
    function _dividendsOf(bool split) private returns (uint256 sumWei) {
        _useStake(0.01 ether);
        bytes memory items = _item(_draft(20, split ? 1 : 0));
        for (uint32 i = 0; i < 4; ++i) {
            items = bytes.concat(items, _item(split ? _draft(10 + i, 0) : _draft(30, i)));
        }
        _round(items);
        _round(_item(_wrong(21, split ? 1 : 0)));
        for (uint256 i = 0; i < 4; ++i) {
            (, uint256 dividendWei) = model.mechanism.account(_player(10 + i));
            sumWei += dividendWei;
        }
        (, uint256 ownWei) = model.mechanism.account(_player(30));
        return split ? sumWei : ownWei;
    }

    function _root(uint256 x) private pure returns (uint256 root) {
        for (uint256 bit = 1 << 20; bit != 0; bit >>= 1) {
            if ((root + bit) * (root + bit) <= x) root += bit;
        }
    }
}
