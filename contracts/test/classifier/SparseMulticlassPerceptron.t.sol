// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReferenceClassifier} from "../reference/ReferenceClassifier.sol";
import {ReferenceMulticlassPerceptron} from "../reference/ReferenceSparse.sol";
import {GrowingApi, PretrainedApi, SparseMulticlassPerceptronApi} from "../support/Classifiers.sol";
import {ClassifierSuite} from "../support/ClassifierSuite.sol";
import {Lessons} from "../support/Lessons.sol";
import {Samples} from "../support/Samples.sol";

/// @title The multi-class perceptron over sparse features
contract SparseMulticlassPerceptronTest is ClassifierSuite {
    uint256 private constant FEATURES = 40;
    uint256 private constant FEATURE_BOUND = 60;
    uint256 private constant ZEROS = 0x8080808080808080808080808080808080808080808080808080808080808080;

    // --- the rule

    function test_a_wrong_prediction_moves_two_labels_and_a_right_one_none() external {
        SparseMulticlassPerceptronApi model = _perceptron(3);
        model.train(_lesson(0, 1, 2));
        vm.assertEq(model.weightWords(1, 1)[0], 0, "label 0 was predicted rightly");
        model.train(_lesson(2, 1, 2));
        vm.assertEq(_weight(model, 2, 1), 3, "towards");
        vm.assertEq(_weight(model, 0, 1), -3, "away");
        vm.assertEq(_weight(model, 1, 1), 0, "others stay");
        model.train(_lesson(2, 1, 2));
        vm.assertEq(_weight(model, 2, 1), 3, "nothing more to learn");
    }

    function test_all_32_labels_are_told_apart() external {
        SparseMulticlassPerceptronApi model = _perceptron(1);
        model.addLabels(_names(32 - LABELS));
        bytes memory records;
        for (uint16 label = 0; label < 32; ++label) {
            records = bytes.concat(records, Lessons.record(label, Samples.list(label)));
        }
        model.train(bytes.concat(records, records));
        vm.assertEq(model.agrees(records, type(uint32).max), type(uint32).max, "all right");
        vm.assertEq(model.taughtMap(), type(uint32).max, "all taught");
    }

    function test_weights_saturate_on_both_sides() external {
        SparseMulticlassPerceptronApi model = _perceptron(100);
        model.train(bytes.concat(_lesson(1, 1, 2), _lesson(2, 1, 2)));
        // Label 1: +100 - 100, label 2: +100, label 0: -100. Two more corrections each pass the limits.
        model.train(bytes.concat(_lesson(1, 1, 2), _lesson(1, 1, 2), _lesson(2, 1, 2), _lesson(2, 1, 2)));
        model.train(bytes.concat(_lesson(0, 1, 2), _lesson(0, 1, 2), _lesson(0, 1, 2), _lesson(0, 1, 2)));
        for (uint256 label = 0; label < LABELS; ++label) {
            vm.assertLe(_magnitude(_weight(model, label, 1)), 127, "limit");
        }
        vm.assertEq(model.predict(Samples.list(1, 2)), 0, "the last lessons won");
    }

    // --- attacks

    function test_unordered_and_repeated_features_are_unfit() external {
        SparseMulticlassPerceptronApi model = _perceptron(1);
        vm.assertFalse(model.fits(0, Samples.list(2, 1)), "unordered");
        vm.assertFalse(model.fits(0, Samples.list(1, 1)), "repeated");
        vm.assertFalse(model.fits(0, Samples.spread(1, 65, 65)), "too long");
    }

    function test_contradicting_lessons_create_each_storage_word_once() external {
        SparseMulticlassPerceptronApi model = _perceptron(1);
        bytes memory records = bytes.concat(_lesson(1, 5, 6), _lesson(0, 5, 6), _lesson(1, 5, 6), _lesson(0, 5, 6));
        (, uint256 first) = model.train(records);
        (, uint256 second) = model.train(records);
        vm.assertEq(first, 2, "one word for each feature");
        vm.assertEq(second, 0, "never again");
        vm.assertNotEq(model.weightWords(5, 1)[0], 0, "though weights may be zero");
    }

    // --- knowledge from before

    function test_words_can_be_given_by_the_deployer_before_the_trainer_comes() external {
        SparseMulticlassPerceptronApi model = _unbound(1, 32);
        uint256[] memory words = new uint256[](2);
        words[1] = ZEROS + (5 << 8);
        model.initialize(3, words, 2);
        vm.assertEq(_weight(model, 1, 4), 5, "given weight");
        vm.assertEq(model.predict(Samples.list(9)), 1, "the only taught label");
        vm.prank(stranger);
        vm.expectRevert(PretrainedApi.ModelFixed.selector);
        model.initialize(3, words, 2);
        vm.expectRevert(PretrainedApi.BadKnowledge.selector);
        model.initialize(FEATURES - 1, words, 2);
        vm.expectRevert(PretrainedApi.BadKnowledge.selector);
        model.initialize(3, words, 1 << LABELS);
        words[1] = ZEROS & ~(uint256(0xff) << 248);
        vm.expectRevert(PretrainedApi.BadKnowledge.selector);
        model.initialize(3, words, 2);
        model.bind(address(this));
        vm.expectRevert(PretrainedApi.ModelFixed.selector);
        model.initialize(3, words, 2);
    }

    // --- the suite

    function _build(uint256 seed) internal override returns (GrowingApi model, ReferenceClassifier twin) {
        uint256 rate = 1 + (seed >> 128) % (seed % 2 == 0 ? 3 : 127);
        // Four features share a storage word, or two, or each has its own.
        model = GrowingApi(address(_unbound(rate, [uint256(5), 16, 32][seed % 3])));
        twin = new ReferenceMulticlassPerceptron(FEATURES, LABELS, int256(rate));
    }

    function _sample(uint256, uint256 seed) internal pure override returns (bytes memory) {
        return Samples.spread(seed, 1 + seed % 5, FEATURES);
    }

    function _unfitSample(uint256, uint256 seed) internal pure override returns (bytes memory) {
        if (seed % 4 == 0) return "";
        if (seed % 4 == 1) return Samples.list(3, 3);
        return seed % 4 == 2 ? Samples.list(1, uint16(FEATURES)) : bytes.concat(Samples.list(4), hex"00");
    }

    function _assertSameState(GrowingApi model, ReferenceClassifier twin) internal view override {
        SparseMulticlassPerceptronApi perceptron = SparseMulticlassPerceptronApi(address(model));
        ReferenceMulticlassPerceptron plain = ReferenceMulticlassPerceptron(address(twin));
        for (uint256 label = 0; label < model.labelCount(); ++label) {
            vm.assertEq((perceptron.taughtMap() >> label) & 1 == 1, plain.taught(label), "taught");
            for (uint256 feature = 0; feature < FEATURES; ++feature) {
                vm.assertEq(_weight(perceptron, label, feature), plain.weights(label, feature), "weight");
            }
        }
    }

    // --- building and looking

    function _perceptron(uint256 rate) private returns (SparseMulticlassPerceptronApi model) {
        model = _unbound(rate, 32);
        model.bind(address(this));
    }

    function _unbound(uint256 rate, uint256 labelBound) private returns (SparseMulticlassPerceptronApi) {
        bytes memory arguments = abi.encode(FEATURES, FEATURE_BOUND, LABELS, labelBound, rate);
        string memory path = "contracts/src/classifier/SparseMulticlassPerceptron.sol:SparseMulticlassPerceptron";
        return SparseMulticlassPerceptronApi(vm.deployCode(path, arguments));
    }

    function _lesson(uint256 label, uint16 a, uint16 b) private pure returns (bytes memory) {
        return Lessons.record(label, Samples.list(a, b));
    }

    function _weight(SparseMulticlassPerceptronApi model, uint256 label, uint256 feature)
        private
        view
        returns (int256)
    {
        uint256 lane = feature * model.lanesPerFeature() + label;
        uint256 word = model.weightWords(lane / 32, 1)[0];
        return word == 0 ? int256(0) : int256((word >> (lane % 32 * 8)) & 0xff) - 128;
    }

    function _magnitude(int256 value) private pure returns (uint256) {
        return uint256(value < 0 ? -value : value);
    }
}
