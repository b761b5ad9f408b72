// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClassifier} from "../interfaces/IClassifier.sol";
import {Bits} from "../libraries/Bits.sol";
import {Records} from "../libraries/Records.sol";
import {SparseSample} from "../libraries/SparseSample.sol";
import {Words} from "../libraries/Words.sol";
import {Growing} from "./Growing.sol";
import {Pretrained} from "./Pretrained.sol";

/// @title Multi-class perceptron over sparse binary features, for up to 32 labels
/// @notice score(c) = sum of the weights of the sample's features for label c. The best score among the labels that were
/// ever taught wins, ties go to the lower label (label 0 while none was taught). After a wrong prediction the features'
/// weights rise by the learning rate for the true label and fall by it for the predicted one. Weights are int8 and saturate
/// at -127 and 127: what one word can come to mean is bounded.
///
/// The weights of a feature lie side by side: whichever labels a sample concerns, it costs one storage word for each of its
/// features at most. A word has 32 lanes, lane 0 in the lowest byte; with few labels several features share it. Lanes hold
/// the weight plus 128 and are never zero, so a word that was ever written never becomes zero again, and no sequence of
/// contributions creates a storage slot twice. That also makes words fit to be read and written where they lie: there is
/// nothing to report but first writes.
contract SparseMulticlassPerceptron is Growing, Pretrained {
    using Bits for uint256;
    using Words for uint256[];

    /// @notice Most labels.
    uint256 public constant MAX_LABELS = 32;
    /// @notice Most features of a sample.
    uint256 public constant MAX_SAMPLE_FEATURES = 64;
    /// @notice Most features of a model.
    uint256 public constant MAX_FEATURES = 1 << 16;

    uint256 private constant LANES = 32;
    int256 private constant MAX_WEIGHT = 127;
    int256 private constant BIAS = 128;
    /// @dev A word of 32 weights of zero.
    uint256 private constant ZEROS = 0x8080808080808080808080808080808080808080808080808080808080808080;
    /// @dev Low byte in 16 bits, sixteen times.
    uint256 private constant EVEN = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
    /// @dev Keeps the map of taught labels from ever being a new storage slot.
    uint256 private constant OCCUPIED = 1 << 255;

    /// @notice Step of a weight after a wrong prediction.
    int256 public immutable learningRate;
    /// @notice Lanes that a feature takes: the power of two from the most labels upwards.
    uint256 public immutable lanesPerFeature;

    /// @dev Lane `feature * lanesPerFeature + label`, counted through the words.
    uint256[MAX_FEATURES] private _words;
    uint256 private _taughtMap = OCCUPIED;

    /// @notice The parameters are out of range.
    error BadParameters();
    /// @notice The sample is no strictly increasing list of 1 to 64 features of this model.
    error UnfitSample();

    constructor(
        uint256 featureCount_,
        uint256 featureBound_,
        uint256 labelCount_,
        uint256 labelBound_,
        int8 learningRate_
    ) Growing(labelCount_, labelBound_, featureCount_, featureBound_) {
        if (labelBound_ > MAX_LABELS || featureBound_ > MAX_FEATURES || learningRate_ <= 0) {
            revert BadParameters();
        }
        learningRate = learningRate_;
        uint256 lanes = 2;
        while (lanes < labelBound_) lanes *= 2;
        lanesPerFeature = lanes;
    }

    /// @notice Sets initial words from word `from` on, and which labels count as taught; only before the trainer is bound.
    /// In a word that is not zero every lane holds its weight plus 128.
    function initialize(uint256 from, uint256[] calldata words, uint256 taught) external givesKnowledge {
        uint256 end = (featureCount() * lanesPerFeature + LANES - 1) / LANES;
        if (from + words.length > end || taught >> labelCount() != 0) revert BadKnowledge();
        for (uint256 i = 0; i < words.length; ++i) {
            if (words[i] != 0 && _hasZeroLane(words[i])) revert BadKnowledge();
            _words[from + i] = words[i];
        }
        _taughtMap |= taught;
    }

    /// @inheritdoc IClassifier
    function kind() external pure returns (string memory) {
        return "sparse-multiclass-perceptron";
    }

    /// @inheritdoc IClassifier
    function fits(uint16 label, bytes calldata sample) external view returns (bool) {
        return label < labelCount() && SparseSample.isWellFormed(sample, MAX_SAMPLE_FEATURES, featureCount());
    }

    /// @inheritdoc IClassifier
    function train(bytes calldata records) external onlyTrainer returns (uint256 acceptedMap, uint256 newSlots) {
        (uint256 labels, uint256 features) = (labelCount(), featureCount());
        uint256 taught = _taughtMap;
        uint256[] memory row = new uint256[](MAX_SAMPLE_FEATURES);
        uint256 cursor = 0;
        for (uint256 record = 0; cursor < records.length; ++record) {
            if (record == Records.MAX_RECORDS) revert Records.TooManyRecords();
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (label >= labels || !SparseSample.isWellFormed(sample, MAX_SAMPLE_FEATURES, features)) continue;
            acceptedMap |= 1 << record;
            uint256 predicted = _best(row, sample, taught);
            taught |= 1 << label;
            if (predicted != label) newSlots += _learn(row, sample, label, predicted);
        }
        if (taught != _taughtMap) _taughtMap = taught;
    }

    /// @inheritdoc IClassifier
    function agrees(bytes calldata records, uint256 mask) external view returns (uint256 agreeing) {
        uint256 taught = _taughtMap;
        uint256[] memory row = new uint256[](MAX_SAMPLE_FEATURES);
        uint256 cursor = 0;
        for (uint256 record = 0; mask >> record != 0; ++record) {
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (!mask.has(record) || sample.length > 2 * MAX_SAMPLE_FEATURES) continue;
            if (_best(row, sample, taught) == label) agreeing |= 1 << record;
        }
    }

    /// @inheritdoc IClassifier
    function predict(bytes calldata sample) external view returns (uint16) {
        if (!SparseSample.isWellFormed(sample, MAX_SAMPLE_FEATURES, featureCount())) revert UnfitSample();
        return uint16(_best(new uint256[](MAX_SAMPLE_FEATURES), sample, _taughtMap));
    }

    /// @notice Storage words for a snapshot. A word of zero was never written; in others a lane holds its weight plus 128,
    /// lane 0 in the lowest byte. Lane `feature * lanesPerFeature + label` belongs to that feature and label.
    function weightWords(uint256 from, uint256 count) external view returns (uint256[] memory words) {
        words = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            words[i] = _words[from + i];
        }
    }

    /// @notice Labels that were ever taught, one bit each.
    function taughtMap() external view returns (uint256) {
        return _taughtMap ^ OCCUPIED;
    }

    /// @dev Adds the weights of the sample's features up, sixteen labels at a time: 64 lanes below 2^8 fit 16 bits. The
    /// bias is the same for every label and takes no part in the comparison. Leaves the features' words in `row`.
    function _best(uint256[] memory row, bytes calldata sample, uint256 taught) private view returns (uint256) {
        (uint256 even, uint256 odd) = (0, 0);
        uint256 count = sample.length / 2;
        uint256 lanes = lanesPerFeature;
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                uint256 lane = SparseSample.featureAt(sample, i) * lanes;
                uint256 word = _words[lane / LANES];
                row.set(i, word);
                // Lanes above the feature's own are summed as well and never looked at: they are no taught labels.
                word = (word == 0 ? ZEROS : word) >> ((lane % LANES) * 8);
                even += word & EVEN;
                odd += (word >> 8) & EVEN;
            }
        }
        return _highest(even, odd, taught ^ OCCUPIED);
    }

    /// @dev The taught label with the highest lane, the lowest one among equals.
    function _highest(uint256 even, uint256 odd, uint256 taught) private pure returns (uint256 best) {
        // Scores of samples with features are above zero, so that the first taught label beats none.
        uint256 highest = 0;
        unchecked {
            for (uint256 label = 0; taught >> label != 0; ++label) {
                uint256 score = (label & 1 == 0 ? even : odd) >> ((label >> 1) << 4) & 0xffff;
                if (score > highest && taught.has(label)) (best, highest) = (label, score);
            }
        }
    }

    /// @dev Only ever called after `_best` on the same sample: `row` holds its words. Features that share a word follow each
    /// other; it is written when the last of them has moved.
    function _learn(uint256[] memory row, bytes calldata sample, uint256 label, uint256 predicted)
        private
        returns (uint256 newSlots)
    {
        uint256 count = sample.length / 2;
        uint256 lanes = lanesPerFeature;
        uint256 index = type(uint256).max;
        uint256 word = 0;
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                uint256 lane = SparseSample.featureAt(sample, i) * lanes;
                if (lane / LANES != index) {
                    if (i != 0) _words[index] = word;
                    (index, word) = (lane / LANES, row.get(i));
                    if (word == 0) (word, newSlots) = (ZEROS, newSlots + 1);
                }
                uint256 shift = (lane % LANES) * 8;
                word = _moved(word, shift + label * 8, learningRate);
                word = _moved(word, shift + predicted * 8, -learningRate);
            }
            _words[index] = word;
        }
    }

    /// @dev Moves the lane at bit `shift` by `step`, up to the limits.
    function _moved(uint256 word, uint256 shift, int256 step) private pure returns (uint256) {
        unchecked {
            int256 weight = int256((word >> shift) & 0xff) - BIAS + step;
            if (weight > MAX_WEIGHT) weight = MAX_WEIGHT;
            if (weight < -MAX_WEIGHT) weight = -MAX_WEIGHT;
            return (word & ~(uint256(0xff) << shift)) | (uint256(weight + BIAS) << shift);
        }
    }

    function _hasZeroLane(uint256 word) private pure returns (bool) {
        for (uint256 lane = 0; lane < 32; ++lane) {
            if ((word >> (lane * 8)) & 0xff == 0) return true;
        }
        return false;
    }
}
