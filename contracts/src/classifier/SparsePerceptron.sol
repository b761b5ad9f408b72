// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClassifier} from "../interfaces/IClassifier.sol";
import {Bits} from "../libraries/Bits.sol";
import {Records} from "../libraries/Records.sol";
import {SparseSample} from "../libraries/SparseSample.sol";
import {Words} from "../libraries/Words.sol";
import {Growing} from "./Growing.sol";
import {Pretrained} from "./Pretrained.sol";

/// @title Binary perceptron over sparse binary features
/// @notice score = intercept + sum of the weights of the features; label 1 if the score is positive, else 0. A wrong
/// prediction moves each of the sample's weights by the learning rate towards the label (Rosenblatt 1958). Weights are
/// int16 and saturate; sixteen share a storage word, lane 0 in the lowest bits. A batch loads each word at most once and
/// writes it back at most once. Features may be added; two labels are all that the rule can tell apart.
contract SparsePerceptron is Growing, Pretrained {
    using Bits for uint256;
    using Words for uint256[];

    /// @notice Most features of a model: its weight words fit one bitmap.
    uint256 public constant MAX_FEATURES = 4096;
    uint256 private constant LANES = 16;
    uint256 private constant LABELS = 2;

    int256 public immutable intercept;
    int256 public immutable learningRate;

    uint256[MAX_FEATURES / LANES] private _words;

    /// @dev Weight words in memory with maps of those loaded and those changed.
    struct Cache {
        uint256[] words;
        uint256 loadedMap;
        uint256 dirtyMap;
    }

    /// @notice The parameters are out of range.
    error BadParameters();
    /// @notice The sample is no strictly increasing list of features of this model.
    error UnfitSample();

    constructor(uint256 featureCount_, uint256 featureBound_, int16 intercept_, int16 learningRate_)
        Growing(LABELS, LABELS, featureCount_, featureBound_)
    {
        if (featureBound_ > MAX_FEATURES || learningRate_ <= 0) revert BadParameters();
        intercept = intercept_;
        learningRate = learningRate_;
    }

    /// @notice Sets initial weights, 16 packed in a word, from word `from` on; only before the trainer is bound. Features
    /// that are still to come start at zero.
    function initialize(uint256 from, uint256[] calldata words) external givesKnowledge {
        uint256 end = from + words.length;
        uint256 features = featureCount();
        if (end > (features + LANES - 1) / LANES) revert BadKnowledge();
        if (end * LANES > features && words.length != 0) {
            uint256 used = (features % LANES) * 16;
            if (words[words.length - 1] >> used != 0) revert BadKnowledge();
        }
        for (uint256 i = 0; i < words.length; ++i) {
            _words[from + i] = words[i];
        }
    }

    /// @inheritdoc IClassifier
    function kind() external pure returns (string memory) {
        return "sparse-perceptron";
    }

    /// @inheritdoc IClassifier
    function fits(uint16 label, bytes calldata sample) external view returns (bool) {
        return _fits(label, sample, featureCount());
    }

    /// @inheritdoc IClassifier
    function train(bytes calldata records) external onlyTrainer returns (uint256 acceptedMap, uint256 newSlots) {
        Cache memory cache = _emptyCache();
        uint256 features = featureCount();
        uint256 cursor = 0;
        for (uint256 record = 0; cursor < records.length; ++record) {
            if (record == Records.MAX_RECORDS) revert Records.TooManyRecords();
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (!_fits(label, sample, features)) continue;
            acceptedMap |= 1 << record;
            bool positive = label == 1;
            if ((_score(cache, sample) > 0) != positive) _learn(cache, sample, positive);
        }
        newSlots = _writeBack(cache);
    }

    /// @inheritdoc IClassifier
    function agrees(bytes calldata records, uint256 mask) external view returns (uint256 agreeing) {
        Cache memory cache = _emptyCache();
        uint256 cursor = 0;
        for (uint256 record = 0; mask >> record != 0; ++record) {
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (mask.has(record) && (_score(cache, sample) > 0) == (label == 1)) agreeing |= 1 << record;
        }
    }

    /// @inheritdoc IClassifier
    function predict(bytes calldata sample) external view returns (uint16) {
        if (!_fits(0, sample, featureCount())) revert UnfitSample();
        return _score(_emptyCache(), sample) > 0 ? 1 : 0;
    }

    /// @notice Weight words for a snapshot, 16 weights each.
    function weightWords(uint256 from, uint256 count) external view returns (uint256[] memory words) {
        words = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            words[i] = _words[from + i];
        }
    }

    function _fits(uint256 label, bytes calldata sample, uint256 features) private pure returns (bool) {
        return label < LABELS && SparseSample.isWellFormed(sample, features, features);
    }

    function _emptyCache() private view returns (Cache memory cache) {
        cache.words = new uint256[]((featureBound + LANES - 1) / LANES);
    }

    /// @dev The sample fits, so every feature is below the bound and its word within the cache.
    function _score(Cache memory cache, bytes calldata sample) private view returns (int256 score) {
        score = intercept;
        uint256[] memory words = cache.words;
        uint256 loadedMap = cache.loadedMap;
        uint256 count = sample.length / 2;
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                uint256 feature = SparseSample.featureAt(sample, i);
                uint256 index = feature >> 4;
                if ((loadedMap >> index) & 1 == 0) {
                    loadedMap |= 1 << index;
                    words.set(index, _words[index]);
                }
                score += int16(uint16(words.get(index) >> ((feature & 15) << 4)));
            }
        }
        cache.loadedMap = loadedMap;
    }

    /// @dev Only ever called after `_score` on the same sample: all its words are loaded.
    function _learn(Cache memory cache, bytes calldata sample, bool positive) private view {
        uint256[] memory words = cache.words;
        uint256 dirtyMap = cache.dirtyMap;
        int256 step = positive ? learningRate : -learningRate;
        uint256 count = sample.length / 2;
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                uint256 feature = SparseSample.featureAt(sample, i);
                uint256 index = feature >> 4;
                uint256 shift = (feature & 15) << 4;
                uint256 word = words.get(index);
                uint256 weight = uint16(int16(_saturate(int16(uint16(word >> shift)) + step)));
                words.set(index, (word & ~(uint256(0xffff) << shift)) | (weight << shift));
                dirtyMap |= 1 << index;
            }
        }
        cache.dirtyMap = dirtyMap;
    }

    function _saturate(int256 weight) private pure returns (int256) {
        if (weight > type(int16).max) return type(int16).max;
        if (weight < type(int16).min) return type(int16).min;
        return weight;
    }

    function _writeBack(Cache memory cache) private returns (uint256 newSlots) {
        uint256 dirtyMap = cache.dirtyMap;
        for (uint256 index = 0; dirtyMap >> index != 0; ++index) {
            if (!dirtyMap.has(index)) continue;
            uint256 before = _words[index];
            uint256 word = cache.words[index];
            // Steps up and down may cancel out: a word that stays zero is not paid for as new.
            if (word == before) continue;
            if (before == 0) ++newSlots;
            _words[index] = word;
        }
    }
}
