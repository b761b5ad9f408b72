// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGrowing} from "../../src/interfaces/IGrowing.sol";
import {ReferenceBayes} from "../reference/ReferenceBayes.sol";
import {ReferenceClassifier} from "../reference/ReferenceClassifier.sol";
import {GrowingApi} from "../support/Classifiers.sol";
import {ClassifierSuite} from "../support/ClassifierSuite.sol";
import {NaiveBayesApi} from "../support/Contracts.sol";
import {Lessons} from "../support/Lessons.sol";
import {Samples} from "../support/Samples.sol";

/// @title Naive Bayes as a growing model: what holds for all of them, and what labels without samples are worth
contract NaiveBayesGrowthTest is ClassifierSuite {
    uint256 private constant FEATURES = 40;
    uint256 private constant INVERSE_ALPHA = 4;
    uint256 private constant VOCABULARY = 128;
    uint256 private constant LANES = 32;

    // --- labels without samples

    function test_a_label_without_samples_never_beats_one_that_knows_none_of_the_words() external {
        NaiveBayesApi model = _model(3, 3);
        for (uint256 i = 0; i < 20; ++i) {
            model.train(Lessons.record(1, Samples.spread(i, 10, 65_536)));
        }
        // By the formula labels 0 and 2 would have no tokens to divide by and win.
        bytes memory strange = Samples.list(1, 2, 3);
        vm.assertEq(model.predict(strange), 1, "the only one that was ever taught");
        int256[] memory scores = model.scoresOf(strange);
        vm.assertEq(scores[0], type(int256).min, "never");
        vm.assertEq(scores[2], type(int256).min, "never");
        vm.assertTrue(scores[1] > scores[0], "a real score");
    }

    function test_a_label_with_one_sample_takes_part() external {
        NaiveBayesApi model = _model(2, 64);
        model.train(Lessons.record(0, Samples.list(1)));
        model.addLabels(_names(40));
        model.train(Lessons.record(41, Samples.list(2)));
        vm.assertEq(model.predict(Samples.list(2)), 41, "the label in the second group");
        vm.assertEq(model.predict(Samples.list(1)), 0, "the old one");
    }

    function test_words_lie_apart_for_as_many_labels_as_there_may_ever_be() external {
        NaiveBayesApi model = _model(2, 256);
        model.train(Lessons.record(1, Samples.list(7)));
        model.addLabels(_names(254));
        model.train(Lessons.record(255, Samples.list(7)));
        uint16[] memory features = new uint16[](1);
        features[0] = 7;
        uint256[] memory words = model.countWords(features);
        vm.assertEq(words.length, 8, "eight groups from the start");
        vm.assertEq(words[0], 1 << 8, "label 1 stayed where it was");
        vm.assertEq(words[7], 1 << 248, "label 255");
        vm.assertEq(model.predict(Samples.list(7, 8)), 1, "equals: the lower label");
    }

    function test_a_label_that_is_still_to_come_is_not_taught() external {
        NaiveBayesApi model = _model(3, 64);
        (uint256 accepted,) = model.train(Lessons.record(3, Samples.list(1)));
        vm.assertEq(accepted, 0, "no such label");
        vm.assertEq(model.labelStats(3, 1)[0], 0, "nothing learnt");
    }

    function test_hashed_words_are_features_of_every_model_from_the_start() external {
        NaiveBayesApi model = _model(3, 64);
        vm.assertEq(model.featureCount(), 65_536, "all");
        vm.expectRevert(abi.encodeWithSelector(IGrowing.BeyondBound.selector, 1, 0));
        model.addFeatures(1);
    }

    function test_more_labels_than_lanes_are_refused_as_a_bound() external {
        vm.expectRevert(NaiveBayesApi.BadParameters.selector);
        _deployed(2, 257);
        vm.expectRevert(IGrowing.BadSizes.selector);
        _deployed(4, 3);
    }

    // --- the suite

    /// @dev One group of labels, two, or all eight.
    function _build(uint256 seed) internal override returns (GrowingApi model, ReferenceClassifier twin) {
        uint256 labelBound = [uint256(5), 33, 256][seed % 3];
        model = GrowingApi(_deployed(LABELS, labelBound));
        twin = new ReferenceBayes(LABELS, INVERSE_ALPHA, VOCABULARY);
    }

    function _sample(uint256, uint256 seed) internal pure override returns (bytes memory) {
        return Samples.spread(seed, 1 + seed % 5, FEATURES);
    }

    function _unfitSample(uint256, uint256 seed) internal pure override returns (bytes memory) {
        if (seed % 4 == 0) return "";
        if (seed % 4 == 1) return Samples.list(3, 3);
        return seed % 4 == 2 ? Samples.spread(seed, 65, 65_536) : bytes.concat(Samples.list(4), hex"00");
    }

    function _assertSameState(GrowingApi model, ReferenceClassifier twin) internal view override {
        NaiveBayesApi packed = NaiveBayesApi(address(model));
        ReferenceBayes plain = ReferenceBayes(address(twin));
        uint16[] memory features = new uint16[](FEATURES);
        for (uint16 feature = 0; feature < FEATURES; ++feature) {
            features[feature] = feature;
        }
        uint256[] memory words = packed.countWords(features);
        for (uint256 label = 0; label < model.labelCount(); ++label) {
            uint64 stats = packed.labelStats(label, 1)[0];
            vm.assertEq(stats >> 32, plain.table().docs(label), "docs");
            vm.assertEq(uint32(stats), plain.table().tokens(label), "tokens");
            for (uint256 feature = 0; feature < FEATURES; ++feature) {
                uint256 word = words[feature * (words.length / FEATURES) + label / LANES];
                vm.assertEq(uint8(word >> (label % LANES * 8)), plain.table().counts(label, feature), "count");
            }
        }
    }

    // --- building

    function _model(uint256 labels, uint256 labelBound) private returns (NaiveBayesApi model) {
        model = NaiveBayesApi(_deployed(labels, labelBound));
        model.bind(address(this));
    }

    function _deployed(uint256 labels, uint256 labelBound) private returns (address) {
        bytes memory arguments = abi.encode(labels, labelBound, INVERSE_ALPHA, VOCABULARY);
        return vm.deployCode("contracts/src/classifier/NaiveBayes.sol:NaiveBayes", arguments);
    }
}
