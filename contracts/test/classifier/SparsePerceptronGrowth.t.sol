// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGrowing} from "../../src/interfaces/IGrowing.sol";
import {PlainPerceptron} from "../reference/PlainPerceptron.sol";
import {Classroom, Lesson} from "../support/Classroom.sol";
import {SparsePerceptronApi} from "../support/Contracts.sol";
import {Samples} from "../support/Samples.sol";

/// @title The sparse perceptron gets new features, and nothing that it knew changes
contract SparsePerceptronGrowthTest is Classroom {
    uint256 private constant FEATURES = 20;
    uint256 private constant BOUND = 50;

    function testFuzz_learns_before_and_after_growing_as_its_plain_twin(uint256 seed) external {
        SparsePerceptronApi model = _bound();
        PlainPerceptron small = new PlainPerceptron(new int256[](FEATURES), 1, 3);
        _teachBoth(model, small, seed, FEATURES);

        int256[] memory weights = new int256[](BOUND);
        for (uint256 i = 0; i < FEATURES; ++i) {
            weights[i] = small.weights(i);
        }
        PlainPerceptron large = new PlainPerceptron(weights, 1, 3);
        model.addFeatures(BOUND - FEATURES);
        _teachBoth(model, large, ~seed, BOUND);
        for (uint256 i = 0; i < BOUND; ++i) {
            int256 weight = int16(uint16(model.weightWords(i / 16, 1)[0] >> (16 * (i % 16))));
            vm.assertEq(weight, large.weights(i), "weight");
        }
    }

    function test_new_features_are_taken_only_after_growing() external {
        SparsePerceptronApi model = _bound();
        bytes memory record = _record(1, Samples.list(1, uint16(FEATURES)));
        (uint256 accepted,) = model.train(record);
        vm.assertEq(accepted, 0, "not yet");
        vm.expectRevert(SparsePerceptronApi.UnfitSample.selector);
        model.predict(Samples.list(uint16(FEATURES)));
        vm.expectEmit(false, false, false, true, address(model));
        emit IGrowing.FeaturesAdded(FEATURES + 1);
        model.addFeatures(1);
        vm.assertTrue(model.fits(1, Samples.list(uint16(FEATURES))), "now");
        vm.assertFalse(model.fits(1, Samples.list(uint16(FEATURES + 1))), "and no further");
        (accepted,) = model.train(record);
        vm.assertEq(accepted, 1, "learnt");
    }

    function test_the_trainer_stays_bound_when_the_model_grows() external {
        SparsePerceptronApi model = _bound();
        model.addFeatures(BOUND - FEATURES);
        vm.assertEq(model.trainer(), address(this), "they share a storage word");
        vm.assertEq(model.featureCount(), BOUND, "all features");
    }

    function test_grows_up_to_its_bound_by_its_owner_and_in_features_alone() external {
        SparsePerceptronApi model = _bound();
        vm.expectRevert(abi.encodeWithSelector(IGrowing.BeyondBound.selector, 31, 30));
        model.addFeatures(BOUND - FEATURES + 1);
        string[] memory names = new string[](1);
        vm.expectRevert(abi.encodeWithSelector(IGrowing.BeyondBound.selector, 3, 2));
        model.addLabels(names);
        vm.prank(AUTHOR);
        vm.expectRevert(abi.encodeWithSelector(IGrowing.OnlyOwner.selector, AUTHOR));
        model.addFeatures(1);
    }

    function test_features_still_to_come_are_given_no_weights() external {
        SparsePerceptronApi model = SparsePerceptronApi(_deployed());
        uint256[] memory words = new uint256[](2);
        words[1] = 1 << (16 * (FEATURES - 16));
        vm.expectRevert(SparsePerceptronApi.BadKnowledge.selector);
        model.initialize(0, words);
        vm.expectRevert(SparsePerceptronApi.BadKnowledge.selector);
        model.initialize(2, new uint256[](1));
        words[1] = type(uint64).max;
        model.initialize(0, words);
        vm.assertEq(model.weightWords(1, 1)[0], type(uint64).max, "four features of the second word");
    }

    function test_a_word_of_features_that_all_exist_is_given_whole() external {
        address whole = vm.deployCode(
            "contracts/src/classifier/SparsePerceptron.sol:SparsePerceptron", abi.encode(32, 40, int16(0), int16(1))
        );
        uint256[] memory words = new uint256[](2);
        (words[0], words[1]) = (type(uint256).max, type(uint256).max);
        SparsePerceptronApi(whole).initialize(0, words);
        vm.assertEq(SparsePerceptronApi(whole).weightWords(1, 1)[0], type(uint256).max, "sixteen weights");
    }

    // --- support

    function _teachBoth(SparsePerceptronApi model, PlainPerceptron plain, uint256 seed, uint256 features) private {
        bytes memory records;
        uint256 expectedMap = 0;
        uint256 agreeing = 0;
        for (uint256 i = 0; i < 12; ++i) {
            Lesson memory lesson = _lesson(_draw(seed, i), 2, features);
            records = bytes.concat(records, _record(lesson));
            if (plain.learn(lesson.label, lesson.features)) expectedMap |= 1 << i;
        }
        (uint256 acceptedMap,) = model.train(records);
        vm.assertEq(acceptedMap, expectedMap, "accepted map");
        for (uint256 i = 0; i < 12; ++i) {
            Lesson memory lesson = _lesson(_draw(seed, i), 2, features);
            bool accepted = (expectedMap >> i) & 1 == 1;
            if (accepted && plain.predict(lesson.features) == lesson.label) agreeing |= 1 << i;
        }
        vm.assertEq(model.agrees(records, acceptedMap), agreeing, "agreeing map");
    }

    function _bound() private returns (SparsePerceptronApi model) {
        model = SparsePerceptronApi(_deployed());
        model.bind(address(this));
    }

    function _deployed() private returns (address) {
        return vm.deployCode(
            "contracts/src/classifier/SparsePerceptron.sol:SparsePerceptron",
            abi.encode(FEATURES, BOUND, int16(1), int16(3))
        );
    }
}
