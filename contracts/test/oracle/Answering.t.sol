// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOracleClassifier, OracleRequest, OracleStage} from "../../src/interfaces/IOracleClassifier.sol";
import {OracleHouse} from "../support/OracleHouse.sol";

/// @title Committing, revealing, and what liars, copiers and sleepers come to
contract OracleAnsweringTest is OracleHouse {
    function test_a_quorum_of_equal_labels_is_the_answer_at_once() external {
        bytes32 id = _request();
        for (uint256 i = 0; i < SEATS; ++i) {
            _commit(i, id, i == 0 ? 2 : 1);
        }
        _reveal(0, id, 2);
        _reveal(1, id, 1);
        _reveal(2, id, 1);
        _assertUnanswered(SAMPLE);
        vm.expectEmit(true, true, false, true, address(oracle));
        emit IOracleClassifier.Answered(id, keccak256(SAMPLE), 1, 1);
        _reveal(3, id, 1);
        vm.assertEq(oracle.predict(SAMPLE), 1, "before the last has revealed");
    }

    // --- when

    function test_revealing_begins_when_nobody_can_commit_any_more() external {
        bytes32 id = _request();
        for (uint256 i = 0; i < SEATS - 1; ++i) {
            _commit(i, id, 1);
            vm.assertFalse(_reveal(i, id, 1), "others could copy it");
        }
        _commit(4, id, 1);
        _assertStage(id, OracleStage.Revealing, "the panel is complete");
        vm.assertTrue(_reveal(0, id, 1), "nobody is left who could copy");
    }

    function test_revealing_begins_at_half_time_without_the_sleepers() external {
        bytes32 id = _request();
        _commit(0, id, 1);
        _commit(1, id, 1);
        _commit(2, id, 1);
        uint256 commitUntil = oracle.requestOf(id).commitUntil;
        vm.warp(commitUntil - 1);
        vm.assertFalse(_reveal(0, id, 1), "too early");
        vm.warp(commitUntil);
        vm.assertFalse(_commit(3, id, 1), "too late to commit");
        vm.assertTrue(_reveal(0, id, 1), "time to reveal");
    }

    function test_a_late_label_counts_for_nothing() external {
        bytes32 id = _request();
        for (uint256 i = 0; i < SEATS; ++i) {
            _commit(i, id, 1);
        }
        _reveal(0, id, 1);
        _reveal(1, id, 1);
        vm.warp(oracle.requestOf(id).deadline - 1);
        vm.assertTrue(_reveal(2, id, 1), "the last second");
        vm.warp(oracle.requestOf(id).deadline);
        vm.assertFalse(_reveal(3, id, 1), "late");
        oracle.settle(_one(id));
        vm.assertFalse(_reveal(3, id, 1), "later still");
        _assertShare(3, 0);
        _assertShare(2, FEE_WEI / 3);
    }

    // --- who

    function test_a_responder_answers_once() external {
        bytes32 id = _request();
        vm.assertTrue(_commit(0, id, 1), "once");
        vm.assertFalse(_commit(0, id, 2), "not twice");
        _commit(1, id, 1);
        _commit(2, id, 2);
        vm.warp(oracle.requestOf(id).commitUntil);
        vm.assertTrue(_reveal(0, id, 1), "once");
        vm.assertFalse(_reveal(0, id, 1), "not twice");
        _reveal(1, id, 1);
        _assertUnanswered(SAMPLE);
    }

    function test_strangers_answer_nothing() external {
        bytes32 id = _request();
        vm.assertFalse(_commitAs(stranger, id, 1), "no commitment");
        for (uint256 i = 0; i < SEATS; ++i) {
            _commit(i, id, 1);
        }
        vm.assertFalse(_revealAs(stranger, id, 1, _salt(id, stranger)), "no label");
        vm.assertEq(oracle.requestOf(id).revealedMap, 0, "nothing");
    }

    function test_a_copied_commitment_is_worth_nothing() external {
        bytes32 id = _request();
        bytes32 copied = oracle.commitmentOf(id, _responder(0), 1, _salt(id, _responder(0)));
        _commit(0, id, 1);
        vm.prank(_responder(1));
        oracle.commit(_one(id), _one(copied));
        _commit(2, id, 1);
        vm.warp(oracle.requestOf(id).commitUntil);
        _reveal(0, id, 1);
        vm.assertFalse(_revealAs(_responder(1), id, 1, _salt(id, _responder(0))), "it names its author");
    }

    function test_nobody_reveals_for_another() external {
        bytes32 id = _request();
        _commit(0, id, 1);
        _commit(1, id, 1);
        _commit(2, id, 1);
        vm.warp(oracle.requestOf(id).commitUntil);
        vm.assertFalse(_revealAs(_responder(1), id, 1, _salt(id, _responder(0))), "another's salt");
        vm.assertFalse(_revealAs(_responder(3), id, 1, _salt(id, _responder(3))), "never committed");
    }

    function testFuzz_only_the_committed_label_is_revealed(uint16 label, uint16 other, bytes32 salt) external {
        bytes32 id = _request();
        label %= LABELS;
        _commit(0, id, label);
        _commit(1, id, label);
        _commit(2, id, label);
        vm.warp(oracle.requestOf(id).commitUntil);
        bytes32 own = _salt(id, _responder(0));
        if (other != label) vm.assertFalse(_revealAs(_responder(0), id, other, own), "another label");
        if (salt != own) vm.assertFalse(_revealAs(_responder(0), id, label, salt), "another salt");
        vm.assertTrue(_revealAs(_responder(0), id, label, own), "its own");
    }

    function test_a_label_that_does_not_exist_counts_for_nothing() external {
        bytes32 id = _request();
        for (uint256 i = 0; i < SEATS; ++i) {
            _commit(i, id, LABELS);
        }
        for (uint256 i = 0; i < SEATS; ++i) {
            vm.assertFalse(_reveal(i, id, LABELS), "no such label");
        }
        _assertUnanswered(SAMPLE);
    }

    function test_an_empty_commitment_is_none() external {
        bytes32 id = _request();
        vm.prank(_responder(0));
        vm.assertEq(oracle.commit(_one(id), _one(bytes32(0))), 0, "nothing");
        vm.assertEq(oracle.requestOf(id).committedMap, 0, "nobody");
    }

    // --- how many

    function test_a_minority_that_colludes_makes_no_answer() external {
        bytes32 id = _request();
        _answer(id, _said(3, 3, 1, 1, 1));
        vm.assertEq(oracle.predict(SAMPLE), 1, "the majority's");
        _assertShare(0, 0);
        _assertShare(1, 0);
        _assertShare(2, FEE_WEI / 3);
    }

    function test_a_minority_alone_makes_no_answer_either() external {
        bytes32 id = _request();
        _answer(id, _said(3, 3));
        _assertUnanswered(SAMPLE);
        vm.assertEq(_claim(requester), FEE_WEI, "the whole fee");
    }

    function test_disagreement_is_no_answer() external {
        bytes32 id = _request();
        _answer(id, _said(0, 0, 1, 1, 2));
        _assertUnanswered(SAMPLE);
        vm.assertEq(_claim(requester), FEE_WEI, "the whole fee");
    }

    function test_label_zero_needs_its_quorum_like_any_other() external {
        bytes32 id = _request();
        for (uint256 i = 0; i < SEATS; ++i) {
            _commit(i, id, 0);
        }
        _reveal(4, id, 0);
        _reveal(3, id, 0);
        _assertUnanswered(SAMPLE);
        _reveal(1, id, 0);
        vm.assertEq(oracle.predict(SAMPLE), 0, "three revealed it");
    }

    /// @dev Whatever five responders say, the answer is the label that three of them say, if there is one.
    function testFuzz_the_answer_is_what_the_plain_count_says(uint256 seed) external {
        bytes32 id = _request();
        uint16[] memory labels = new uint16[](SEATS);
        uint256[LABELS] memory counts;
        for (uint256 i = 0; i < SEATS; ++i) {
            labels[i] = uint16(_draw(seed, i) % LABELS);
            ++counts[labels[i]];
        }
        _answer(id, labels);
        OracleRequest memory own = oracle.requestOf(id);
        for (uint16 label = 0; label < LABELS; ++label) {
            vm.assertEq(own.answered && own.label == label, counts[label] >= QUORUM, "answer");
        }
        for (uint256 i = 0; i < SEATS; ++i) {
            bool won = counts[labels[i]] >= QUORUM;
            _assertShare(i, won ? FEE_WEI / counts[labels[i]] : 0);
        }
        _assertOracleBooks();
    }

    function test_the_largest_panel_keeps_its_labels_apart() external {
        oracle.changePanel(_responders(0, 16), 9);
        bytes32 id = _request();
        for (uint256 i = 0; i < 16; ++i) {
            _commit(i, id, i % 2 == 0 || i == 15 ? 3 : 1);
        }
        for (uint256 i = 16; i > 0; --i) {
            _reveal(i - 1, id, (i - 1) % 2 == 0 || i == 16 ? 3 : 1);
        }
        vm.assertEq(oracle.predict(SAMPLE), 3, "nine of sixteen");
        oracle.settle(_one(id));
        _assertShare(15, FEE_WEI / 9);
        _assertShare(14, FEE_WEI / 9);
        _assertShare(13, 0);
    }

    // --- batches

    function test_one_bad_item_spoils_no_other() external {
        bytes32 first = _request("first", FEE_WEI);
        bytes32 second = _request("second", FEE_WEI);
        bytes32[] memory ids = new bytes32[](4);
        bytes32[] memory commitments = new bytes32[](4);
        uint16[] memory labels = new uint16[](4);
        bytes32[] memory salts = new bytes32[](4);
        (ids[0], ids[1], ids[2], ids[3]) = (first, keccak256("no such request"), second, first);
        for (uint256 i = 0; i < 4; ++i) {
            (labels[i], salts[i]) = (1, _salt(ids[i], _responder(0)));
            commitments[i] = oracle.commitmentOf(ids[i], _responder(0), 1, salts[i]);
        }
        vm.prank(_responder(0));
        vm.assertEq(oracle.commit(ids, commitments), 5, "first and second, each once");
        for (uint256 i = 1; i < 4; ++i) {
            _commit(i, first, 1);
            _commit(i, second, 1);
        }
        vm.warp(oracle.requestOf(second).commitUntil);
        vm.prank(_responder(0));
        vm.assertEq(oracle.reveal(ids, labels, salts), 5, "first and second, each once");
    }

    function test_lists_that_do_not_match_are_refused() external {
        vm.expectRevert(IOracleClassifier.BadBatch.selector);
        oracle.commit(new bytes32[](2), new bytes32[](1));
        vm.expectRevert(IOracleClassifier.BadBatch.selector);
        oracle.reveal(new bytes32[](1), new uint16[](2), new bytes32[](1));
        vm.expectRevert(IOracleClassifier.BadBatch.selector);
        oracle.reveal(new bytes32[](1), new uint16[](1), new bytes32[](2));
        vm.expectRevert(IOracleClassifier.BadBatch.selector);
        oracle.commit(new bytes32[](257), new bytes32[](257));
        vm.expectRevert(IOracleClassifier.BadBatch.selector);
        oracle.reveal(new bytes32[](257), new uint16[](257), new bytes32[](257));
        vm.expectRevert(IOracleClassifier.BadBatch.selector);
        oracle.settle(new bytes32[](257));
    }
}
