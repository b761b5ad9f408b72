// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClassifier} from "../interfaces/IClassifier.sol";
import {DenseSample} from "../libraries/DenseSample.sol";
import {Int16Lanes} from "../libraries/Int16Lanes.sol";
import {Growing} from "./Growing.sol";
import {Pretrained} from "./Pretrained.sol";

/// @title What models over dense samples have in common
/// @notice The dimension never changes; labels may be added. Samples beyond a squared length are unfit: one contribution
/// then moves the model no further than another, and nobody pushes it at will with huge numbers.
abstract contract DenseClassifier is Growing, Pretrained {
    /// @notice Most labels.
    uint256 public constant MAX_LABELS = 255;
    /// @notice Most storage words of all vectors: loading them costs 2.2 million gas, which fits any block.
    uint256 public constant MAX_WORDS = 1024;

    /// @notice Numbers in a sample.
    uint256 public immutable dimension;
    /// @notice Most that the squares of a sample's numbers may add up to.
    uint256 public immutable maxSquaredNorm;
    uint256 internal immutable _sampleWords;
    // No sample can be longer, so there is nothing to check.
    bool private immutable _anyNorm;

    /// @notice The parameters are out of range.
    error BadParameters();
    /// @notice The sample has another dimension or is too long a vector.
    error UnfitSample();

    /// @param vectorWords storage words that a label takes
    constructor(uint256 labels, uint256 mostLabels, uint256 dimension_, uint256 maxSquaredNorm_, uint256 vectorWords)
        Growing(labels, mostLabels, dimension_, dimension_)
    {
        if (dimension_ > DenseSample.MAX_DIMENSION || maxSquaredNorm_ == 0) revert BadParameters();
        if (mostLabels > MAX_LABELS || mostLabels * vectorWords > MAX_WORDS) revert BadParameters();
        dimension = dimension_;
        maxSquaredNorm = maxSquaredNorm_;
        _sampleWords = DenseSample.wordsFor(dimension_);
        _anyNorm = maxSquaredNorm_ >= dimension_ << 30;
    }

    /// @inheritdoc IClassifier
    function fits(uint16 label, bytes calldata sample) external view returns (bool) {
        return label < labelCount() && _read(sample, new uint256[](_sampleWords));
    }

    /// @dev Unpacks a sample unless it is unfit.
    /// @param words as many as a sample takes
    function _read(bytes calldata sample, uint256[] memory words) internal view returns (bool) {
        if (!DenseSample.isWellFormed(sample, dimension)) return false;
        DenseSample.unpack(sample, words);
        return _anyNorm || Int16Lanes.squaredNorm(words) <= maxSquaredNorm;
    }
}
