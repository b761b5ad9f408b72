// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClassifier} from "../interfaces/IClassifier.sol";
import {Records} from "../libraries/Records.sol";
import {SparseSample} from "../libraries/SparseSample.sol";
import {Growing} from "./Growing.sol";
import {Pretrained} from "./Pretrained.sol";

/// @title Binary perceptron over sparse binary features
/// @notice score = intercept + sum of the weights of the features; label 1 if the score is positive, else 0. A wrong
/// prediction moves each of the sample's weights by the learning rate towards the label (Rosenblatt 1958). Weights are
/// int16 and saturate; sixteen share a storage word, lane 0 in the lowest bits. A batch loads each word at most once and
/// writes it back at most once. Features may be added; two labels are all that the rule can tell apart.
contract SparsePerceptron is Growing, Pretrained {
    /// @notice Most features of a model: its weight words fit one bitmap.
    uint256 public constant MAX_FEATURES = 4096;
    uint256 private constant LANES = 16;
    uint256 private constant LABELS = 2;

    int256 public immutable intercept;
    int256 public immutable learningRate;

    uint256[MAX_FEATURES / LANES] private _words;

    /// @dev Every lane of a weight word with the sign bit flipped: weights become numbers from 0 to 65,535.
    uint256 private constant BIAS = 0x8000800080008000800080008000800080008000800080008000800080008000;
    /// @dev Byte offset of a feature's word, `feature / 16 * 32`, in a feature shifted left by one.
    uint256 private constant OFFSET = 0x1ffe0;

    /// @dev Biased weight words in memory, from `base` on; those named by the map are loaded. What was loaded is kept a
    /// second time, `copyBytes` further on, to tell what has changed.
    struct Cache {
        uint256 base;
        uint256 loadedMap;
        uint256 copyBytes;
        bool complete;
        bool changed;
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
        Cache memory cache = _cacheFor(records.length);
        uint256 features = featureCount();
        (uint256 cursor, uint256 end) = Records.span(records);
        for (uint256 bit = 1; cursor < end; bit <<= 1) {
            if (bit == 1 << Records.MAX_RECORDS) revert Records.TooManyRecords();
            uint256 head = Records.wordAt(cursor);
            bytes calldata sample = Records.sampleAt(cursor, head);
            cursor = Records.nextAfter(cursor, head, end);
            if (!_fits(Records.labelOf(head), sample, features)) continue;
            acceptedMap |= bit;
            bool positive = Records.labelOf(head) == 1;
            if (_isPositive(cache, sample) != positive) _learn(cache, sample, positive);
        }
        newSlots = _writeBack(cache);
    }

    /// @inheritdoc IClassifier
    function agrees(bytes calldata records, uint256 mask) external view returns (uint256 agreeing) {
        Cache memory cache = _cacheFor(records.length);
        (uint256 cursor, uint256 end) = Records.span(records);
        for (uint256 bit = 1; mask != 0; bit <<= 1) {
            uint256 head = Records.wordAt(cursor);
            bytes calldata sample = Records.sampleAt(cursor, head);
            cursor = Records.nextAfter(cursor, head, end);
            if (mask & bit == 0) continue;
            mask ^= bit;
            if (_isPositive(cache, sample) == (Records.labelOf(head) == 1)) agreeing |= bit;
        }
    }

    /// @inheritdoc IClassifier
    function predict(bytes calldata sample) external view returns (uint16) {
        if (!_fits(0, sample, featureCount())) revert UnfitSample();
        return _isPositive(_cacheFor(sample.length), sample) ? 1 : 0;
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

    /// @dev A long list of records will need nearly every word: all of them are loaded at once, and no record has to look
    /// for what is missing. For a short one words are loaded as they are met.
    function _cacheFor(uint256 recordBytes) private view returns (Cache memory cache) {
        uint256 count = (featureBound + LANES - 1) / LANES;
        uint256[] memory words = new uint256[](2 * count);
        uint256 base;
        assembly ("memory-safe") {
            base := add(words, 0x20)
        }
        (cache.base, cache.copyBytes) = (base, 32 * count);
        if (recordBytes < 32 * count) return cache;
        cache.complete = true;
        cache.loadedMap = type(uint256).max >> (256 - count);
        // Memory: the words of the cache and their copies.
        assembly ("memory-safe") {
            for { let index := 0 } lt(index, count) { index := add(index, 1) } {
                mstore(add(base, shl(5, index)), xor(sload(add(_words.slot, index)), BIAS))
            }
            mcopy(add(base, shl(5, count)), base, shl(5, count))
        }
    }

    /// @dev Loads the words of a sample that fits, as far as they are not loaded yet.
    function _loadFor(Cache memory cache, bytes calldata sample) private view {
        for (uint256 i = 0; i < sample.length / 2; ++i) {
            uint256 index = SparseSample.featureAt(sample, i) / LANES;
            if ((cache.loadedMap >> index) & 1 == 0) _load(cache, index);
        }
    }

    function _load(Cache memory cache, uint256 index) private view {
        // Memory: the cache, one of its words and the copy, since every index lies below the number of words.
        assembly ("memory-safe") {
            let word := xor(sload(add(_words.slot, index)), BIAS)
            let place := add(mload(cache), shl(5, index))
            mstore(place, word)
            mstore(add(place, mload(add(cache, 0x40))), word)
            let map := add(cache, 0x20)
            mstore(map, or(mload(map), shl(index, 1)))
        }
    }

    /// @dev Whether the weights of a sample that fits add up to more than zero with the intercept. In Solidity: for each
    /// feature, score += weight. Features are taken eight at a time, after one, two and four that are left over from that.
    function _isPositive(Cache memory cache, bytes calldata sample) private view returns (bool) {
        if (!cache.complete) _loadFor(cache, sample);
        int256 score = intercept;
        // Memory: reads words of the cache only, since features lie below `featureBound`.
        assembly ("memory-safe") {
            let base := mload(cache)
            let cursor := sample.offset
            let end := add(cursor, sample.length)
            // Each of the length / 2 weights brings its bias of 2^15 along.
            score := sub(score, shl(14, sample.length))
            if and(sample.length, 2) {
                let list := calldataload(cursor)
                let word := mload(add(base, and(shr(239, list), OFFSET)))
                score := add(score, and(shr(and(shr(236, list), 0xf0), word), 0xffff))
                cursor := add(cursor, 2)
            }
            if and(sample.length, 4) {
                let list := calldataload(cursor)
                let word := mload(add(base, and(shr(239, list), OFFSET)))
                score := add(score, and(shr(and(shr(236, list), 0xf0), word), 0xffff))
                word := mload(add(base, and(shr(223, list), OFFSET)))
                score := add(score, and(shr(and(shr(220, list), 0xf0), word), 0xffff))
                cursor := add(cursor, 4)
            }
            if and(sample.length, 8) {
                let list := calldataload(cursor)
                let word := mload(add(base, and(shr(239, list), OFFSET)))
                score := add(score, and(shr(and(shr(236, list), 0xf0), word), 0xffff))
                word := mload(add(base, and(shr(223, list), OFFSET)))
                score := add(score, and(shr(and(shr(220, list), 0xf0), word), 0xffff))
                word := mload(add(base, and(shr(207, list), OFFSET)))
                score := add(score, and(shr(and(shr(204, list), 0xf0), word), 0xffff))
                word := mload(add(base, and(shr(191, list), OFFSET)))
                score := add(score, and(shr(and(shr(188, list), 0xf0), word), 0xffff))
                cursor := add(cursor, 8)
            }
            for {} lt(cursor, end) { cursor := add(cursor, 16) } {
                let list := calldataload(cursor)
                let word := mload(add(base, and(shr(239, list), OFFSET)))
                score := add(score, and(shr(and(shr(236, list), 0xf0), word), 0xffff))
                word := mload(add(base, and(shr(223, list), OFFSET)))
                score := add(score, and(shr(and(shr(220, list), 0xf0), word), 0xffff))
                word := mload(add(base, and(shr(207, list), OFFSET)))
                score := add(score, and(shr(and(shr(204, list), 0xf0), word), 0xffff))
                word := mload(add(base, and(shr(191, list), OFFSET)))
                score := add(score, and(shr(and(shr(188, list), 0xf0), word), 0xffff))
                word := mload(add(base, and(shr(175, list), OFFSET)))
                score := add(score, and(shr(and(shr(172, list), 0xf0), word), 0xffff))
                word := mload(add(base, and(shr(159, list), OFFSET)))
                score := add(score, and(shr(and(shr(156, list), 0xf0), word), 0xffff))
                word := mload(add(base, and(shr(143, list), OFFSET)))
                score := add(score, and(shr(and(shr(140, list), 0xf0), word), 0xffff))
                word := mload(add(base, and(shr(127, list), OFFSET)))
                score := add(score, and(shr(and(shr(124, list), 0xf0), word), 0xffff))
            }
        }
        return score > 0;
    }

    /// @dev Moves the weights of a sample by one step each, saturating. Only ever called after `_isPositive` on the same
    /// sample: all its words are loaded. In Solidity: for each feature, weight = saturated(weight + step).
    function _learn(Cache memory cache, bytes calldata sample, bool positive) private view {
        int256 step = positive ? learningRate : -learningRate;
        cache.changed = true;
        // Memory: reads and writes words of the cache only, since features lie below `featureBound`.
        assembly ("memory-safe") {
            let base := mload(cache)
            let cursor := sample.offset
            for { let end := add(cursor, sample.length) } lt(cursor, end) { cursor := add(cursor, 2) } {
                let feature := calldataload(cursor)
                let place := add(base, and(shr(239, feature), OFFSET))
                let shift := and(shr(236, feature), 0xf0)
                let word := mload(place)
                let weight := and(shr(shift, word), 0xffff)
                let move := step
                // Outside of its lane, below or above: as far as the end of the lane.
                if shr(16, add(weight, step)) { move := sub(mul(0xffff, sgt(step, 0)), weight) }
                mstore(place, add(word, shl(shift, move)))
            }
        }
    }

    /// @dev Steps up and down may cancel out: a word that is what it was is not written, nor paid for as new. One that was
    /// not loaded is zero in both places.
    function _writeBack(Cache memory cache) private returns (uint256 newSlots) {
        if (!cache.changed) return 0;
        uint256 copyBytes = cache.copyBytes;
        for (uint256 index = 0; cache.loadedMap >> index != 0; ++index) {
            uint256 place = cache.base + 32 * index;
            uint256 word;
            uint256 before;
            assembly ("memory-safe") {
                word := mload(place)
                before := mload(add(place, copyBytes))
            }
            if (word == before) continue;
            if (before == BIAS) ++newSlots;
            _words[index] = word ^ BIAS;
        }
    }
}
