// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGrowing} from "../../src/interfaces/IGrowing.sol";
import {Records} from "../../src/libraries/Records.sol";
import {PlainBayes} from "../reference/PlainBayes.sol";
import {Classroom, Lesson} from "../support/Classroom.sol";
import {Bound, NaiveBayesApi} from "../support/Contracts.sol";
import {Samples} from "../support/Samples.sol";

/// @title Packed naive Bayes: bit for bit the plain table, and long samples neither overflow nor underflow
contract NaiveBayesTest is Classroom {
    uint256 private constant INVERSE_ALPHA = 4;
    uint256 private constant VOCABULARY = 2048;
    uint256 private constant FEATURES = 30;

    // --- against the plain twin

    /// forge-config: default.fuzz.runs = 48
    function testFuzz_learns_exactly_like_the_plain_table(uint256 seed, uint16 labels) external {
        labels = uint16(_bound(labels, 2, 70));
        uint256 inverseAlpha = 1 + _draw(seed, 1) % 65_536;
        uint256 vocabulary = 1 + _draw(seed, 2) % (1 << 32);
        NaiveBayesApi packed = _fresh(labels, inverseAlpha, vocabulary);
        PlainBayes plain = new PlainBayes(labels, inverseAlpha, vocabulary);
        for (uint256 batch = 0; batch < 2; ++batch) {
            (bytes memory records, uint256 expectedMap) = _teachPlain(plain, _draw(seed, 50 + batch), labels);
            (uint256 acceptedMap,) = packed.train(records);
            vm.assertEq(acceptedMap, expectedMap, "what fits");
        }
        _assertSameStatistics(packed, plain, labels);
        _assertSameJudgement(packed, plain, seed, labels);
    }

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_a_batch_learns_like_its_records_one_by_one(uint256 seed) external {
        NaiveBayesApi together = _fresh(5, INVERSE_ALPHA, VOCABULARY);
        NaiveBayesApi apart = _fresh(5, INVERSE_ALPHA, VOCABULARY);
        bytes memory records;
        uint16[] memory all = new uint16[](FEATURES);
        for (uint256 i = 0; i < 10; ++i) {
            bytes memory record = _record(_lesson(_draw(seed, i), 5, FEATURES));
            records = bytes.concat(records, record);
            apart.train(record);
        }
        for (uint16 i = 0; i < FEATURES; ++i) {
            all[i] = i;
        }
        together.train(records);
        vm.assertEq(abi.encode(together.countWords(all)), abi.encode(apart.countWords(all)), "counts");
        vm.assertEq(abi.encode(together.labelStats(0, 5)), abi.encode(apart.labelStats(0, 5)), "statistics");
    }

    function test_full_counts_stop_growing_and_so_do_their_tokens() external {
        NaiveBayesApi model = _fresh(2, INVERSE_ALPHA, VOCABULARY);
        bytes memory once = _record(1, Samples.list(7));
        bytes memory fifty;
        for (uint256 i = 0; i < 50; ++i) {
            fifty = bytes.concat(fifty, once);
        }
        for (uint256 i = 0; i < 6; ++i) {
            model.train(fifty);
        }
        uint16[] memory features = new uint16[](1);
        features[0] = 7;
        vm.assertEq(model.countWords(features)[0], uint256(255) << 8, "255, and no carry into a neighbour");
        vm.assertEq(model.labelStats(1, 1)[0], uint256(300) << 32 | 255, "300 samples, 255 tokens");
        vm.assertEq(model.labelStats(0, 1)[0], 0, "the other label saw nothing");
    }

    function test_neighbouring_lanes_stay_apart() external {
        NaiveBayesApi model = _fresh(64, INVERSE_ALPHA, VOCABULARY);
        uint16[4] memory labels = [uint16(0), 31, 32, 63];
        for (uint256 i = 0; i < labels.length; ++i) {
            for (uint256 j = 0; j <= i; ++j) {
                model.train(_record(labels[i], Samples.list(9)));
            }
        }
        uint16[] memory features = new uint16[](1);
        features[0] = 9;
        uint256[] memory words = model.countWords(features);
        vm.assertEq(words[0], 1 | uint256(2) << 248, "labels 0 and 31");
        vm.assertEq(words[1], 3 | uint256(4) << 248, "labels 32 and 63");
    }

    // --- long and unlikely samples

    function test_a_long_sample_is_judged_by_its_words_and_does_not_underflow() external {
        NaiveBayesApi model = _fresh(2, 1, 1 << 32);
        bytes memory rare = Samples.spread(1, 64, 65_536);
        model.train(_record(1, rare));
        for (uint256 i = 0; i < 20; ++i) {
            model.train(_record(0, Samples.list(uint16(i))));
        }
        vm.assertEq(model.predict(rare), 1, "64 words of label 1");
        int256[] memory scores = model.scoresOf(rare);
        vm.assertTrue(scores[1] > scores[0] && scores[0] < 0, "log scores far below zero, still ordered");
    }

    /// forge-config: default.fuzz.runs = 48
    function testFuzz_any_sample_that_fits_has_a_label(uint256 seed) external {
        NaiveBayesApi model = _fresh(33, 65_536, 1);
        for (uint256 i = 0; i < 5; ++i) {
            model.train(_record(uint16(_draw(seed, i) % 33), Samples.spread(_draw(seed, i), 64, 65_536)));
        }
        vm.assertLt(model.predict(Samples.spread(seed, 1 + seed % 64, 65_536)), 33, "a known label");
    }

    function test_ties_go_to_the_lower_label() external {
        NaiveBayesApi model = _fresh(4, INVERSE_ALPHA, VOCABULARY);
        vm.assertEq(model.predict(Samples.list(1)), 0, "nothing known");
        model.train(bytes.concat(_record(3, Samples.list(1)), _record(2, Samples.list(1))));
        vm.assertEq(model.predict(Samples.list(1)), 2, "the lower of two equals");
    }

    // --- what does not fit

    function test_fits_only_well_formed_samples() external {
        NaiveBayesApi model = _fresh(33, INVERSE_ALPHA, VOCABULARY);
        vm.assertTrue(model.fits(32, Samples.list(0, 65_535)), "every feature exists");
        vm.assertTrue(model.fits(0, Samples.spread(0, 64, 65_536)), "64 features");
        vm.assertFalse(model.fits(0, Samples.spread(0, 65, 65_536)), "65 features");
        vm.assertFalse(model.fits(33, Samples.list(1)), "label out of range");
        vm.assertFalse(model.fits(type(uint16).max, Samples.list(1)), "label far out of range");
        vm.assertFalse(model.fits(0, Samples.list(5, 5)), "duplicate");
        vm.assertFalse(model.fits(0, Samples.list(6, 5)), "unordered");
        vm.assertFalse(model.fits(0, ""), "empty");
        vm.assertFalse(model.fits(0, hex"0001ff"), "half a feature");
    }

    function testFuzz_what_does_not_fit_teaches_nothing(uint16 label, bytes memory sample) external {
        NaiveBayesApi model = _fresh(3, INVERSE_ALPHA, VOCABULARY);
        vm.assume(sample.length < 65_536);
        bool fitting = model.fits(label, sample);
        (uint256 acceptedMap,) = model.train(bytes.concat(_record(label, sample), _record(1, Samples.list(4))));
        vm.assertEq(acceptedMap, fitting ? 3 : 2, "its neighbour always");
    }

    function test_a_sample_that_does_not_fit_cannot_be_predicted() external {
        NaiveBayesApi model = _fresh(2, INVERSE_ALPHA, VOCABULARY);
        vm.expectRevert(NaiveBayesApi.UnfitSample.selector);
        model.predict(Samples.list(5, 5));
        vm.expectRevert(NaiveBayesApi.UnfitSample.selector);
        model.scoresOf("");
    }

    function test_badly_framed_records_are_refused() external {
        NaiveBayesApi model = _fresh(2, INVERSE_ALPHA, VOCABULARY);
        vm.expectRevert(Records.BadFraming.selector);
        model.train(bytes.concat(_record(1, Samples.list(1)), hex"00"));
    }

    // --- new storage, parameters, access

    function test_counts_new_words_once() external {
        NaiveBayesApi model = _fresh(64, INVERSE_ALPHA, VOCABULARY);
        (, uint256 newSlots) = model.train(_record(0, Samples.list(1, 2, 3)));
        vm.assertEq(newSlots, 4, "three words and the label's statistics");
        (, newSlots) = model.train(_record(3, Samples.list(1, 2, 3)));
        vm.assertEq(newSlots, 0, "labels of one group share everything");
        (, newSlots) = model.train(_record(40, Samples.list(1)));
        vm.assertEq(newSlots, 2, "another group");
    }

    function test_only_the_trainer_teaches() external {
        NaiveBayesApi model = _fresh(2, INVERSE_ALPHA, VOCABULARY);
        vm.prank(AUTHOR);
        vm.expectRevert(abi.encodeWithSelector(Bound.OnlyTrainer.selector, AUTHOR));
        model.train("");
    }

    function test_refuses_parameters_out_of_range() external {
        vm.expectRevert(IGrowing.BadSizes.selector);
        _deploy(1, 4, 10);
        uint256[3][5] memory bad = [
            [uint256(257), 4, 10],
            [uint256(2), 0, 10],
            [uint256(2), 65_537, 10],
            [uint256(2), 4, 0],
            [uint256(2), 4, (1 << 32) + 1]
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(NaiveBayesApi.BadParameters.selector);
            _deploy(bad[i][0], bad[i][1], bad[i][2]);
        }
        _deploy(256, 65_536, 1 << 32);
    }

    function test_tells_what_it_is() external {
        NaiveBayesApi model = _fresh(7, INVERSE_ALPHA, VOCABULARY);
        vm.assertEq(model.kind(), "naive-bayes", "kind");
        vm.assertEq(model.labelCount(), 7, "labels");
        vm.assertEq(model.inverseAlpha(), INVERSE_ALPHA, "inverse alpha");
        vm.assertEq(model.vocabulary(), VOCABULARY, "vocabulary");
    }

    function test_the_last_feature_of_the_last_of_256_labels_learns() external {
        NaiveBayesApi model = _fresh(256, INVERSE_ALPHA, VOCABULARY);
        model.train(_record(255, Samples.list(65_535)));
        vm.assertEq(model.predict(Samples.list(65_535)), 255, "learnt");
    }

    // --- support

    function _deploy(uint256 labels, uint256 inverseAlpha, uint256 vocabulary) private returns (address) {
        return vm.deployCode(
            "contracts/src/classifier/NaiveBayes.sol:NaiveBayes", abi.encode(labels, labels, inverseAlpha, vocabulary)
        );
    }

    function _fresh(uint256 labels, uint256 inverseAlpha, uint256 vocabulary) private returns (NaiveBayesApi model) {
        model = NaiveBayesApi(_deploy(labels, inverseAlpha, vocabulary));
        model.bind(address(this));
    }

    function _teachPlain(PlainBayes plain, uint256 seed, uint256 labels)
        private
        returns (bytes memory records, uint256 expectedMap)
    {
        for (uint256 i = 0; i < 8; ++i) {
            Lesson memory lesson = _lesson(_draw(seed, i), labels, FEATURES);
            records = bytes.concat(records, _record(lesson));
            if (plain.learn(lesson.label, lesson.features)) expectedMap |= 1 << i;
        }
    }

    function _assertSameStatistics(NaiveBayesApi packed, PlainBayes plain, uint256 labels) private view {
        uint64[] memory stats = packed.labelStats(0, labels);
        for (uint256 label = 0; label < labels; ++label) {
            vm.assertEq(stats[label] >> 32, plain.docs(label), "docs");
            vm.assertEq(uint32(stats[label]), plain.tokens(label), "tokens");
        }
    }

    function _assertSameJudgement(NaiveBayesApi packed, PlainBayes plain, uint256 seed, uint256 labels) private view {
        bytes memory records;
        uint256 mask = 0;
        uint256 expectedMap = 0;
        for (uint256 i = 0; i < 4; ++i) {
            Lesson memory lesson = _lesson(_draw(seed, 900 + i), labels, FEATURES);
            records = bytes.concat(records, _record(lesson));
            if (!plain.fits(lesson.label, lesson.features)) continue;
            mask |= 1 << i;
            int256[] memory scores = packed.scoresOf(Samples.pack(lesson.features));
            for (uint256 label = 0; label < labels; label += 7) {
                vm.assertEq(scores[label], plain.score(label, lesson.features), "score");
            }
            uint256 prediction = plain.predict(lesson.features);
            vm.assertEq(packed.predict(Samples.pack(lesson.features)), prediction, "prediction");
            if (prediction == lesson.label) expectedMap |= 1 << i;
        }
        vm.assertEq(packed.agrees(records, mask), expectedMap, "agreement");
    }
}
