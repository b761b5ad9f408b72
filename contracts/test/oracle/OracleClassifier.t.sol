// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Settlement} from "../../src/interfaces/ITrainer.sol";
import {BatchHeader, ITrainer} from "../../src/interfaces/ITrainer.sol";
import {Records} from "../../src/libraries/Records.sol";
import {Batch} from "../support/House.sol";
import {Bound} from "../support/Contracts.sol";
import {Lessons} from "../support/Lessons.sol";
import {OracleHouse} from "../support/OracleHouse.sol";
import {Draft} from "../support/Wire.sol";

/// @title An oracle as the model of a trainer
contract OracleClassifierTest is OracleHouse {
    function setUp() public override {
        super.setUp();
        model = _deployModel(address(oracle));
        _open(sponsor, address(model.trainer), _schedule());
    }

    function test_says_what_it_is() external view {
        vm.assertEq(oracle.kind(), "oracle", "kind");
        vm.assertEq(oracle.labelCount(), LABELS, "labels");
    }

    function test_only_what_is_answered_fits() external {
        vm.assertFalse(oracle.fits(1, SAMPLE), "not yet");
        _teach(SAMPLE, 2);
        vm.assertTrue(oracle.fits(1, SAMPLE), "whatever its label");
        vm.assertFalse(oracle.fits(LABELS, SAMPLE), "but for those that do not exist");
        oracle.changeModel(keccak256("better"));
        vm.assertFalse(oracle.fits(1, SAMPLE), "the new model was not asked");
    }

    function test_a_batch_leaves_out_what_is_not_answered() external {
        _teach(SAMPLE, 2);
        Batch memory batch = _add(bytes.concat(_sent(0, 2, SAMPLE), _sent(1, 2, "unknown"), _sent(2, 1, SAMPLE)));
        vm.assertEq(batch.acceptedMap, 5, "the neighbours");
    }

    function testFuzz_no_sample_whatever_reverts_a_batch(bytes memory sample, uint16 label) external {
        _teach(SAMPLE, 1);
        bytes memory sound = Lessons.record(1, SAMPLE);
        vm.prank(address(model.trainer));
        (uint256 accepted, uint256 newSlots) = oracle.train(bytes.concat(sound, Lessons.record(label, sample), sound));
        vm.assertEq(accepted & 5, 5, "neighbours");
        vm.assertEq(accepted & 2 == 2, oracle.fits(label, sample), "accepted exactly if it fits");
        vm.assertEq(newSlots, 0, "it learns nothing");
    }

    function test_takes_255_records_and_not_one_more() external {
        _teach(SAMPLE, 1);
        bytes memory record = Lessons.record(1, SAMPLE);
        bytes memory records;
        for (uint256 i = 0; i < 255; ++i) {
            records = bytes.concat(records, record);
        }
        vm.startPrank(address(model.trainer));
        (uint256 accepted,) = oracle.train(records);
        vm.assertEq(accepted, type(uint256).max >> 1, "all");
        vm.expectRevert(Records.TooManyRecords.selector);
        oracle.train(bytes.concat(records, record));
    }

    function test_learns_from_its_trainer_alone() external {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(Bound.OnlyTrainer.selector, stranger));
        oracle.train("");
    }

    function test_agrees_with_what_was_answered() external {
        _teach("a", 1);
        _teach("b", 2);
        bytes memory records = bytes.concat(
            Lessons.record(1, "a"), Lessons.record(1, "b"), Lessons.record(2, "b"), Lessons.record(0, "c")
        );
        vm.assertEq(oracle.agrees(records, 15), 5, "a is 1, b is 2, c is unknown");
        vm.assertEq(oracle.agrees(records, 4), 4, "only what is asked for");
        vm.assertEq(oracle.agrees(records, 0), 0, "nothing");
    }

    function test_an_unanswered_sample_is_never_a_zero() external view {
        vm.assertEq(oracle.agrees(Lessons.record(0, SAMPLE), 1), 0, "nobody said 0");
    }

    // --- stakes

    function test_a_right_contribution_is_refunded_and_a_wrong_one_forfeited() external {
        _teach(SAMPLE, 2);
        Batch memory batch = _add(bytes.concat(_sent(0, 2, SAMPLE), _sent(1, 1, SAMPLE)));
        _wait(FORFEIT_WAIT_S);
        (uint256 refunded, uint256 forfeited) = _settleAll(batch);
        vm.assertEq(refunded, 1, "agreed");
        vm.assertEq(forfeited, 2, "disagreed");
    }

    function test_a_stake_is_never_put_down_for_an_unanswered_sample() external {
        uint256 stakeWei = model.trainer.stakeWei();
        vm.deal(stranger, stakeWei);
        vm.prank(stranger);
        vm.expectRevert(ITrainer.Unfit.selector);
        model.trainer.contribute{value: stakeWei}(2, SAMPLE);
        vm.assertEq(stranger.balance, stakeWei, "kept");
    }

    function test_a_stake_is_not_forfeited_because_the_model_changed_and_nobody_asked_again() external {
        _teach(SAMPLE, 2);
        Batch memory batch = _add(_sent(0, 2, SAMPLE));
        oracle.changeModel(keccak256("better"));
        _wait(FORFEIT_WAIT_S);
        (uint256 refunded, uint256 forfeited) = _settleAll(batch);
        vm.assertEq(refunded, 1, "by the latest answer");
        vm.assertEq(forfeited, 0, "not for silence");
    }

    function test_who_corrects_the_model_is_refunded_once_the_new_one_agrees() external {
        _teach(SAMPLE, 2);
        Batch memory batch = _add(_sent(0, 1, SAMPLE));
        _wait(REFUND_WAIT_S);
        (uint256 refunded,) = _settleAll(batch);
        vm.assertEq(refunded, 0, "still open");
        oracle.changeModel(keccak256("taught by the correction"));
        _teach(SAMPLE, 1);
        (refunded,) = _settleAll(batch);
        vm.assertEq(refunded, 1, "the new model agrees");
    }

    function test_a_late_answer_of_an_old_model_judges_nothing() external {
        bytes32 late = _request(SAMPLE, MIN_FEE_WEI);
        _answer(_request(), _said(2, 2, 2, 2, 2));
        Batch memory batch = _add(_sent(0, 2, SAMPLE));
        oracle.changeModel(keccak256("better"));
        _answer(late, _said(1, 1, 1, 1, 1));
        _wait(FORFEIT_WAIT_S);
        (uint256 refunded,) = _settleAll(batch);
        vm.assertEq(refunded, 1, "by the answer that it was accepted with");
    }

    function _sent(uint256 player, uint16 label, bytes memory sample) private view returns (bytes memory) {
        Draft memory draft = _draft(player, 0);
        (draft.label, draft.sample) = (label, sample);
        return _item(draft);
    }
}
