// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReferenceClassifier} from "../reference/ReferenceClassifier.sol";
import {ReferenceSparseCentroid} from "../reference/ReferenceSparse.sol";
import {GrowingApi, SparseNearestCentroidApi} from "../support/Classifiers.sol";
import {ClassifierSuite} from "../support/ClassifierSuite.sol";
import {Lessons} from "../support/Lessons.sol";
import {Samples} from "../support/Samples.sol";

/// @title The nearest centroid over sparse features
contract SparseNearestCentroidTest is ClassifierSuite {
    uint256 private constant FEATURES = 40;
    uint256 private constant FEATURE_BOUND = 60;

    // --- the rule

    function test_the_nearest_mean_wins() external {
        SparseNearestCentroidApi model = _centroids();
        model.train(bytes.concat(_lesson(1, 1, 2), _lesson(1, 1, 3), _lesson(2, 2, 3)));
        // To {1}: label 1 has mean (1, 1/2, 1/2) at distance 1/2, label 2 has (0, 1, 1) at distance 3.
        vm.assertEq(model.predict(Samples.list(1)), 1, "label 1");
        // To {2, 3}: distance 1 + 1/4 + 1/4 from label 1, none from label 2.
        vm.assertEq(model.predict(Samples.list(2, 3)), 2, "label 2");
    }

    function test_ties_go_to_the_lower_label() external {
        SparseNearestCentroidApi model = _centroids();
        model.train(bytes.concat(_lesson(2, 1, 2), _lesson(2, 1, 2), _lesson(1, 3, 4)));
        vm.assertEq(model.predict(Samples.list(9)), 1, "both are as far from a feature that neither knows");
    }

    function test_squared_norms_are_those_of_the_sums() external {
        SparseNearestCentroidApi model = _centroids();
        model.train(bytes.concat(_lesson(1, 1, 2), _lesson(1, 1, 3), _lesson(1, 1, 2)));
        uint64 stats = model.labelStats(1, 1)[0];
        vm.assertEq(stats & 0xffff, 3, "samples");
        vm.assertEq(stats >> 16, 9 + 4 + 1, "squared norm of (3, 2, 1)");
    }

    function test_new_features_are_taken_only_after_growing() external {
        SparseNearestCentroidApi model = _centroids();
        vm.assertFalse(model.fits(0, Samples.list(uint16(FEATURES))), "not yet");
        model.addFeatures(1);
        vm.assertTrue(model.fits(0, Samples.list(uint16(FEATURES))), "now");
        vm.assertFalse(model.fits(0, Samples.list(uint16(FEATURES + 1))), "and no further");
    }

    function test_few_labels_let_features_share_storage_words() external {
        vm.assertEq(_lanes(2), 2, "eight features a word");
        vm.assertEq(_lanes(3), 4, "four features a word");
        vm.assertEq(_lanes(16), 16, "one feature a word");
        vm.assertEq(_lanes(33), 48, "three words a feature");
    }

    // --- attacks and limits

    function test_unordered_and_repeated_features_are_unfit() external {
        SparseNearestCentroidApi model = _centroids();
        vm.assertFalse(model.fits(0, Samples.list(2, 1)), "unordered");
        vm.assertFalse(model.fits(0, Samples.list(1, 1)), "repeated");
        vm.assertFalse(model.fits(0, Samples.spread(1, 65, 65)), "too long");
    }

    /// @dev A label with a single feature made the reference implementation's squared magnitude underflow.
    function test_a_label_of_one_feature_never_underflows() external {
        SparseNearestCentroidApi model = _centroids();
        bytes memory records;
        for (uint256 i = 0; i < 255; ++i) {
            records = bytes.concat(records, Lessons.record(1, Samples.list(7)));
        }
        for (uint256 round = 0; round < 4; ++round) {
            (uint256 accepted,) = model.train(records);
            vm.assertEq(accepted, type(uint256).max >> 1, "all accepted");
        }
        vm.assertEq(model.labelStats(1, 1)[0] >> 16, 1_020 * 1_020, "squared norm");
        vm.assertEq(model.predict(Samples.list(7)), 1, "label 1");
    }

    function test_a_full_label_stays_where_it_is() external {
        SparseNearestCentroidApi model = _centroids();
        model.train(_lesson(2, 1, 2));
        bytes memory records;
        for (uint256 i = 0; i < 255; ++i) {
            records = bytes.concat(records, Lessons.record(1, Samples.list(7)));
        }
        for (uint256 round = 0; round < 257; ++round) {
            model.train(records);
        }
        vm.assertEq(model.labelStats(1, 1)[0] & 0xffff, 65_535, "full");
        (uint256 accepted, uint256 newSlots) = model.train(_lesson(1, 7, 8));
        vm.assertEq(accepted, 1, "still accepted");
        vm.assertEq(newSlots, 0, "nothing written");
        vm.assertEq(model.labelStats(1, 1)[0] >> 16, 65_535 ** 2, "squared norm");
        vm.assertEq(model.labelStats(2, 1)[0], uint256(2) << 16 | 1, "its neighbour is as it was");
        vm.assertEq(model.predict(Samples.list(7)), 1, "label 1");
    }

    // --- the suite

    /// @dev Two features share a storage word, or each takes one or two of its own.
    function _build(uint256 seed) internal override returns (GrowingApi model, ReferenceClassifier twin) {
        uint256 labelBound = [uint256(5), 9, 18][seed % 3];
        model = GrowingApi(_deployed(LABELS, labelBound));
        twin = new ReferenceSparseCentroid(FEATURES, LABELS);
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
        SparseNearestCentroidApi centroids = SparseNearestCentroidApi(address(model));
        ReferenceSparseCentroid plain = ReferenceSparseCentroid(address(twin));
        for (uint256 label = 0; label < model.labelCount(); ++label) {
            uint64 stats = centroids.labelStats(label, 1)[0];
            vm.assertEq(stats & 0xffff, plain.counts(label), "samples");
            vm.assertEq(stats >> 16, plain.squaredNorm(label), "squared norm");
            for (uint256 feature = 0; feature < FEATURES; ++feature) {
                vm.assertEq(_count(centroids, label, feature), uint256(plain.sums(label, feature)), "count");
            }
        }
    }

    // --- building and looking

    function _centroids() private returns (SparseNearestCentroidApi) {
        (GrowingApi model,) = _bound(0);
        return SparseNearestCentroidApi(address(model));
    }

    function _lanes(uint256 labelBound) private returns (uint256) {
        return SparseNearestCentroidApi(_deployed(2, labelBound)).lanesPerFeature();
    }

    function _deployed(uint256 labels, uint256 labelBound) private returns (address) {
        bytes memory arguments = abi.encode(FEATURES, FEATURE_BOUND, labels, labelBound);
        return vm.deployCode("contracts/src/classifier/SparseNearestCentroid.sol:SparseNearestCentroid", arguments);
    }

    function _lesson(uint256 label, uint16 a, uint16 b) private pure returns (bytes memory) {
        return Lessons.record(label, Samples.list(a, b));
    }

    function _count(SparseNearestCentroidApi model, uint256 label, uint256 feature) private view returns (uint256) {
        uint256 lane = feature * model.lanesPerFeature() + label;
        uint256[] memory indices = new uint256[](1);
        indices[0] = lane / 16;
        return uint16(model.countWords(indices)[0] >> (lane % 16 * 16));
    }
}
