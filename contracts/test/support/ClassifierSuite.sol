// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGrowing} from "../../src/interfaces/IGrowing.sol";
import {Records} from "../../src/libraries/Records.sol";
import {ReferenceClassifier} from "../reference/ReferenceClassifier.sol";
import {Bound} from "./Contracts.sol";
import {GrowingApi} from "./Classifiers.sol";
import {Lessons} from "./Lessons.sol";
import {Test} from "./Test.sol";
import {Vm} from "./Vm.sol";

/// @title What must hold for every growing classifier, whatever its learning rule
/// @notice A suite for one classifier says how to deploy it with its plain twin and which samples to draw.
abstract contract ClassifierSuite is Test {
    uint256 internal constant LABELS = 3;

    address internal stranger = vm.addr(0x57a6);

    // --- what a suite provides

    /// @dev A model with `LABELS` labels, this contract as its owner and no trainer yet, and its twin. The seed may choose
    /// other parameters.
    function _build(uint256 seed) internal virtual returns (GrowingApi model, ReferenceClassifier twin);

    /// @dev A sample that fits the model that the same `shape` built.
    function _sample(uint256 shape, uint256 seed) internal pure virtual returns (bytes memory);

    /// @dev A sample that does not fit.
    function _unfitSample(uint256 shape, uint256 seed) internal pure virtual returns (bytes memory);

    /// @dev Compares everything that was learnt.
    function _assertSameState(GrowingApi model, ReferenceClassifier twin) internal view virtual;

    // --- learning

    function testFuzz_learns_and_predicts_as_its_plain_twin(uint256 seed) external {
        (GrowingApi model, ReferenceClassifier twin) = _bound(seed);
        for (uint256 round = 0; round < 3; ++round) {
            bytes memory records = _records(seed, round, 10);
            (uint256 accepted,) = model.train(records);
            vm.assertEq(accepted, twin.train(records), "accepted map");
            vm.assertEq(model.agrees(records, accepted), twin.agrees(records, accepted), "agreeing map");
            bytes memory sample = _sample(seed, _draw(seed, 7_000 + round));
            vm.assertEq(model.predict(sample), twin.predict(sample), "prediction");
        }
        _assertSameState(model, twin);
    }

    function testFuzz_a_batch_teaches_what_its_records_teach_one_by_one(uint256 seed) external {
        (GrowingApi model, ReferenceClassifier twin) = _bound(seed);
        (GrowingApi other,) = _bound(seed);
        bytes memory batch;
        for (uint256 i = 0; i < 12; ++i) {
            bytes memory record = _record(seed, i);
            batch = bytes.concat(batch, record);
            other.train(record);
        }
        model.train(batch);
        twin.train(batch);
        _assertSameState(model, twin);
        _assertSameState(other, twin);
    }

    function testFuzz_no_sample_whatever_reverts_a_batch(bytes memory sample, uint16 label, uint256 seed) external {
        (GrowingApi model,) = _bound(seed);
        bytes memory sound = Lessons.record(1, _sample(seed, seed));
        bytes memory odd = Lessons.record(label, sample);
        (uint256 accepted,) = model.train(bytes.concat(sound, odd, sound));
        vm.assertEq(accepted & 5, 5, "neighbours are accepted");
        vm.assertEq(accepted & 2 == 2, model.fits(label, sample), "accepted exactly if it fits");
    }

    function testFuzz_unfit_records_leave_no_trace(uint256 seed) external {
        (GrowingApi model, ReferenceClassifier twin) = _bound(seed);
        bytes memory sound = Lessons.record(seed % LABELS, _sample(seed, seed));
        bytes memory strange = Lessons.record(LABELS, _sample(seed, seed));
        bytes memory unfit = Lessons.record(0, _unfitSample(seed, _draw(seed, 1)));
        (uint256 accepted,) = model.train(bytes.concat(unfit, sound, strange, unfit));
        vm.assertEq(accepted, 2, "only the sound one");
        twin.train(sound);
        _assertSameState(model, twin);
        vm.assertFalse(model.fits(0, _unfitSample(seed, _draw(seed, 1))), "unfit sample");
        vm.assertFalse(model.fits(uint16(LABELS), _sample(seed, seed)), "label out of range");
    }

    function test_nothing_learnt_predicts_the_first_label() external {
        (GrowingApi model,) = _bound(0);
        vm.assertEq(model.predict(_sample(0, 1)), 0, "label 0");
        vm.assertEq(model.agrees(Lessons.record(0, _sample(0, 1)), 1), 1, "agrees with label 0");
    }

    function test_the_only_label_with_data_wins() external {
        (GrowingApi model,) = _bound(0);
        model.train(Lessons.record(2, _sample(0, 1)));
        for (uint256 i = 0; i < 8; ++i) {
            vm.assertEq(model.predict(_sample(0, i)), 2, "label 2");
        }
    }

    function test_refuses_to_predict_what_does_not_fit() external {
        (GrowingApi model,) = _bound(0);
        bytes memory unfit = _unfitSample(0, 1);
        vm.expectRevert(GrowingApi.UnfitSample.selector);
        model.predict(unfit);
    }

    function test_takes_255_records_and_not_one_more() external {
        (GrowingApi model,) = _bound(0);
        bytes memory record = Lessons.record(1, _sample(0, 1));
        bytes memory records;
        for (uint256 i = 0; i < 255; ++i) {
            records = bytes.concat(records, record);
        }
        (uint256 accepted,) = model.train(records);
        vm.assertEq(accepted, type(uint256).max >> 1, "all");
        vm.expectRevert(Records.TooManyRecords.selector);
        model.train(bytes.concat(records, record));
    }

    function test_learns_from_its_trainer_alone() external {
        (GrowingApi model,) = _bound(0);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(Bound.OnlyTrainer.selector, stranger));
        model.train("");
    }

    // --- storage

    function testFuzz_reports_new_storage_words_truthfully_and_within_the_bound(uint256 seed) external {
        (GrowingApi model,) = _bound(seed);
        for (uint256 round = 0; round < 3; ++round) {
            bytes memory records = _records(seed, round, 6);
            vm.startStateDiffRecording();
            (uint256 accepted, uint256 newSlots) = model.train(records);
            vm.assertEq(newSlots, _createdSlots(vm.stopAndReturnStateDiff()), "new slots");
            vm.assertLe(newSlots, _slotBound(records, accepted), "bound");
        }
    }

    /// @dev A data handler may add two of the three words that the fee schedule allows a contribution.
    function _slotBound(bytes memory records, uint256 accepted) private pure returns (uint256 bound) {
        uint256 cursor = 0;
        for (uint256 record = 0; cursor < records.length; ++record) {
            uint256 length = uint256(uint8(records[cursor + 22])) << 8 | uint8(records[cursor + 23]);
            if ((accepted >> record) & 1 == 1) bound += 1 + length / 2;
            cursor += 24 + length;
        }
    }

    /// @dev Counts writes that made a word of zero something else. None may ever go back to zero: otherwise players could
    /// have the sponsor pay for one word again and again.
    function _createdSlots(Vm.AccountAccess[] memory accesses) private pure returns (uint256 created) {
        for (uint256 i = 0; i < accesses.length; ++i) {
            for (uint256 j = 0; j < accesses[i].storageAccesses.length; ++j) {
                Vm.StorageAccess memory access = accesses[i].storageAccesses[j];
                if (!access.isWrite || access.previousValue == access.newValue) continue;
                if (access.previousValue == 0) ++created;
                vm.assertNotEq(access.newValue, 0, "a word returned to zero");
            }
        }
    }

    // --- growing

    function testFuzz_growing_moves_nothing_and_changes_no_prediction(uint256 seed) external {
        (GrowingApi model, ReferenceClassifier twin) = _bound(seed);
        bytes memory records = _records(seed, 0, 10);
        (uint256 accepted,) = model.train(records);
        twin.train(records);
        uint256 agreeing = model.agrees(records, accepted);
        model.addLabels(_names(2));
        twin.grow(2, 0);
        vm.assertEq(model.agrees(records, accepted), agreeing, "same predictions");
        bytes memory lesson = Lessons.record(LABELS + 1, _sample(seed, _draw(seed, 2)));
        (uint256 learnt,) = model.train(lesson);
        vm.assertEq(learnt, 1, "the new label is learnt");
        twin.train(lesson);
        vm.assertEq(model.agrees(records, accepted), twin.agrees(records, accepted), "as its twin");
        _assertSameState(model, twin);
    }

    function test_new_labels_are_announced_with_their_names() external {
        (GrowingApi model,) = _bound(0);
        vm.expectEmit(true, false, false, true, address(model));
        emit IGrowing.LabelAdded(LABELS, "label 0");
        vm.expectEmit(true, false, false, true, address(model));
        emit IGrowing.LabelAdded(LABELS + 1, "label 1");
        model.addLabels(_names(2));
        vm.assertEq(model.labelCount(), LABELS + 2, "labels");
    }

    function test_a_new_model_announces_its_features() external {
        vm.recordLogs();
        (GrowingApi model,) = _build(0);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 announced;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != address(model) || logs[i].topics[0] != IGrowing.FeaturesAdded.selector) continue;
            announced = abi.decode(logs[i].data, (uint256));
        }
        vm.assertEq(announced, model.featureCount(), "features at birth");
    }

    function test_sizes_end_at_their_bounds() external {
        (GrowingApi model,) = _bound(0);
        uint256 most = model.labelBound();
        string[] memory names = _names(most - LABELS + 1);
        vm.expectRevert(abi.encodeWithSelector(IGrowing.BeyondBound.selector, most + 1, most));
        model.addLabels(names);
        uint256 room = model.featureBound() - model.featureCount();
        vm.expectRevert(abi.encodeWithSelector(IGrowing.BeyondBound.selector, room + 1, room));
        model.addFeatures(room + 1);
        vm.expectRevert(abi.encodeWithSelector(IGrowing.BeyondBound.selector, type(uint256).max, room));
        model.addFeatures(type(uint256).max);
        model.addLabels(_names(most - LABELS));
        model.addFeatures(room);
        vm.assertEq(model.labelCount(), most, "all labels");
        vm.assertEq(model.featureCount(), model.featureBound(), "all features");
    }

    function test_nobody_but_the_owner_grows_a_model() external {
        (GrowingApi model,) = _bound(0);
        string[] memory names = _names(1);
        bytes memory refusal = abi.encodeWithSelector(IGrowing.OnlyOwner.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        model.addLabels(names);
        vm.expectRevert(refusal);
        model.addFeatures(0);
        vm.expectRevert(refusal);
        model.changeOwner(stranger);
    }

    function test_a_model_without_owner_has_its_sizes_for_ever() external {
        (GrowingApi model,) = _bound(0);
        vm.expectEmit(true, false, false, true, address(model));
        emit IGrowing.OwnerChanged(address(0));
        model.changeOwner(address(0));
        string[] memory names = _names(1);
        vm.expectRevert(abi.encodeWithSelector(IGrowing.OnlyOwner.selector, address(this)));
        model.addLabels(names);
    }

    // --- building

    function _bound(uint256 seed) internal returns (GrowingApi model, ReferenceClassifier twin) {
        (model, twin) = _build(seed);
        model.bind(address(this));
    }

    /// @dev A few records, most of them sound.
    function _records(uint256 shape, uint256 round, uint256 count) internal pure returns (bytes memory records) {
        for (uint256 i = 0; i < count; ++i) {
            records = bytes.concat(records, _record(shape, round * 100 + i));
        }
    }

    /// @dev Samples repeat, so that labels contradict each other now and then.
    function _record(uint256 shape, uint256 index) internal pure returns (bytes memory) {
        uint256 draw = _draw(shape, index);
        if (draw % 8 == 0) return Lessons.record(draw % LABELS, _unfitSample(shape, draw));
        bytes memory sample = _sample(shape, (draw >> 32) % 7);
        return Lessons.record((draw >> 16) % (LABELS + (draw >> 64) % 2), sample);
    }

    function _names(uint256 count) internal pure returns (string[] memory names) {
        names = new string[](count);
        for (uint256 i = 0; i < count; ++i) {
            names[i] = string.concat("label ", i < 10 ? string(abi.encodePacked(bytes1(uint8(48 + i)))) : "x");
        }
    }
}
