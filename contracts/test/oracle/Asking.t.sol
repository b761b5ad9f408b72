// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    Answer,
    IOracleClassifier,
    OracleRequest,
    OracleRules,
    OracleStage
} from "../../src/interfaces/IOracleClassifier.sol";
import {OracleApi, OracleHouse} from "../support/OracleHouse.sol";

/// @title Requests, the cache, and what the owner may change
contract OracleAskingTest is OracleHouse {
    // --- requests

    function test_a_request_tells_responders_everything() external {
        uint40 deadline = uint40(block.timestamp) + WINDOW_S;
        uint40 commitUntil = uint40(block.timestamp) + WINDOW_S / 2;
        vm.deal(requester, 1 ether);
        bytes32 id = keccak256(abi.encode(block.chainid, oracle, 1, requester, keccak256(SAMPLE), uint32(1)));
        vm.expectEmit(true, true, true, true, address(oracle));
        emit IOracleClassifier.Requested(id, keccak256(SAMPLE), requester, 1 ether, 1, 1, commitUntil, deadline, SAMPLE);
        vm.prank(requester);
        vm.assertEq(oracle.request{value: 1 ether}(SAMPLE, deadline), id, "id");
        OracleRequest memory own = oracle.requestOf(id);
        vm.assertEq(own.requester, requester, "requester");
        vm.assertEq(own.feeWei, 1 ether, "fee");
        vm.assertEq(own.quorum, QUORUM, "quorum");
        vm.assertEq(own.seats, SEATS, "seats");
        vm.assertEq(oracle.escrowedWei(), 1 ether, "escrowed");
        _assertStage(id, OracleStage.Committing, "open");
        _assertStage(bytes32(0), OracleStage.Unknown, "no such request");
    }

    function test_a_request_without_its_fee_is_refused() external {
        uint40 deadline = uint40(block.timestamp) + WINDOW_S;
        vm.expectRevert(abi.encodeWithSelector(IOracleClassifier.BadFee.selector, 0, MIN_FEE_WEI));
        oracle.request(SAMPLE, deadline);
        vm.expectRevert(abi.encodeWithSelector(IOracleClassifier.BadFee.selector, MIN_FEE_WEI - 1, MIN_FEE_WEI));
        oracle.request{value: MIN_FEE_WEI - 1}(SAMPLE, deadline);
        oracle.request{value: MIN_FEE_WEI}(SAMPLE, deadline);
    }

    function test_a_fee_beyond_the_books_is_refused() external {
        uint256 feeWei = uint256(type(uint96).max) + 1;
        vm.deal(address(this), feeWei);
        vm.expectRevert(abi.encodeWithSelector(IOracleClassifier.BadFee.selector, feeWei, MIN_FEE_WEI));
        oracle.request{value: feeWei}(SAMPLE, uint40(block.timestamp) + WINDOW_S);
    }

    function test_an_empty_or_too_long_sample_is_refused() external {
        uint40 deadline = uint40(block.timestamp) + WINDOW_S;
        vm.expectRevert(abi.encodeWithSelector(IOracleClassifier.BadSample.selector, 0));
        oracle.request{value: FEE_WEI}("", deadline);
        bytes memory tooLong = new bytes(MAX_SAMPLE_BYTES + 1);
        vm.expectRevert(abi.encodeWithSelector(IOracleClassifier.BadSample.selector, MAX_SAMPLE_BYTES + 1));
        oracle.request{value: FEE_WEI}(tooLong, deadline);
        oracle.request{value: FEE_WEI}(new bytes(MAX_SAMPLE_BYTES), deadline);
    }

    function testFuzz_a_deadline_leaves_time_for_both_halves_and_is_not_for_ever(uint40 deadline) external {
        uint256 earliest = block.timestamp + MIN_WINDOW_S;
        uint256 latest = block.timestamp + 7 days;
        if (deadline < earliest || deadline > latest) {
            vm.expectRevert(abi.encodeWithSelector(IOracleClassifier.BadDeadline.selector, deadline, earliest, latest));
        }
        oracle.request{value: FEE_WEI}(SAMPLE, deadline);
    }

    function test_a_known_answer_is_refused_and_named() external {
        _teach(SAMPLE, 2);
        uint40 deadline = uint40(block.timestamp) + WINDOW_S;
        vm.expectRevert(
            abi.encodeWithSelector(IOracleClassifier.AlreadyAnswered.selector, keccak256(SAMPLE), uint16(2))
        );
        oracle.request{value: FEE_WEI}(SAMPLE, deadline);
    }

    function test_the_same_is_not_asked_twice_at_the_same_fee() external {
        bytes32 id = _request();
        uint40 deadline = uint40(block.timestamp) + WINDOW_S;
        vm.expectRevert(abi.encodeWithSelector(IOracleClassifier.AlreadyAsked.selector, id, FEE_WEI));
        oracle.request{value: FEE_WEI}(SAMPLE, deadline);
    }

    function test_a_cheap_request_that_nobody_answers_keeps_nobody_from_asking_at_a_higher_fee() external {
        vm.deal(stranger, MIN_FEE_WEI);
        vm.prank(stranger);
        bytes32 blocker = oracle.request{value: MIN_FEE_WEI}(SAMPLE, uint40(block.timestamp) + 7 days);
        bytes32 id = _request();
        _answer(id, _said(1, 1, 1));
        vm.assertEq(oracle.predict(SAMPLE), 1, "answered");
        vm.warp(oracle.requestOf(blocker).deadline);
        oracle.settle(_one(blocker));
        vm.assertEq(_claim(stranger), MIN_FEE_WEI, "the blocker has its fee back and no effect");
    }

    function test_a_request_that_failed_may_be_repeated() external {
        bytes32 id = _request();
        vm.warp(oracle.requestOf(id).commitUntil);
        _assertStage(id, OracleStage.Closed, "nobody committed");
        vm.assertNotEq(_request(), id, "another request");
    }

    function test_a_flood_of_requests_delays_nobody_and_its_fees_feed_the_responders() external {
        for (uint256 i = 0; i < 64; ++i) {
            _request(abi.encode(i), MIN_FEE_WEI);
        }
        bytes32 id = _request();
        _answer(id, _said(3, 3, 3));
        vm.assertEq(oracle.predict(SAMPLE), 3, "as ever");
        _assertOracleBooks();
    }

    // --- the cache

    function test_an_unknown_sample_is_not_predicted() external {
        _assertUnanswered(SAMPLE);
        _request();
        _assertUnanswered(SAMPLE);
    }

    function test_an_answer_is_free_for_everybody() external {
        _teach(SAMPLE, 3);
        vm.prank(stranger);
        vm.assertEq(oracle.predict(SAMPLE), 3, "the answer");
        (Answer memory answer, bool current) = oracle.answerOf(keccak256(SAMPLE));
        vm.assertTrue(current, "current");
        vm.assertEq(answer.version, 1, "version");
    }

    function test_a_new_model_ends_all_answers_of_the_old_one() external {
        _teach(SAMPLE, 3);
        vm.expectEmit(true, false, false, true, address(oracle));
        emit IOracleClassifier.ModelChanged(2, keccak256("better"));
        oracle.changeModel(keccak256("better"));
        _assertUnanswered(SAMPLE);
        _teach(SAMPLE, 1);
        vm.assertEq(oracle.predict(SAMPLE), 1, "the new model's answer");
    }

    function test_an_answer_of_the_old_model_is_paid_and_not_predicted() external {
        bytes32 id = _request();
        oracle.changeModel(keccak256("better"));
        _answer(id, _said(1, 1, 1));
        _assertShare(0, FEE_WEI / 3);
        _assertUnanswered(SAMPLE);
    }

    function test_a_late_answer_of_the_old_model_does_not_replace_the_new_ones() external {
        bytes32 old = _request();
        oracle.changeModel(keccak256("better"));
        bytes32 id = _request(SAMPLE, MIN_FEE_WEI);
        _answer(id, _said(2, 2, 2, 2, 2));
        _answer(old, _said(1, 1, 1, 1, 1));
        vm.assertEq(oracle.predict(SAMPLE), 2, "the new model's");
    }

    function test_answers_end_with_their_lifetime() external {
        OracleRules memory rules = _oracleRules();
        rules.cacheLifetimeS = 1_000;
        oracle = _deployOracle(rules);
        _teach(SAMPLE, 3);
        _wait(999);
        vm.assertEq(oracle.predict(SAMPLE), 3, "the last second");
        _wait(1);
        _assertUnanswered(SAMPLE);
        _teach(SAMPLE, 2);
        vm.assertEq(oracle.predict(SAMPLE), 2, "asked again");
    }

    function test_the_first_answer_of_a_version_stands() external {
        bytes32 first = _request(SAMPLE, MIN_FEE_WEI);
        bytes32 second = _request();
        _answer(first, _said(1, 1, 1, 1, 1));
        _answer(second, _said(2, 2, 2, 2, 2));
        vm.assertEq(oracle.predict(SAMPLE), 1, "predictions do not flicker");
        _assertShare(0, MIN_FEE_WEI / 5 + FEE_WEI / 5);
    }

    // --- the owner

    function test_a_responder_removed_while_a_request_is_open_still_answers_it_and_a_new_one_does_not() external {
        bytes32 id = _request();
        vm.assertTrue(_commit(0, id, 1), "before");
        oracle.changePanel(_responders(7, 3), 2);
        vm.assertTrue(_commit(1, id, 1) && _commit(2, id, 1), "after");
        vm.assertFalse(_commit(7, id, 2), "not on this panel");
        vm.warp(oracle.requestOf(id).commitUntil);
        vm.assertTrue(_reveal(0, id, 1) && _reveal(1, id, 1) && _reveal(2, id, 1), "revealed");
        vm.assertEq(oracle.predict(SAMPLE), 1, "by the panel that was paid for");
        bytes32 next = _request("another", FEE_WEI);
        vm.assertFalse(_commit(0, next, 1), "removed");
        vm.assertTrue(_commit(7, next, 1), "new");
    }

    function test_panels_that_could_tie_or_cheat_are_refused() external {
        address[] memory twice = _responders(0, 3);
        twice[2] = twice[0];
        address[] memory none = _responders(0, 3);
        none[1] = address(0);
        _assertBadPanel(twice, 2);
        _assertBadPanel(none, 2);
        _assertBadPanel(_responders(0, 0), 0);
        _assertBadPanel(_responders(0, 17), 9);
        _assertBadPanel(_responders(0, 4), 2);
        _assertBadPanel(_responders(0, 3), 4);
        oracle.changePanel(_responders(0, 16), 9);
        (address[] memory responders, uint256 quorum) = oracle.panelOf(oracle.panel());
        vm.assertEq(responders.length, 16, "seats");
        vm.assertEq(quorum, 9, "quorum");
    }

    function test_rules_that_contradict_each_other_are_refused() external {
        OracleRules[5] memory bad = [_oracleRules(), _oracleRules(), _oracleRules(), _oracleRules(), _oracleRules()];
        bad[0].labelCount = 1;
        bad[1].maxSampleBytes = 0;
        bad[2].minFeeWei = 0;
        bad[3].minWindowS = 1;
        bad[4].minWindowS = 7 days + 1;
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(IOracleClassifier.BadParameters.selector);
            _deployOracle(bad[i]);
        }
    }

    function test_nobody_but_the_owner_changes_anything() external {
        address[] memory responders = _responders(0, 1);
        bytes memory refusal = abi.encodeWithSelector(IOracleClassifier.OnlyOwner.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        oracle.changePanel(responders, 1);
        vm.expectRevert(refusal);
        oracle.changeModel(MODEL);
        vm.expectRevert(refusal);
        oracle.changeMinFee(1);
        vm.expectRevert(refusal);
        oracle.changeOwner(stranger);
    }

    function test_an_oracle_without_owner_stays_as_it_is() external {
        oracle.changeMinFee(5);
        vm.assertEq(oracle.minFeeWei(), 5, "changed");
        vm.expectRevert(IOracleClassifier.BadParameters.selector);
        oracle.changeMinFee(0);
        oracle.changeOwner(address(0));
        vm.expectRevert(abi.encodeWithSelector(IOracleClassifier.OnlyOwner.selector, address(this)));
        oracle.changeMinFee(6);
    }

    function _assertBadPanel(address[] memory responders, uint256 quorum) private {
        vm.expectRevert(IOracleClassifier.BadPanel.selector);
        oracle.changePanel(responders, quorum);
    }
}
