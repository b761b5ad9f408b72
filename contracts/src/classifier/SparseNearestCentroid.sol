// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClassifier} from "../interfaces/IClassifier.sol";
import {Bits} from "../libraries/Bits.sol";
import {Nearness} from "../libraries/Nearness.sol";
import {Records} from "../libraries/Records.sol";
import {SparseSample} from "../libraries/SparseSample.sol";
import {Words} from "../libraries/Words.sol";
import {Growing} from "./Growing.sol";

/// @title Nearest centroid over sparse binary features
/// @notice A sample is a point with a one for each of its features and a zero elsewhere. The label with the least squared
/// Euclidean distance to the mean of its samples wins, ties go to the lower label. Labels without samples never win, unless
/// none has any (then label 0 does).
///
/// For each label the number of samples n, the number of samples with each feature (together the sum s), and |s|^2 are
/// kept. They are integers that only grow: |s|^2 rises by 2 s_f + 1 for each feature f of a sample. Nothing is rescaled or
/// rounded, so nothing can underflow. A label stops learning at 65,535 samples: one more would move its centroid by less
/// than 1/65,536 in any dimension.
contract SparseNearestCentroid is Growing {
    using Bits for uint256;
    using Words for uint256[];

    /// @notice Most labels.
    uint256 public constant MAX_LABELS = 256;
    /// @notice Most features of a sample.
    uint256 public constant MAX_SAMPLE_FEATURES = 64;
    /// @notice Most features of a model.
    uint256 public constant MAX_FEATURES = 1 << 16;
    /// @notice Most samples that a label learns.
    uint256 public constant MAX_SAMPLES = type(uint16).max;
    uint256 private constant LANES = 16;
    /// @dev Low 16 bits in 32, eight times.
    uint256 private constant EVEN = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;

    /// @notice Lanes that a feature takes for as many labels as there may ever be: a power of two below 16, or a multiple
    /// of 16. With few labels several features share a storage word.
    uint256 public immutable lanesPerFeature;

    /// @dev Lane `feature * lanesPerFeature + label`, counted through the words, lane 0 in the lowest bits.
    uint256[MAX_FEATURES * (MAX_LABELS / LANES)] private _counts;
    /// @dev Four labels in a word, `squaredNorm(48) | samples(16)` each, lane 0 in the lowest bits.
    uint256[MAX_LABELS / 4] private _stats;

    /// @dev Samples and squared norms by label, and room for the products of one sample, two lanes of 32 bits by label.
    struct Model {
        uint256 labels;
        uint256[] samples;
        uint256[] squaredNorms;
        uint256[] products;
    }

    /// @notice The parameters are out of range.
    error BadParameters();
    /// @notice The sample is no strictly increasing list of 1 to 64 features of this model.
    error UnfitSample();

    constructor(uint256 featureCount_, uint256 featureBound_, uint256 labelCount_, uint256 labelBound_)
        Growing(labelCount_, labelBound_, featureCount_, featureBound_)
    {
        if (labelBound_ > MAX_LABELS || featureBound_ > MAX_FEATURES) revert BadParameters();
        uint256 lanes = 2;
        while (lanes < labelBound_) lanes = lanes < LANES ? lanes * 2 : lanes + LANES;
        lanesPerFeature = lanes;
    }

    /// @inheritdoc IClassifier
    function kind() external pure returns (string memory) {
        return "sparse-nearest-centroid";
    }

    /// @inheritdoc IClassifier
    function fits(uint16 label, bytes calldata sample) external view returns (bool) {
        return label < labelCount() && SparseSample.isWellFormed(sample, MAX_SAMPLE_FEATURES, featureCount());
    }

    /// @inheritdoc IClassifier
    function train(bytes calldata records) external onlyTrainer returns (uint256 acceptedMap, uint256 newSlots) {
        (uint256 labels, uint256 features) = (labelCount(), featureCount());
        uint256 cursor = 0;
        for (uint256 record = 0; cursor < records.length; ++record) {
            if (record == Records.MAX_RECORDS) revert Records.TooManyRecords();
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (label >= labels || !SparseSample.isWellFormed(sample, MAX_SAMPLE_FEATURES, features)) continue;
            acceptedMap |= 1 << record;
            newSlots += _learn(label, sample);
        }
    }

    /// @inheritdoc IClassifier
    function agrees(bytes calldata records, uint256 mask) external view returns (uint256 agreeing) {
        if (mask == 0) return 0;
        Model memory model = _load();
        uint256 cursor = 0;
        for (uint256 record = 0; mask >> record != 0; ++record) {
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (mask.has(record) && _nearest(model, sample) == label) agreeing |= 1 << record;
        }
    }

    /// @inheritdoc IClassifier
    function predict(bytes calldata sample) external view returns (uint16) {
        if (!SparseSample.isWellFormed(sample, MAX_SAMPLE_FEATURES, featureCount())) revert UnfitSample();
        return uint16(_nearest(_load(), sample));
    }

    /// @notice `squaredNorm(48) | samples(16)` of labels, for a snapshot.
    function labelStats(uint256 from, uint256 count) external view returns (uint64[] memory stats) {
        stats = new uint64[](count);
        for (uint256 i = 0; i < count; ++i) {
            stats[i] = _statOf(from + i);
        }
    }

    /// @notice Storage words of counts for a snapshot. Lane `feature * lanesPerFeature + label` of 16 bits belongs to that
    /// feature and label, lane 0 in the lowest bits.
    function countWords(uint256[] calldata indices) external view returns (uint256[] memory words) {
        words = new uint256[](indices.length);
        for (uint256 i = 0; i < words.length; ++i) {
            words[i] = _counts[indices[i]];
        }
    }

    /// @dev Counts never shrink, so a word that was ever written never becomes zero again.
    function _learn(uint256 label, bytes calldata sample) private returns (uint256 newSlots) {
        uint256 stats = _stats[label / 4];
        uint256 statShift = (label % 4) * 64;
        if ((stats >> statShift) & 0xffff == MAX_SAMPLES) return 0;
        if (stats == 0) ++newSlots;
        uint256 lanes = lanesPerFeature;
        uint256 count = sample.length / 2;
        uint256 growth = 0;
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                uint256 lane = SparseSample.featureAt(sample, i) * lanes + label;
                uint256 shift = (lane % LANES) * 16;
                uint256 word = _counts[lane / LANES];
                if (word == 0) ++newSlots;
                // A count is below the number of samples, which is not full: the lane has room.
                growth += 2 * ((word >> shift) & 0xffff) + 1;
                _counts[lane / LANES] = word + (1 << shift);
            }
            // 64 features in 65,535 samples: the squared norm stays below 2^38.
            _stats[label / 4] = stats + (((growth << 16) | 1) << statShift);
        }
    }

    function _load() private view returns (Model memory model) {
        uint256 labels = labelCount();
        model.labels = labels;
        model.samples = new uint256[](labels);
        model.squaredNorms = new uint256[](labels);
        model.products = new uint256[](2 * ((lanesPerFeature + LANES - 1) / LANES));
        for (uint256 label = 0; label < labels; ++label) {
            uint256 stat = _statOf(label);
            model.samples.set(label, stat & 0xffff);
            model.squaredNorms.set(label, stat >> 16);
        }
    }

    function _nearest(Model memory model, bytes calldata sample) private view returns (uint256 nearest) {
        _multiply(model.products, sample);
        uint256 nearestCount = 0;
        int256 least = 0;
        unchecked {
            for (uint256 label = 0; label < model.labels; ++label) {
                uint256 count = model.samples.get(label);
                if (count == 0) continue;
                uint256 lanes = model.products.get(2 * (label / LANES) + label % 2);
                uint256 product = uint32(lanes >> ((label % LANES) / 2 * 32));
                int256 distance = Nearness.numerator(model.squaredNorms.get(label), count, product);
                if (nearestCount == 0 || Nearness.isLess(distance, count, least, nearestCount)) {
                    (nearest, least, nearestCount) = (label, distance, count);
                }
            }
        }
    }

    /// @dev Adds the counts of the sample's features up, eight labels at a time: even lanes of sixteen labels in one word of
    /// products, odd ones in the next. 64 counts below 2^16 fit a lane of 32 bits. Lanes above the feature's own are summed
    /// as well and never looked at: they belong to no label.
    function _multiply(uint256[] memory products, bytes calldata sample) private view {
        uint256 lanes = lanesPerFeature;
        uint256 features = sample.length / 2;
        unchecked {
            for (uint256 first = 0; first < lanes; first += LANES) {
                (uint256 even, uint256 odd) = (0, 0);
                for (uint256 i = 0; i < features; ++i) {
                    uint256 lane = SparseSample.featureAt(sample, i) * lanes + first;
                    uint256 word = _counts[lane / LANES] >> ((lane % LANES) * 16);
                    even += word & EVEN;
                    odd += (word >> 16) & EVEN;
                }
                products.set(first / 8, even);
                products.set(first / 8 + 1, odd);
            }
        }
    }

    function _statOf(uint256 label) private view returns (uint64) {
        return uint64(_stats[label / 4] >> ((label % 4) * 64));
    }
}
