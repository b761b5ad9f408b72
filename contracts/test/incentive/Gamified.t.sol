// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Outcome} from "../../src/interfaces/IForwarder.sol";
import {Badge, IGamified, Standing} from "../../src/interfaces/IGamified.sol";
import {BatchHeader} from "../../src/interfaces/ITrainer.sol";
import {IValidatingMechanism} from "../../src/interfaces/IValidation.sol";
import {Bound, TrainerApi} from "../support/Contracts.sol";
import {GamifiedHouse, Verdict} from "../support/GamifiedHouse.sol";
import {Batch} from "../support/House.sol";
import {Samples} from "../support/Samples.sol";
import {Draft} from "../support/Wire.sol";

/// @title Points and badges: others confirm, nobody oneself, and no small ring for ever
contract GamifiedTest is GamifiedHouse {
    function test_a_confirmed_contribution_earns_its_author_a_point_and_is_settled() external {
        Batch memory batch = _addOf(2, 0);
        Verdict memory verdict = _validate(batch, _says(1, 1, batch, 0));
        vm.assertEq(verdict.settledMap, 1, "settled");
        vm.assertEq(_points(0), 1, "the author's point");
        vm.assertEq(_points(1), 0, "the validator gets none");
        vm.assertEq(model.data.openMap(batch.header), 2, "the other one stays open");
    }

    function test_the_very_first_contribution_takes_effect_alone() external {
        model = _deployModel(_deployNaiveBayes(4, 8, 512), _freshGamified());
        _open(sponsor, address(model.trainer), _schedule());
        Batch memory batch = _addOf(1, 0);
        vm.assertEq(batch.acceptedMap, 1, "every word that it touches is new, the author's standing as well");
    }

    function test_nobody_confirms_own_contributions() external {
        Batch memory batch = _addOf(1, 0);
        Verdict memory verdict = _validate(batch, _says(0, 1, batch, 0));
        vm.assertEq(verdict.outcomes, hex"08", "own contribution");
        vm.assertEq(verdict.settledMap, 0, "nothing settled");
        vm.assertEq(_points(0), 0, "no point");
    }

    function test_whoever_never_contributed_confirms_nothing() external {
        Batch memory batch = _addOf(1, 0);
        Verdict memory verdict = _validate(batch, _says(9, 0, batch, 0));
        vm.assertEq(verdict.outcomes, hex"09", "never contributed");
        vm.assertEq(_points(0), 0, "no point");
    }

    function test_a_contribution_that_was_left_out_makes_nobody_a_contributor() external {
        Batch memory batch = _addOf(1, 0);
        Draft memory unfit = _draft(9, 0);
        unfit.sample = hex"00";
        vm.assertEq(_add(_item(unfit)).outcomes, hex"06", "unfit");
        vm.assertEq(_validate(batch, _says(9, 1, batch, 0)).outcomes, hex"09", "never contributed");
        unfit.nonce = 2;
        vm.assertEq(_add(bytes.concat(_item(unfit), _item(_draft(0, 3)))).outcomes, hex"0600", "nor beside a sound one");
        vm.assertEq(_validate(batch, _says(9, 4, batch, 0)).outcomes, hex"09", "never contributed");
    }

    function test_a_contribution_is_confirmed_once() external {
        Batch memory batch = _addOf(3, 0);
        bytes memory both = bytes.concat(_says(1, 1, batch, 0), _says(2, 1, batch, 0));
        Verdict memory verdict = _validate(batch, both);
        vm.assertEq(verdict.outcomes, hex"0007", "the second comes too late");
        vm.assertEq(_points(0), 1, "one point");
        vm.assertEq(_validate(batch, _says(2, 2, batch, 0)).outcomes, hex"07", "and in a later call");
    }

    function test_a_ring_of_two_cannot_go_on_confirming_itself() external {
        _confirmEachOther(2, 6);
        vm.assertEq(_points(0), 1, "once");
        vm.assertEq(_points(1), 1, "once");
    }

    function testFuzz_rings_up_to_the_limit_come_to_an_end(uint8 seed) external {
        uint256 members = 2 + seed % DISTINCT_VALIDATORS;
        _confirmEachOther(members, 8);
        for (uint256 player = 0; player < members; ++player) {
            vm.assertLe(_points(player), members - 1, "each other member once, and no more");
        }
    }

    function test_a_validator_counts_again_after_others_have_confirmed() external {
        Batch memory batch = _addOf(5, 0);
        for (uint8 validator = 1; validator < 5; ++validator) {
            Batch memory next = _add(_item(_draft(0, validator)));
            vm.assertEq(_validate(next, _says(validator, 1, next, 0)).validatedMap, 1, "another one");
        }
        batch = _add(_item(_draft(0, 20)));
        vm.assertEq(
            uint8(gamified.preview(_player(2), _player(0))), uint8(Outcome.SameValidatorAgain), "among the last three"
        );
        vm.assertEq(_validate(batch, _says(1, 2, batch, 0)).validatedMap, 1, "three others have been between");
        vm.assertEq(_points(0), 5, "all of them");
    }

    function test_badges_come_at_their_thresholds_once() external {
        vm.expectEmit(true, true, true, true, address(gamified));
        emit IGamified.BadgeEarned(_player(0), Badge.FirstClue);
        Batch memory batch = _addOf(6, 0);
        vm.assertTrue(gamified.hasBadge(_player(0), Badge.FirstClue), "first clue");
        for (uint32 round = 1; round <= 10; ++round) {
            vm.assertFalse(gamified.hasBadge(_player(0), Badge.TenValidated), "not yet");
            batch = _add(_item(_draft(0, round)));
            if (round == 10) {
                vm.expectEmit(true, true, true, true, address(gamified));
                emit IGamified.BadgeEarned(_player(0), Badge.TenValidated);
            }
            _validate(batch, _says(1 + round % 5, round, batch, 0));
        }
        vm.assertEq(_points(0), 10, "ten");
        vm.assertTrue(gamified.hasBadge(_player(0), Badge.TenValidated), "ten validated");
        vm.assertFalse(gamified.hasBadge(_player(0), Badge.HundredValidated), "not a hundred");
    }

    function test_the_badges_of_a_hundred_and_a_thousand_come_then_and_not_before() external {
        _confirmMany(99);
        vm.assertFalse(gamified.hasBadge(_player(0), Badge.HundredValidated), "99");
        _confirmMany(1);
        vm.assertTrue(gamified.hasBadge(_player(0), Badge.HundredValidated), "100");
        _confirmMany(899);
        vm.assertFalse(gamified.hasBadge(_player(0), Badge.ThousandValidated), "999");
        _confirmMany(1);
        vm.assertTrue(gamified.hasBadge(_player(0), Badge.ThousandValidated), "1,000");
    }

    function test_seven_days_in_a_row_make_a_streak() external {
        for (uint32 day = 0; day < 7; ++day) {
            vm.assertFalse(gamified.hasBadge(_player(0), Badge.WeekStreak), "not yet");
            _add(bytes.concat(_item(_draft(0, 2 * day)), _item(_draft(0, 2 * day + 1))));
            vm.assertEq(gamified.standing(_player(0)).streakDays, day + 1, "one day more, however often");
            _wait(1 days);
        }
        vm.assertTrue(gamified.hasBadge(_player(0), Badge.WeekStreak), "a week");
    }

    function test_a_day_without_play_ends_a_streak_but_takes_no_badge() external {
        for (uint32 day = 0; day < 7; ++day) {
            _add(_item(_draft(0, day)));
            _wait(day == 6 ? 2 days : 1 days);
        }
        _add(_item(_draft(0, 7)));
        Standing memory standing = gamified.standing(_player(0));
        vm.assertEq(standing.streakDays, 1, "from the start again");
        vm.assertEq(standing.contributed, 8, "all count");
        vm.assertTrue(gamified.hasBadge(_player(0), Badge.WeekStreak), "kept for ever");
    }

    function test_what_nobody_confirms_lapses_without_a_point() external {
        Batch memory batch = _addOf(2, 0);
        _validate(batch, _says(1, 1, batch, 0));
        _wait(LAPSE_WAIT_S - 1);
        (uint256 refundedMap, uint256 forfeitedMap) = _settleAll(batch);
        vm.assertEq(refundedMap | forfeitedMap, 0, "not yet");
        _wait(1);
        (refundedMap, forfeitedMap) = _settleAll(batch);
        vm.assertEq(refundedMap, 0, "no point");
        vm.assertEq(forfeitedMap, 2, "the open one lapses");
        vm.assertEq(_points(1), 0, "no point for it");
    }

    function test_the_event_tells_who_confirmed_what() external {
        Batch memory batch = _addOf(2, 0);
        bytes memory statements = abi.encodePacked(_player(1), uint8(0), _player(1), uint8(1));
        vm.expectEmit(true, true, true, true, address(gamified));
        emit IValidatingMechanism.Validated(batch.header.id, 1, statements);
        _validate(batch, bytes.concat(_says(1, 1, batch, 0), _says(1, 2, batch, 1)));
    }

    function test_direct_contributors_confirm_each_other_without_a_relayer() external {
        TrainerApi trainer = model.trainer;
        vm.prank(_player(0));
        BatchHeader memory header = trainer.contribute(0, Samples.list(1, 2));
        bytes memory record = abi.encodePacked(_player(0), uint16(0), uint16(4), Samples.list(1, 2));
        vm.prank(_player(1));
        vm.assertEq(trainer.validate(header, record), uint8(Outcome.NeverContributed), "not yet a contributor");
        vm.prank(_player(1));
        trainer.contribute(0, Samples.list(3, 4));
        vm.prank(_player(1));
        vm.assertEq(trainer.validate(header, record), uint8(Outcome.Accepted), "confirmed");
        vm.assertEq(_points(0), 1, "a point");
    }

    function test_there_is_no_money_to_send() external {
        vm.deal(_player(0), 1 ether);
        vm.prank(_player(0));
        vm.expectRevert(abi.encodeWithSelector(IGamified.NoMoney.selector, 1));
        model.trainer.contribute{value: 1}(0, Samples.list(1, 2));
    }

    function test_only_the_trainer_judges() external {
        vm.expectRevert(abi.encodeWithSelector(Bound.OnlyTrainer.selector, address(this)));
        gamified.validate(1, "", 0, "");
        vm.expectRevert(abi.encodeWithSelector(Bound.OnlyTrainer.selector, address(this)));
        gamified.noteAuthors("", 0);
    }

    function test_bad_parameters_are_refused() external {
        uint256[2][3] memory bad = [[uint256(4), 1], [uint256(0), 0], [uint256(3), 1 << 32]];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert();
            this.deployWith(bad[i][0], bad[i][1]);
        }
    }

    function deployWith(uint256 distinctValidators, uint256 lapseWaitS) external returns (address) {
        return _deploy("incentive/Gamified", abi.encode(distinctValidators, lapseWaitS));
    }

    function _freshGamified() private returns (address) {
        return _deploy("incentive/Gamified", abi.encode(DISTINCT_VALIDATORS, LAPSE_WAIT_S));
    }

    /// @dev `members` players contribute in each round, and everybody says yes to everybody, in every order.
    function _confirmEachOther(uint256 members, uint32 rounds) private {
        uint32 nonce = 0;
        for (uint32 round = 0; round < rounds; ++round) {
            Batch memory batch = _addOf(members, nonce++);
            uint256 settledMap = 0;
            // A batch whose contributions are all confirmed is closed.
            for (uint256 step = 1; step < members && settledMap != (1 << members) - 1; ++step) {
                bytes memory items;
                for (uint256 player = 0; player < members; ++player) {
                    uint8 record = uint8((player + step + round) % members);
                    items = bytes.concat(items, _says(player, nonce, batch, record));
                }
                ++nonce;
                settledMap |= _validate(batch, items).settledMap;
            }
        }
    }

    /// @dev Straight at the mechanism, in the trainer's name: players 1 to 4 in turn confirm player 0's contributions.
    function _confirmMany(uint256 count) private {
        bytes memory record = abi.encodePacked(_player(0), uint16(0), uint16(0));
        bytes memory others;
        for (uint256 player = 1; player < 5; ++player) {
            others = bytes.concat(others, abi.encodePacked(_player(player), uint16(0), uint16(0)));
        }
        vm.startPrank(address(model.trainer));
        gamified.noteAuthors(others, 15);
        for (uint256 i = 0; i < count; ++i) {
            address validator = _player(1 + (_points(0) % 4));
            (uint256 settledMap,) = gamified.validate(1, record, 1, abi.encodePacked(validator, uint8(0)));
            vm.assertEq(settledMap, 1, "each confirms");
        }
        vm.stopPrank();
    }
}
