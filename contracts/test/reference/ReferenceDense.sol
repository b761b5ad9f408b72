// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReferenceClassifier} from "./ReferenceClassifier.sol";

/// @title What the plain twins over dense vectors share
abstract contract ReferenceDense is ReferenceClassifier {
    uint256 private immutable _maxSquaredNorm;

    constructor(uint256 dimension, uint256 labelCount_, uint256 maxSquaredNorm_)
        ReferenceClassifier(labelCount_, dimension)
    {
        _maxSquaredNorm = maxSquaredNorm_;
    }

    function _fits(bytes memory sample) internal view override returns (bool) {
        if (sample.length != 2 * featureCount) return false;
        int256[] memory numbers = _signed(sample);
        uint256 squaredNorm = 0;
        for (uint256 i = 0; i < numbers.length; ++i) {
            squaredNorm += uint256(numbers[i] * numbers[i]);
        }
        return squaredNorm <= _maxSquaredNorm;
    }

    function _numbers(bytes memory sample) internal pure override returns (int256[] memory) {
        return _signed(sample);
    }
}

/// @title Plain twin of DensePerceptron
contract ReferenceDensePerceptron is ReferenceDense {
    uint256 private immutable _rateShift;
    mapping(uint256 label => mapping(uint256 feature => int256)) public weights;
    mapping(uint256 label => bool) public taught;

    constructor(uint256 dimension, uint256 labelCount_, uint256 rateShift_, uint256 maxSquaredNorm_)
        ReferenceDense(dimension, labelCount_, maxSquaredNorm_)
    {
        _rateShift = rateShift_;
    }

    function _learn(uint256 label, int256[] memory numbers) internal override {
        uint256 predicted = _predict(numbers);
        taught[label] = true;
        if (predicted == label) return;
        for (uint256 i = 0; i < numbers.length; ++i) {
            int256 step = _divided(numbers[i]);
            weights[label][i] = _clamp(weights[label][i] + step, 32_767);
            weights[predicted][i] = _clamp(weights[predicted][i] - step, 32_767);
        }
    }

    function _predict(int256[] memory numbers) internal view override returns (uint256 best) {
        int256 highest = type(int256).min;
        for (uint256 label = 0; label < labelCount; ++label) {
            if (!taught[label]) continue;
            int256 score = 0;
            for (uint256 i = 0; i < numbers.length; ++i) {
                score += weights[label][i] * numbers[i];
            }
            if (score > highest) (best, highest) = (label, score);
        }
    }

    /// @dev floor(number / 2^shift + 1/2), written with a division that truncates towards zero.
    function _divided(int256 number) private view returns (int256) {
        int256 divisor = int256(1 << _rateShift);
        int256 doubled = 2 * number + divisor;
        int256 quotient = doubled / (2 * divisor);
        return doubled % (2 * divisor) < 0 ? quotient - 1 : quotient;
    }
}

/// @title Plain twin of NearestCentroid: distances by their definition, over a common denominator
contract ReferenceNearestCentroid is ReferenceDense {
    mapping(uint256 label => mapping(uint256 feature => int256)) public sums;
    mapping(uint256 label => uint256) public counts;

    constructor(uint256 dimension, uint256 labelCount_, uint256 maxSquaredNorm_)
        ReferenceDense(dimension, labelCount_, maxSquaredNorm_)
    {}

    function _learn(uint256 label, int256[] memory numbers) internal override {
        if (counts[label] == 65_535) return;
        ++counts[label];
        for (uint256 i = 0; i < numbers.length; ++i) {
            sums[label][i] += numbers[i];
        }
    }

    function _predict(int256[] memory numbers) internal view override returns (uint256 nearest) {
        bool found = false;
        for (uint256 label = 0; label < labelCount; ++label) {
            if (counts[label] == 0) continue;
            if (!found || _isNearer(numbers, label, nearest)) nearest = label;
            found = true;
        }
    }

    function _isNearer(int256[] memory numbers, uint256 a, uint256 b) private view returns (bool) {
        int256 common = int256(counts[a] * counts[b]);
        int256 difference = 0;
        for (uint256 i = 0; i < numbers.length; ++i) {
            int256 toA = numbers[i] * common - sums[a][i] * int256(counts[b]);
            int256 toB = numbers[i] * common - sums[b][i] * int256(counts[a]);
            difference += toA * toA - toB * toB;
        }
        return difference < 0;
    }
}
