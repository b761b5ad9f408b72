// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClassifier} from "../interfaces/IClassifier.sol";
import {Bits} from "../libraries/Bits.sol";
import {DenseSample} from "../libraries/DenseSample.sol";
import {Int16Lanes} from "../libraries/Int16Lanes.sol";
import {Records} from "../libraries/Records.sol";
import {Words} from "../libraries/Words.sol";
import {DenseClassifier} from "./DenseClassifier.sol";

/// @title Multi-class perceptron over dense vectors
/// @notice score(c) = sum of weight times number over all dimensions, in exact integers; the best score among the labels
/// that were ever taught wins, ties go to the lower label (label 0 while none was taught). After a wrong prediction the
/// weights of the true label move towards the sample and those of the predicted one away from it, by the sample divided by
/// 2^rateShift and rounded to the nearest integer. Weights are int16 and saturate at -32,767 and 32,767. There is no
/// intercept; a sample may carry a constant number.
///
/// Sixteen weights share a storage word in the biased lanes of `DenseSample`. A word that was ever written never becomes
/// zero again, so no sequence of contributions creates a storage slot twice. A batch loads the model once and writes each
/// vector that moved once.
contract DensePerceptron is DenseClassifier {
    using Bits for uint256;
    using Words for uint256[];

    /// @dev Keeps the map of taught labels from ever being a new storage slot.
    uint256 private constant OCCUPIED = 1 << 255;

    /// @notice Steps are a sample divided by 2^rateShift.
    uint256 public immutable rateShift;

    /// @dev Word `label * words of a vector + dimension / 16`.
    uint256[MAX_WORDS] private _vectors;
    uint256 private _taughtMap = OCCUPIED;

    /// @dev The model in memory, with room for one sample.
    struct Model {
        uint256 labels;
        uint256 taughtMap;
        uint256 movedMap;
        uint256[] vectors;
        uint256[] sample;
        uint256[] factors;
    }

    constructor(
        uint256 dimension_,
        uint256 labelCount_,
        uint256 labelBound_,
        uint256 rateShift_,
        uint256 maxSquaredNorm_
    ) DenseClassifier(labelCount_, labelBound_, dimension_, maxSquaredNorm_, DenseSample.wordsFor(dimension_)) {
        if (rateShift_ > 15) revert BadParameters();
        rateShift = rateShift_;
    }

    /// @notice Sets the initial weights of a label, encoded like a sample; only before the trainer is bound. A weight of
    /// -32,768 becomes -32,767.
    function initialize(uint16 label, bytes calldata weights) external givesKnowledge {
        if (label >= labelCount() || !DenseSample.isWellFormed(weights, dimension)) revert BadKnowledge();
        uint256[] memory words = new uint256[](_sampleWords);
        DenseSample.unpack(weights, words);
        for (uint256 i = 0; i < words.length; ++i) {
            _vectors[label * words.length + i] = Int16Lanes.add(words[i], DenseSample.ZEROS);
        }
        _taughtMap |= 1 << label;
    }

    /// @inheritdoc IClassifier
    function kind() external pure returns (string memory) {
        return "dense-perceptron";
    }

    /// @inheritdoc IClassifier
    function train(bytes calldata records) external onlyTrainer returns (uint256 acceptedMap, uint256 newSlots) {
        Model memory model = _load();
        uint256 cursor = 0;
        for (uint256 record = 0; cursor < records.length; ++record) {
            if (record == Records.MAX_RECORDS) revert Records.TooManyRecords();
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (label >= model.labels || !_read(sample, model.sample)) continue;
            acceptedMap |= 1 << record;
            uint256 predicted = _best(model);
            model.taughtMap |= 1 << label;
            if (predicted != label) _move(model, label, predicted);
        }
        newSlots = _writeBack(model);
    }

    /// @inheritdoc IClassifier
    function agrees(bytes calldata records, uint256 mask) external view returns (uint256 agreeing) {
        if (mask == 0) return 0;
        Model memory model = _load();
        uint256 cursor = 0;
        for (uint256 record = 0; mask >> record != 0; ++record) {
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (!mask.has(record) || !_read(sample, model.sample)) continue;
            if (_best(model) == label) agreeing |= 1 << record;
        }
    }

    /// @inheritdoc IClassifier
    function predict(bytes calldata sample) external view returns (uint16) {
        Model memory model = _load();
        if (!_read(sample, model.sample)) revert UnfitSample();
        return uint16(_best(model));
    }

    /// @notice Storage words of the vectors for a snapshot, words of a vector for each label in order. A word of zero was
    /// never written; in others a lane holds its weight plus 2^15, the first dimension in the highest lane.
    function weightWords(uint256 from, uint256 count) external view returns (uint256[] memory words) {
        words = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            words[i] = _vectors[from + i];
        }
    }

    /// @notice Labels that were ever taught, one bit each.
    function taughtMap() external view returns (uint256) {
        return _taughtMap ^ OCCUPIED;
    }

    /// @dev Labels that were never taught have nothing to load, but for label 0, which may have predicted before any was.
    function _load() private view returns (Model memory model) {
        uint256 width = _sampleWords;
        model.labels = labelCount();
        model.taughtMap = _taughtMap;
        model.sample = new uint256[](width);
        model.factors = new uint256[](width * Int16Lanes.FACTORS);
        model.vectors = new uint256[](width * model.labels);
        for (uint256 label = 0; label < model.labels; ++label) {
            bool written = label == 0 || model.taughtMap.has(label);
            for (uint256 i = label * width; i < (label + 1) * width; ++i) {
                uint256 word = written ? _vectors[i] : 0;
                model.vectors.set(i, word == 0 ? DenseSample.ZEROS : word);
            }
        }
    }

    /// @dev The best label for the sample that was read last.
    function _best(Model memory model) private view returns (uint256 best) {
        Int16Lanes.prepare(model.sample, model.factors);
        int256 highest = type(int256).min;
        uint256 taught = model.taughtMap ^ OCCUPIED;
        unchecked {
            for (uint256 label = 0; taught >> label != 0; ++label) {
                if (!taught.has(label)) continue;
                int256 score = Int16Lanes.product(model.vectors, label * _sampleWords, model.factors);
                if (score > highest) (best, highest) = (label, score);
            }
        }
    }

    /// @dev Moves the true label towards the sample that was read last and the predicted one away from it.
    function _move(Model memory model, uint256 label, uint256 predicted) private view {
        uint256 width = _sampleWords;
        uint256[] memory vectors = model.vectors;
        model.movedMap |= (1 << label) | (1 << predicted);
        unchecked {
            uint256 towards = label * width;
            uint256 away = predicted * width;
            for (uint256 i = 0; i < width; ++i) {
                uint256 steps = Int16Lanes.scaleDown(model.sample.get(i), rateShift);
                vectors.set(towards + i, Int16Lanes.add(vectors.get(towards + i), steps));
                vectors.set(away + i, Int16Lanes.subtract(vectors.get(away + i), steps));
            }
        }
    }

    function _writeBack(Model memory model) private returns (uint256 newSlots) {
        if (model.taughtMap != _taughtMap) _taughtMap = model.taughtMap;
        uint256 width = _sampleWords;
        for (uint256 label = 0; model.movedMap >> label != 0; ++label) {
            if (!model.movedMap.has(label)) continue;
            for (uint256 i = label * width; i < (label + 1) * width; ++i) {
                uint256 word = model.vectors.get(i);
                uint256 before = _vectors[i];
                // A part of a vector that never left zero stays unwritten.
                if (before == 0 && word == DenseSample.ZEROS) continue;
                if (before == 0) ++newSlots;
                _vectors[i] = word;
            }
        }
    }
}
