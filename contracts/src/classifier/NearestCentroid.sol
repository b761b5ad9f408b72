// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClassifier} from "../interfaces/IClassifier.sol";
import {Bits} from "../libraries/Bits.sol";
import {DenseSample} from "../libraries/DenseSample.sol";
import {LaneSums} from "../libraries/LaneSums.sol";
import {Nearness} from "../libraries/Nearness.sol";
import {Records} from "../libraries/Records.sol";
import {Words} from "../libraries/Words.sol";
import {DenseClassifier} from "./DenseClassifier.sol";

/// @title Nearest centroid over dense vectors
/// @notice The label with the least squared Euclidean distance to the mean of its samples wins, ties go to the lower label.
/// Labels without samples never win, unless none has any (then label 0 does). What is stored is the sum and the number of
/// samples, never a mean: nothing is rounded, so centroids do not drift, and distances are compared as exact fractions.
///
/// A label stops learning at 65,535 samples. One more would move its centroid by less than one unit of the fixed point in
/// any dimension, since samples differ by less than 65,536 there.
contract NearestCentroid is DenseClassifier {
    using Bits for uint256;
    using Words for uint256[];

    /// @dev Labels whose number of samples share a word, 16 bits each.
    uint256 private constant COUNT_LANES = 16;

    uint256 private immutable _sumWords;

    /// @dev Word `label * words of a sum + dimension / 8`, see `LaneSums`.
    uint256[MAX_WORDS] private _sums;
    /// @dev Sixteen labels in a word, lane 0 in the lowest bits.
    uint256[(MAX_LABELS + COUNT_LANES) / COUNT_LANES] private _counts;

    /// @dev Centroids in memory as they come up.
    struct Model {
        uint256 labels;
        uint256[] counts;
        uint256[][] sums;
        uint256[] sample;
    }

    /// @dev What every distance needs: squared norms of the sums, and the sample prepared for products.
    struct Metric {
        uint256[] squaredNorms;
        uint256[] factors;
    }

    constructor(uint256 dimension_, uint256 labelCount_, uint256 labelBound_, uint256 maxSquaredNorm_)
        DenseClassifier(labelCount_, labelBound_, dimension_, maxSquaredNorm_, LaneSums.wordsFor(dimension_))
    {
        _sumWords = LaneSums.wordsFor(dimension_);
    }

    /// @notice Gives a label a centroid as if `count` samples equal to `mean` had been learnt; once for each label and
    /// only before the trainer is bound.
    function initialize(uint16 label, uint16 count, bytes calldata mean) external givesKnowledge {
        if (label >= labelCount() || !DenseSample.isWellFormed(mean, dimension)) revert BadKnowledge();
        Model memory model = _emptyModel();
        DenseSample.unpack(mean, model.sample);
        if (count == 0 || model.counts[label] != 0) revert BadKnowledge();
        _recall(model, label);
        LaneSums.add(model.sums[label], model.sample, count);
        model.counts[label] = count;
        _writeBack(model);
    }

    /// @inheritdoc IClassifier
    function kind() external pure returns (string memory) {
        return "nearest-centroid";
    }

    /// @inheritdoc IClassifier
    function train(bytes calldata records) external onlyTrainer returns (uint256 acceptedMap, uint256 newSlots) {
        Model memory model = _emptyModel();
        uint256 cursor = 0;
        for (uint256 record = 0; cursor < records.length; ++record) {
            if (record == Records.MAX_RECORDS) revert Records.TooManyRecords();
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (label >= model.labels || !_read(sample, model.sample)) continue;
            acceptedMap |= 1 << record;
            uint256 count = model.counts.get(label);
            if (count == LaneSums.MAX_SAMPLES) continue;
            _recall(model, label);
            model.counts.set(label, count + 1);
            LaneSums.add(model.sums[label], model.sample, 1);
        }
        newSlots = _writeBack(model);
    }

    /// @inheritdoc IClassifier
    function agrees(bytes calldata records, uint256 mask) external view returns (uint256 agreeing) {
        if (mask == 0) return 0;
        (Model memory model, Metric memory metric) = _load();
        uint256 cursor = 0;
        for (uint256 record = 0; mask >> record != 0; ++record) {
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (!mask.has(record) || !_read(sample, model.sample)) continue;
            if (_nearest(model, metric) == label) agreeing |= 1 << record;
        }
    }

    /// @inheritdoc IClassifier
    function predict(bytes calldata sample) external view returns (uint16) {
        (Model memory model, Metric memory metric) = _load();
        if (!_read(sample, model.sample)) revert UnfitSample();
        return uint16(_nearest(model, metric));
    }

    /// @notice Storage words of the sums for a snapshot, words of a sum for each label in order. A lane of 32 bits holds
    /// the sum plus 2^15 for each sample, the first dimension in the highest lane.
    function sumWords(uint256 from, uint256 count) external view returns (uint256[] memory words) {
        words = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            words[i] = _sums[from + i];
        }
    }

    /// @notice Number of samples of labels, for a snapshot.
    function sampleCounts(uint256 from, uint256 count) external view returns (uint16[] memory counts) {
        counts = new uint16[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 label = from + i;
            counts[i] = uint16(_counts[label / COUNT_LANES] >> ((label % COUNT_LANES) * 16));
        }
    }

    /// @dev All counts and no sums.
    function _emptyModel() private view returns (Model memory model) {
        uint256 labels = labelCount();
        model.labels = labels;
        model.counts = new uint256[](labels);
        model.sums = new uint256[][](labels);
        model.sample = new uint256[](_sampleWords);
        uint256 word = 0;
        for (uint256 label = 0; label < labels; ++label) {
            word = label % COUNT_LANES == 0 ? _counts[label / COUNT_LANES] : word >> 16;
            model.counts.set(label, word & 0xffff);
        }
    }

    /// @dev Loads the sum of a label once.
    function _recall(Model memory model, uint256 label) private view {
        if (model.sums[label].length != 0) return;
        uint256 width = _sumWords;
        uint256[] memory sums = new uint256[](width);
        model.sums[label] = sums;
        if (model.counts.get(label) == 0) return;
        for (uint256 i = 0; i < width; ++i) {
            sums.set(i, _sums[label * width + i]);
        }
    }

    function _load() private view returns (Model memory model, Metric memory metric) {
        model = _emptyModel();
        metric.factors = new uint256[](2 * _sumWords);
        metric.squaredNorms = new uint256[](model.labels);
        for (uint256 label = 0; label < model.labels; ++label) {
            if (model.counts.get(label) == 0) continue;
            _recall(model, label);
            metric.squaredNorms.set(label, LaneSums.squaredNorm(model.sums[label]));
        }
    }

    /// @dev The nearest label for the sample that was read last.
    function _nearest(Model memory model, Metric memory metric) private pure returns (uint256 nearest) {
        LaneSums.prepare(model.sample, metric.factors);
        uint256 nearestCount = 0;
        int256 least = 0;
        for (uint256 label = 0; label < model.labels; ++label) {
            uint256 count = model.counts.get(label);
            if (count == 0) continue;
            uint256 product = LaneSums.product(model.sums[label], metric.factors);
            int256 distance = Nearness.numerator(metric.squaredNorms.get(label), count, product);
            if (nearestCount == 0 || Nearness.isLess(distance, count, least, nearestCount)) {
                (nearest, least, nearestCount) = (label, distance, count);
            }
        }
    }

    /// @dev Sums never shrink, so a word that was ever written never becomes zero again.
    function _writeBack(Model memory model) private returns (uint256 newSlots) {
        uint256 width = _sumWords;
        for (uint256 label = 0; label < model.labels; ++label) {
            uint256[] memory sums = model.sums[label];
            if (sums.length == 0) continue;
            for (uint256 i = 0; i < width; ++i) {
                if (_replace(_sums, label * width + i, sums.get(i))) ++newSlots;
            }
            uint256 shift = (label % COUNT_LANES) * 16;
            uint256 counts = _counts[label / COUNT_LANES];
            if (counts == 0) ++newSlots;
            _counts[label / COUNT_LANES] = (counts & ~(uint256(0xffff) << shift)) | (model.counts.get(label) << shift);
        }
    }

    /// @dev Writes a word and tells whether it was zero before and is no more.
    function _replace(uint256[MAX_WORDS] storage words, uint256 index, uint256 word) private returns (bool isNew) {
        isNew = words[index] == 0 && word != 0;
        words[index] = word;
    }
}
