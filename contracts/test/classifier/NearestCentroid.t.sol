// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReferenceClassifier} from "../reference/ReferenceClassifier.sol";
import {ReferenceNearestCentroid} from "../reference/ReferenceDense.sol";
import {GrowingApi, NearestCentroidApi, PretrainedApi} from "../support/Classifiers.sol";
import {ClassifierSuite} from "../support/ClassifierSuite.sol";
import {Lessons} from "../support/Lessons.sol";

/// @title The nearest centroid over dense vectors
contract NearestCentroidTest is ClassifierSuite {
    uint256 private constant LABEL_BOUND = 18;
    uint256 private constant ANY_NORM = type(uint256).max;

    // --- the rule

    function test_the_nearest_mean_wins() external {
        NearestCentroidApi model = _centroids(2);
        model.train(bytes.concat(Lessons.record(1, Lessons.dense(10, 0)), Lessons.record(1, Lessons.dense(20, 0))));
        model.train(Lessons.record(2, Lessons.dense(24, 0)));
        vm.assertEq(model.predict(Lessons.dense(19, 0)), 1, "19 is 4 from 15 and 5 from 24");
        vm.assertEq(model.predict(Lessons.dense(20, 0)), 2, "20 is 5 from 15 and 4 from 24");
    }

    function test_ties_go_to_the_lower_label_even_between_fractions() external {
        NearestCentroidApi model = _centroids(1);
        // Means of 1/2 and 5/2; 3/2 does not exist as a sample, so both are given twice the scale: 1 and 5 around 3.
        model.train(bytes.concat(Lessons.record(2, Lessons.dense(0)), Lessons.record(2, Lessons.dense(2))));
        model.train(bytes.concat(Lessons.record(1, Lessons.dense(4)), Lessons.record(1, Lessons.dense(6))));
        vm.assertEq(model.predict(Lessons.dense(3)), 1, "a tie");
        vm.assertEq(model.predict(Lessons.dense(2)), 2, "nearer to 1");
    }

    /// @dev Means of 1/2 and 2/3: divided and cut off, both distances to 0 would be the same.
    function test_distances_are_compared_as_exact_fractions() external {
        NearestCentroidApi model = _centroids(1);
        bytes memory one = Lessons.record(1, Lessons.dense(1));
        model.train(bytes.concat(Lessons.record(1, Lessons.dense(0)), one, one));
        model.train(bytes.concat(Lessons.record(2, Lessons.dense(0)), Lessons.record(2, Lessons.dense(1))));
        vm.assertEq(model.predict(Lessons.dense(0)), 2, "1/2 is nearer to 0 than 2/3");
    }

    function test_means_do_not_drift_to_zero() external {
        NearestCentroidApi model = _centroids(1);
        bytes memory records;
        for (uint256 i = 0; i < 200; ++i) {
            records = bytes.concat(records, Lessons.record(1, Lessons.dense(i % 2 == 0 ? int16(3) : int16(4))));
        }
        model.train(records);
        vm.assertEq(_sum(model, 1, 0), 700, "a running mean that truncates would stand at 3");
        model.train(Lessons.record(2, Lessons.dense(2)));
        vm.assertEq(model.predict(Lessons.dense(3)), 1, "3.5 is nearer than 2");
    }

    function test_distances_are_exact_at_the_ends_of_the_range() external {
        uint256 dimension = 4_096;
        NearestCentroidApi model = NearestCentroidApi(_deployed(dimension, 2, 2, ANY_NORM));
        bytes memory nearly = Lessons.constant_(dimension, 32_767);
        nearly[2 * dimension - 1] = 0xfe;
        model.initialize(0, 65_535, nearly);
        model.initialize(1, 65_534, Lessons.constant_(dimension, 32_767));
        vm.assertEq(model.predict(Lessons.constant_(dimension, 32_767)), 1, "nearer by one unit");
        vm.assertEq(model.predict(Lessons.constant_(dimension, -32_768)), 0, "nearer by one unit");
    }

    function test_a_full_label_stays_where_it_is() external {
        NearestCentroidApi model = NearestCentroidApi(_deployed(2, 2, 2, ANY_NORM));
        model.initialize(0, 65_534, Lessons.dense(32_767, -32_768));
        model.bind(address(this));
        bytes memory lesson = Lessons.record(0, Lessons.dense(32_767, 32_767));
        (uint256 accepted, uint256 newSlots) = model.train(bytes.concat(lesson, lesson));
        vm.assertEq(accepted, 3, "both are accepted");
        vm.assertEq(newSlots, 0, "no new word");
        vm.assertEq(model.sampleCounts(0, 1)[0], 65_535, "one was learnt");
        vm.assertEq(_sum(model, 0, 0), 65_535 * 32_767, "no lane runs over");
        vm.assertEq(_sum(model, 0, 1), -65_534 * 32_768 + 32_767, "nor under");
    }

    // --- attacks

    function test_a_sample_of_huge_numbers_is_unfit() external {
        NearestCentroidApi model = NearestCentroidApi(_deployed(2, 2, 2, 5_000));
        vm.assertTrue(model.fits(0, Lessons.dense(50, -50)), "exactly the limit");
        vm.assertFalse(model.fits(0, Lessons.dense(51, -50)), "above the limit");
    }

    function test_a_label_far_out_of_range_is_left_out() external {
        NearestCentroidApi model = _centroids(2);
        (uint256 accepted,) = model.train(
            bytes.concat(Lessons.record(65_535, Lessons.dense(1, 1)), Lessons.record(0, Lessons.dense(1, 1)))
        );
        vm.assertEq(accepted, 2, "only the second");
    }

    // --- knowledge from before

    function test_centroids_can_be_given_once_by_the_deployer_before_the_trainer_comes() external {
        NearestCentroidApi model = NearestCentroidApi(_deployed(2, LABELS, LABEL_BOUND, ANY_NORM));
        vm.prank(stranger);
        vm.expectRevert(PretrainedApi.ModelFixed.selector);
        model.initialize(0, 1, Lessons.dense(1, 1));
        vm.expectRevert(PretrainedApi.BadKnowledge.selector);
        model.initialize(uint16(LABELS), 1, Lessons.dense(1, 1));
        vm.expectRevert(PretrainedApi.BadKnowledge.selector);
        model.initialize(0, 1, Lessons.dense(1));
        vm.expectRevert(PretrainedApi.BadKnowledge.selector);
        model.initialize(0, 0, Lessons.dense(1, 1));
        model.initialize(0, 9, Lessons.dense(-7, 5));
        vm.assertEq(_sum(model, 0, 0), -63, "nine times -7");
        vm.expectRevert(PretrainedApi.BadKnowledge.selector);
        model.initialize(0, 1, Lessons.dense(1, 1));
        model.bind(address(this));
        vm.expectRevert(PretrainedApi.ModelFixed.selector);
        model.initialize(1, 1, Lessons.dense(1, 1));
    }

    function test_counts_of_labels_beyond_a_word_stand_alone() external {
        NearestCentroidApi model = NearestCentroidApi(_deployed(1, 18, LABEL_BOUND, ANY_NORM));
        model.bind(address(this));
        model.train(bytes.concat(Lessons.record(15, Lessons.dense(7)), Lessons.record(17, Lessons.dense(9))));
        uint16[] memory counts = model.sampleCounts(0, 18);
        for (uint256 label = 0; label < 18; ++label) {
            vm.assertEq(counts[label], label == 15 || label == 17 ? 1 : 0, "count");
        }
        vm.assertEq(model.predict(Lessons.dense(8)), 15, "a tie");
    }

    // --- the suite

    function _build(uint256 seed) internal override returns (GrowingApi model, ReferenceClassifier twin) {
        uint256 norm = seed % 2 == 0 ? ANY_NORM : _dimension(seed) << 30;
        model = GrowingApi(_deployed(_dimension(seed), LABELS, LABEL_BOUND, norm));
        twin = new ReferenceNearestCentroid(_dimension(seed), LABELS, norm);
    }

    function _sample(uint256 shape, uint256 seed) internal pure override returns (bytes memory) {
        return Lessons.random(seed, _dimension(shape));
    }

    function _unfitSample(uint256 shape, uint256 seed) internal pure override returns (bytes memory) {
        uint256 dimension = _dimension(shape);
        if (seed % 3 == 1) return "";
        return
            seed % 3 == 2 ? bytes.concat(Lessons.random(seed, dimension), hex"00") : Lessons.random(seed, dimension + 1);
    }

    function _assertSameState(GrowingApi model, ReferenceClassifier twin) internal view override {
        NearestCentroidApi centroids = NearestCentroidApi(address(model));
        ReferenceNearestCentroid plain = ReferenceNearestCentroid(address(twin));
        uint16[] memory counts = centroids.sampleCounts(0, model.labelCount());
        for (uint256 label = 0; label < model.labelCount(); ++label) {
            vm.assertEq(counts[label], plain.counts(label), "samples");
            for (uint256 i = 0; i < centroids.dimension(); ++i) {
                vm.assertEq(_sum(centroids, label, i), plain.sums(label, i), "sum");
            }
        }
    }

    // --- building and looking

    function _dimension(uint256 seed) private pure returns (uint256) {
        return seed == 0 ? 5 : 1 + (seed >> 16) % 37;
    }

    function _centroids(uint256 dimension) private returns (NearestCentroidApi model) {
        model = NearestCentroidApi(_deployed(dimension, LABELS, LABEL_BOUND, ANY_NORM));
        model.bind(address(this));
    }

    function _deployed(uint256 dimension, uint256 labels, uint256 mostLabels, uint256 norm) private returns (address) {
        bytes memory arguments = abi.encode(dimension, labels, mostLabels, norm);
        return vm.deployCode("contracts/src/classifier/NearestCentroid.sol:NearestCentroid", arguments);
    }

    /// @dev The sum of a label in one dimension, without the bias of its samples.
    function _sum(NearestCentroidApi model, uint256 label, uint256 index) private view returns (int256) {
        uint256 width = (model.dimension() + 7) / 8;
        uint256 word = model.sumWords(label * width + index / 8, 1)[0];
        uint256 lane = uint32(word >> ((7 - index % 8) * 32));
        return int256(lane) - int256(uint256(model.sampleCounts(label, 1)[0]) << 15);
    }
}
