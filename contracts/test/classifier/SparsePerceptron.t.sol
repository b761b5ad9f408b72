// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGrowing} from "../../src/interfaces/IGrowing.sol";
import {Records} from "../../src/libraries/Records.sol";
import {PlainPerceptron} from "../reference/PlainPerceptron.sol";
import {Classroom, Lesson} from "../support/Classroom.sol";
import {Bound, SparsePerceptronApi} from "../support/Contracts.sol";
import {Samples} from "../support/Samples.sol";

/// @title The packed perceptron: bit for bit the plain rule, and nothing that does not fit gets in
contract SparsePerceptronTest is Classroom {
    uint256 private constant FEATURES = 40;

    // --- against the plain twin

    function testFuzz_learns_exactly_like_the_plain_rule(uint256 seed, int16 intercept, int16 rate) external {
        rate = int16(int256(_bound(uint16(rate), 1, 32_767)));
        (SparsePerceptronApi packed, PlainPerceptron plain) = _twins(seed, intercept, rate);
        for (uint256 batch = 0; batch < 3; ++batch) {
            bytes memory records;
            uint256 expectedMap = 0;
            for (uint256 i = 0; i < 8; ++i) {
                Lesson memory lesson = _lesson(_draw(seed, batch * 8 + i), 2, FEATURES);
                records = bytes.concat(records, _record(lesson));
                if (plain.learn(lesson.label, lesson.features)) expectedMap |= 1 << i;
            }
            (uint256 acceptedMap,) = packed.train(records);
            vm.assertEq(acceptedMap, expectedMap, "what fits");
        }
        _assertSameWeights(packed, plain);
        _assertSameJudgement(packed, plain, seed);
    }

    function testFuzz_a_batch_learns_like_its_records_one_by_one(uint256 seed) external {
        (SparsePerceptronApi together,) = _twins(seed, 3, 5);
        (SparsePerceptronApi apart,) = _twins(seed, 3, 5);
        bytes memory records;
        for (uint256 i = 0; i < 10; ++i) {
            bytes memory record = _record(_lesson(_draw(seed, i), 2, FEATURES));
            records = bytes.concat(records, record);
            apart.train(record);
        }
        together.train(records);
        vm.assertEq(abi.encode(together.weightWords(0, 3)), abi.encode(apart.weightWords(0, 3)), "weights");
    }

    function test_weights_saturate_instead_of_wrapping() external {
        SparsePerceptronApi model = _fresh(FEATURES, 0, 30_000);
        bytes memory up = _record(1, Samples.list(0));
        bytes memory down = _record(0, Samples.list(0));
        model.train(up);
        model.train(bytes.concat(down, down, down, down));
        vm.assertEq(_weight(model, 0), 0, "at zero the model is right: no step further");
        uint256[] memory words = new uint256[](1);
        words[0] = uint256(uint16(int16(32_000))) | uint256(uint16(int16(-32_700))) << 16;
        model = _freshWith(words, -32_750, 30_000);
        // 32,000 + (-32,700) - 32,750 <= 0: label 1 is wrong and moves both up.
        model.train(_record(1, Samples.list(0, 1)));
        vm.assertEq(_weight(model, 0), 32_767, "held at the top");
        vm.assertEq(_weight(model, 1), -2_700, "moved");
        words[0] = uint256(uint16(int16(-32_000))) | uint256(uint16(int16(32_700))) << 16;
        model = _freshWith(words, 32_000, 30_000);
        model.train(_record(0, Samples.list(0, 1)));
        vm.assertEq(_weight(model, 0), -32_768, "held at the bottom");
        vm.assertEq(_weight(model, 1), 2_700, "moved");
    }

    function test_a_score_of_zero_means_label_zero() external {
        SparsePerceptronApi model = _fresh(FEATURES, 0, 1);
        vm.assertEq(model.predict(Samples.list(1, 2)), 0, "zero");
        model.train(_record(1, Samples.list(1)));
        vm.assertEq(model.predict(Samples.list(1)), 1, "positive");
    }

    // --- what does not fit

    function test_fits_only_well_formed_samples() external {
        SparsePerceptronApi model = _fresh(FEATURES, 0, 1);
        vm.assertTrue(model.fits(1, Samples.list(0, 39)), "the whole range");
        vm.assertFalse(model.fits(2, Samples.list(0, 39)), "label out of range");
        vm.assertFalse(model.fits(type(uint16).max, Samples.list(0)), "label far out of range");
        vm.assertFalse(model.fits(1, Samples.list(0, 40)), "feature out of range");
        vm.assertFalse(model.fits(1, Samples.list(5, 5)), "duplicate");
        vm.assertFalse(model.fits(1, Samples.list(6, 5)), "unordered");
        vm.assertFalse(model.fits(1, Samples.list(5, 3, 7)), "unordered in the middle");
        vm.assertFalse(model.fits(1, ""), "empty");
        vm.assertFalse(model.fits(1, hex"000001"), "half a feature");
    }

    function testFuzz_any_bytes_are_judged_like_the_plain_rule(uint16 label, bytes memory sample) external {
        (SparsePerceptronApi packed, PlainPerceptron plain) = _twins(1, 0, 1);
        label %= 3;
        bool expected = sample.length % 2 == 0 && plain.fits(label, _unpack(sample));
        vm.assertEq(packed.fits(label, sample), expected, "fits");
        vm.assume(sample.length < 65_536);
        (uint256 acceptedMap,) = packed.train(_record(label, sample));
        vm.assertEq(acceptedMap, expected ? 1 : 0, "trained on");
    }

    function test_a_sample_that_does_not_fit_cannot_be_predicted() external {
        SparsePerceptronApi model = _fresh(FEATURES, 0, 1);
        vm.expectRevert(SparsePerceptronApi.UnfitSample.selector);
        model.predict(Samples.list(40));
    }

    function test_badly_framed_records_are_refused() external {
        SparsePerceptronApi model = _fresh(FEATURES, 0, 1);
        bytes memory record = _record(1, Samples.list(1));
        vm.expectRevert(Records.BadFraming.selector);
        model.train(bytes.concat(record, hex"00"));
    }

    // --- new storage, parameters, access

    function test_counts_new_words_once() external {
        SparsePerceptronApi model = _fresh(FEATURES, 0, 1);
        (, uint256 newSlots) = model.train(bytes.concat(_record(1, Samples.list(0, 16)), _record(1, Samples.list(1))));
        vm.assertEq(newSlots, 2, "two words");
        (, newSlots) = model.train(_record(1, Samples.list(3)));
        vm.assertEq(newSlots, 0, "a known word");
    }

    function test_a_word_that_stays_zero_is_not_new() external {
        SparsePerceptronApi model = _fresh(FEATURES, 0, 1);
        // Up by one, down by one: the word ends as it began.
        (, uint256 newSlots) = model.train(bytes.concat(_record(1, Samples.list(0)), _record(0, Samples.list(0))));
        vm.assertEq(model.weightWords(0, 1)[0], 0, "nothing stayed");
        vm.assertEq(newSlots, 0, "nothing is new");
    }

    function test_only_the_trainer_teaches() external {
        SparsePerceptronApi model = _fresh(FEATURES, 0, 1);
        vm.prank(AUTHOR);
        vm.expectRevert(abi.encodeWithSelector(Bound.OnlyTrainer.selector, AUTHOR));
        model.train("");
    }

    function test_weights_are_fixed_once_the_trainer_is_bound() external {
        SparsePerceptronApi model = _fresh(FEATURES, 0, 1);
        vm.expectRevert(SparsePerceptronApi.ModelFixed.selector);
        model.initialize(0, new uint256[](1));
    }

    function test_given_weights_are_published_in_full() external {
        SparsePerceptronApi model = SparsePerceptronApi(_deploy(FEATURES, 0, 1));
        uint256[] memory words = new uint256[](2);
        (words[0], words[1]) = (7, 11);
        vm.expectEmit(false, false, false, true, address(model));
        emit SparsePerceptronApi.KnowledgeGiven(abi.encodeCall(model.initialize, (1, words)));
        model.initialize(1, words);
    }

    function test_nobody_else_sets_weights() external {
        SparsePerceptronApi model = SparsePerceptronApi(_deploy(FEATURES, 0, 1));
        vm.prank(AUTHOR);
        vm.expectRevert(SparsePerceptronApi.ModelFixed.selector);
        model.initialize(0, new uint256[](1));
    }

    function test_refuses_parameters_out_of_range() external {
        vm.expectRevert(IGrowing.BadSizes.selector);
        _deploy(0, 0, 1);
        vm.expectRevert(SparsePerceptronApi.BadParameters.selector);
        _deploy(4097, 0, 1);
        vm.expectRevert(SparsePerceptronApi.BadParameters.selector);
        _deploy(10, 0, 0);
        vm.expectRevert(SparsePerceptronApi.BadParameters.selector);
        _deploy(10, 0, -1);
        _deploy(4096, -32_768, 32_767);
    }

    function test_tells_what_it_is() external {
        SparsePerceptronApi model = _fresh(FEATURES, 0, 1);
        vm.assertEq(model.kind(), "sparse-perceptron", "kind");
        vm.assertEq(model.labelCount(), 2, "labels");
        vm.assertEq(model.featureCount(), FEATURES, "features");
    }

    function test_the_last_feature_of_the_largest_model_learns() external {
        SparsePerceptronApi model = _fresh(4096, 0, 7);
        model.train(_record(1, Samples.list(4095)));
        vm.assertEq(model.predict(Samples.list(4095)), 1, "learnt");
        vm.assertEq(model.weightWords(255, 1)[0], uint256(7) << 240, "in the top lane of the last word");
    }

    // --- support

    function _deploy(uint256 features, int16 intercept, int16 rate) private returns (address) {
        return vm.deployCode(
            "contracts/src/classifier/SparsePerceptron.sol:SparsePerceptron",
            abi.encode(features, features, intercept, rate)
        );
    }

    function _fresh(uint256 features, int16 intercept, int16 rate) private returns (SparsePerceptronApi model) {
        model = SparsePerceptronApi(_deploy(features, intercept, rate));
        model.bind(address(this));
    }

    function _freshWith(uint256[] memory words, int16 intercept, int16 rate)
        private
        returns (SparsePerceptronApi model)
    {
        model = SparsePerceptronApi(_deploy(FEATURES, intercept, rate));
        model.initialize(0, words);
        model.bind(address(this));
    }

    /// @dev Both models with the same random weights, some of them near the ends of their range.
    function _twins(uint256 seed, int16 intercept, int16 rate)
        private
        returns (SparsePerceptronApi packed, PlainPerceptron plain)
    {
        int256[] memory weights = new int256[](FEATURES);
        uint256[] memory words = new uint256[](3);
        for (uint256 i = 0; i < FEATURES; ++i) {
            int16 weight = int16(uint16(_draw(~seed, i)));
            weights[i] = weight;
            words[i / 16] |= uint256(uint16(weight)) << (16 * (i % 16));
        }
        packed = _freshWith(words, intercept, rate);
        plain = new PlainPerceptron(weights, intercept, rate);
    }

    function _assertSameWeights(SparsePerceptronApi packed, PlainPerceptron plain) private view {
        for (uint256 i = 0; i < FEATURES; ++i) {
            vm.assertEq(_weight(packed, i), plain.weights(i), "weight");
        }
    }

    function _assertSameJudgement(SparsePerceptronApi packed, PlainPerceptron plain, uint256 seed) private view {
        bytes memory records;
        uint256 mask = 0;
        uint256 expectedMap = 0;
        for (uint256 i = 0; i < 8; ++i) {
            Lesson memory lesson = _lesson(_draw(seed, 100 + i), 2, FEATURES);
            records = bytes.concat(records, _record(lesson));
            if (!plain.fits(lesson.label, lesson.features)) continue;
            mask |= 1 << i;
            uint256 prediction = plain.predict(lesson.features);
            vm.assertEq(packed.predict(Samples.pack(lesson.features)), prediction, "prediction");
            if (prediction == lesson.label) expectedMap |= 1 << i;
        }
        vm.assertEq(packed.agrees(records, mask), expectedMap, "agreement");
        vm.assertEq(packed.agrees(records, mask & 85), expectedMap & 85, "agreement of some");
        vm.assertEq(packed.agrees(records, 0), 0, "agreement of none");
    }

    function _weight(SparsePerceptronApi model, uint256 feature) private view returns (int256) {
        return int16(uint16(model.weightWords(feature / 16, 1)[0] >> (16 * (feature % 16))));
    }

    function _unpack(bytes memory sample) private pure returns (uint16[] memory features) {
        features = new uint16[](sample.length / 2);
        for (uint256 i = 0; i < features.length; ++i) {
            features[i] = uint16(uint8(sample[2 * i])) << 8 | uint8(sample[2 * i + 1]);
        }
    }
}
