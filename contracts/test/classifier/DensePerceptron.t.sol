// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReferenceClassifier} from "../reference/ReferenceClassifier.sol";
import {ReferenceDensePerceptron} from "../reference/ReferenceDense.sol";
import {DensePerceptronApi, GrowingApi, PretrainedApi} from "../support/Classifiers.sol";
import {ClassifierSuite} from "../support/ClassifierSuite.sol";
import {Lessons} from "../support/Lessons.sol";

/// @title The multi-class perceptron over dense vectors
contract DensePerceptronTest is ClassifierSuite {
    uint256 private constant LABEL_BOUND = 6;
    uint256 private constant ANY_NORM = type(uint256).max;

    // --- the rule

    function test_a_wrong_prediction_moves_two_labels_and_a_right_one_none() external {
        DensePerceptronApi model = _perceptron(2, 1, ANY_NORM);
        model.bind(address(this));
        model.train(Lessons.record(0, Lessons.dense(100, -50)));
        _assertWeights(model, 0, Lessons.dense(0, 0), "label 0 was predicted rightly");
        model.train(Lessons.record(1, Lessons.dense(100, -50)));
        _assertWeights(model, 0, Lessons.dense(-50, 25), "away");
        _assertWeights(model, 1, Lessons.dense(50, -25), "towards");
        model.train(Lessons.record(1, Lessons.dense(100, -50)));
        _assertWeights(model, 1, Lessons.dense(50, -25), "nothing more to learn");
    }

    function test_steps_round_to_the_nearest_integer() external {
        DensePerceptronApi model = _perceptron(3, 2, ANY_NORM);
        model.bind(address(this));
        model.train(Lessons.record(1, Lessons.dense(5, 6, -6)));
        _assertWeights(model, 1, Lessons.dense(1, 2, -1), "5/4, 6/4, -6/4");
        _assertWeights(model, 0, Lessons.dense(-1, -2, 1), "the same for the predicted label");
    }

    function test_ties_go_to_the_lowest_taught_label() external {
        DensePerceptronApi model = _perceptron(2, 0, ANY_NORM);
        model.bind(address(this));
        model.train(bytes.concat(Lessons.record(2, Lessons.dense(1, 0)), Lessons.record(1, Lessons.dense(0, 1))));
        vm.assertEq(model.taughtMap(), 6, "labels 1 and 2");
        vm.assertEq(model.predict(Lessons.dense(1, 1)), 1, "1 ties with 2; 0 was never taught");
    }

    function test_scores_are_exact_at_the_ends_of_the_range() external {
        uint256 dimension = 4_096;
        DensePerceptronApi model = DensePerceptronApi(_deployed(dimension, 2, 4, 0, ANY_NORM));
        bytes memory nearly = Lessons.constant_(dimension, -32_767);
        nearly[2 * dimension - 1] = 0x02; // one unit closer to zero in the last dimension
        model.initialize(0, nearly);
        model.initialize(1, Lessons.constant_(dimension, -32_767));
        model.bind(address(this));
        vm.assertEq(model.predict(Lessons.constant_(dimension, -32_768)), 1, "higher by one unit");
        vm.assertEq(model.predict(Lessons.constant_(dimension, 32_767)), 0, "lower by one unit");
    }

    function test_weights_saturate() external {
        DensePerceptronApi model = _perceptron(2, 0, ANY_NORM);
        model.initialize(0, Lessons.dense(30_000, -30_000));
        model.initialize(1, Lessons.dense(-30_000, 30_000));
        model.bind(address(this));
        model.train(Lessons.record(1, Lessons.dense(32_767, -32_768)));
        _assertWeights(model, 0, Lessons.dense(-2_767, 2_768), "away");
        _assertWeights(model, 1, Lessons.dense(2_767, -2_768), "towards");
        model.train(Lessons.record(0, Lessons.dense(32_767, -32_768)));
        model.train(Lessons.record(0, Lessons.dense(-32_768, 32_767)));
        model.train(Lessons.record(1, Lessons.dense(-32_768, 32_767)));
        _assertWithinLimits(model, 2 * LABELS);
    }

    // --- attacks

    function test_a_sample_of_huge_numbers_is_unfit() external {
        DensePerceptronApi model = _perceptron(2, 0, 5_000);
        vm.assertTrue(model.fits(0, Lessons.dense(50, -50)), "exactly the limit");
        vm.assertFalse(model.fits(0, Lessons.dense(51, -50)), "above the limit");
        vm.assertFalse(model.fits(0, Lessons.dense(-32_768, -32_768)), "as far as can be");
    }

    function test_contradicting_lessons_create_each_storage_word_once() external {
        DensePerceptronApi model = _perceptron(16, 0, ANY_NORM);
        model.bind(address(this));
        bytes memory sample = Lessons.constant_(16, 1);
        (, uint256 first) = model.train(Lessons.record(1, sample));
        uint256 later = 0;
        for (uint256 i = 0; i < 12; ++i) {
            (, uint256 created) = model.train(Lessons.record(i % 2, sample));
            later += created;
        }
        vm.assertEq(first, 2, "two vectors of one word");
        vm.assertEq(later, 0, "never again");
    }

    // --- knowledge from before

    function test_given_weights_count_as_taught() external {
        DensePerceptronApi model = _perceptron(3, 0, ANY_NORM);
        model.initialize(2, Lessons.dense(5, -32_768, 7));
        _assertWeights(model, 2, Lessons.dense(5, -32_767, 7), "weights");
        vm.assertEq(model.predict(Lessons.dense(-1, 0, 0)), 2, "the only taught label");
    }

    function test_given_weights_are_published_in_full() external {
        DensePerceptronApi model = _perceptron(2, 0, ANY_NORM);
        vm.expectEmit(false, false, false, true, address(model));
        emit PretrainedApi.KnowledgeGiven(abi.encodeCall(model.initialize, (1, Lessons.dense(3, -4))));
        model.initialize(1, Lessons.dense(3, -4));
    }

    function test_weights_can_be_given_by_the_deployer_before_the_trainer_comes() external {
        DensePerceptronApi model = _perceptron(2, 0, ANY_NORM);
        vm.prank(stranger);
        vm.expectRevert(PretrainedApi.ModelFixed.selector);
        model.initialize(0, Lessons.dense(1, 1));
        vm.expectRevert(PretrainedApi.BadKnowledge.selector);
        model.initialize(uint16(LABELS), Lessons.dense(1, 1));
        vm.expectRevert(PretrainedApi.BadKnowledge.selector);
        model.initialize(0, Lessons.dense(1));
        model.bind(address(this));
        vm.expectRevert(PretrainedApi.ModelFixed.selector);
        model.initialize(0, Lessons.dense(1, 1));
    }

    function test_parameters_of_no_model_are_refused() external {
        _expectRefusal(4_097, 2, 2, 0, 1);
        _expectRefusal(16, 2, 256, 0, 1);
        _expectRefusal(17, 2, 513, 0, 1);
        _expectRefusal(160, 2, 103, 0, 1);
        _expectRefusal(16, 2, 2, 16, 1);
        _expectRefusal(16, 2, 2, 0, 0);
    }

    // --- the suite

    function _build(uint256 seed) internal override returns (GrowingApi model, ReferenceClassifier twin) {
        uint256 shift = seed == 0 ? 2 : (seed >> 8) % 16;
        uint256 norm = seed % 3 == 0 ? ANY_NORM : _dimension(seed) << 28;
        model = GrowingApi(_deployed(_dimension(seed), LABELS, LABEL_BOUND, shift, norm));
        twin = new ReferenceDensePerceptron(_dimension(seed), LABELS, shift, norm);
    }

    function _sample(uint256 shape, uint256 seed) internal pure override returns (bytes memory sample) {
        sample = Lessons.random(seed, _dimension(shape));
        if (shape % 3 == 0) return sample;
        // Half the range keeps the norm within its limit.
        for (uint256 i = 0; i < sample.length; i += 2) {
            int16 half = int16(uint16(bytes2(abi.encodePacked(sample[i], sample[i + 1])))) / 2;
            (sample[i], sample[i + 1]) = (bytes1(uint8(uint16(half) >> 8)), bytes1(uint8(uint16(half))));
        }
    }

    function _unfitSample(uint256 shape, uint256 seed) internal pure override returns (bytes memory) {
        uint256 dimension = _dimension(shape);
        if (shape % 3 != 0 && seed % 4 == 0) return Lessons.constant_(dimension, -32_768);
        if (seed % 4 == 1) return "";
        return
            seed % 4 == 2 ? bytes.concat(Lessons.random(seed, dimension), hex"00") : Lessons.random(seed, dimension + 1);
    }

    function _assertSameState(GrowingApi model, ReferenceClassifier twin) internal view override {
        DensePerceptronApi perceptron = DensePerceptronApi(address(model));
        ReferenceDensePerceptron plain = ReferenceDensePerceptron(address(twin));
        uint256 dimension = perceptron.dimension();
        for (uint256 label = 0; label < model.labelCount(); ++label) {
            bytes memory expected;
            for (uint256 i = 0; i < dimension; ++i) {
                expected = abi.encodePacked(expected, int16(plain.weights(label, i)));
            }
            _assertWeights(perceptron, label, expected, "weights");
            vm.assertEq((perceptron.taughtMap() >> label) & 1 == 1, plain.taught(label), "taught");
        }
    }

    // --- building and looking

    function _dimension(uint256 seed) private pure returns (uint256) {
        return seed == 0 ? 5 : 1 + (seed >> 16) % 37;
    }

    function _perceptron(uint256 dimension, uint256 shift, uint256 norm) private returns (DensePerceptronApi) {
        return DensePerceptronApi(_deployed(dimension, LABELS, LABEL_BOUND, shift, norm));
    }

    function _deployed(uint256 dimension, uint256 labels, uint256 mostLabels, uint256 shift, uint256 norm)
        private
        returns (address)
    {
        bytes memory arguments = abi.encode(dimension, labels, mostLabels, shift, norm);
        return vm.deployCode("contracts/src/classifier/DensePerceptron.sol:DensePerceptron", arguments);
    }

    function _expectRefusal(uint256 dimension, uint256 labels, uint256 mostLabels, uint256 shift, uint256 norm)
        private
    {
        try this.deployed(dimension, labels, mostLabels, shift, norm) returns (address) {
            vm.assertTrue(false, "was deployed");
        } catch (bytes memory) {}
    }

    function deployed(uint256 dimension, uint256 labels, uint256 mostLabels, uint256 shift, uint256 norm)
        external
        returns (address)
    {
        return _deployed(dimension, labels, mostLabels, shift, norm);
    }

    /// @dev Compares with weights encoded like a sample.
    function _assertWeights(DensePerceptronApi model, uint256 label, bytes memory expected, string memory what)
        private
        view
    {
        vm.assertEq(_weights(model, label, expected.length), expected, what);
    }

    function _weights(DensePerceptronApi model, uint256 label, uint256 length)
        private
        view
        returns (bytes memory weights)
    {
        uint256 width = (length / 2 + 15) / 16;
        uint256[] memory words = model.weightWords(label * width, width);
        uint256 zeros = 0x8000800080008000800080008000800080008000800080008000800080008000;
        for (uint256 i = 0; i < width; ++i) {
            weights = abi.encodePacked(weights, words[i] == 0 ? 0 : words[i] ^ zeros);
        }
        assembly ("memory-safe") {
            mstore(weights, length)
        }
    }

    function _assertWithinLimits(DensePerceptronApi model, uint256 words) private view {
        uint256[] memory all = model.weightWords(0, words);
        for (uint256 i = 0; i < words; ++i) {
            for (uint256 word = all[i]; word != 0; word >>= 16) {
                vm.assertNotEq(word & 0xffff, 0, "no weight of -32,768");
            }
        }
    }
}
