// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The perceptron rule as one would write it down: one weight in one word, one sample at a time
/// @notice What the packed classifier must agree with, to the bit.
contract PlainPerceptron {
    int256[] public weights;
    int256 private immutable _intercept;
    int256 private immutable _learningRate;

    constructor(int256[] memory weights_, int256 intercept, int256 learningRate) {
        weights = weights_;
        _intercept = intercept;
        _learningRate = learningRate;
    }

    function fits(uint256 label, uint16[] memory features) public view returns (bool) {
        if (label > 1 || features.length == 0) return false;
        for (uint256 i = 0; i < features.length; ++i) {
            if (features[i] >= weights.length) return false;
            if (i > 0 && features[i] <= features[i - 1]) return false;
        }
        return true;
    }

    function predict(uint16[] memory features) public view returns (uint256) {
        int256 score = _intercept;
        for (uint256 i = 0; i < features.length; ++i) {
            score += weights[features[i]];
        }
        return score > 0 ? 1 : 0;
    }

    function learn(uint256 label, uint16[] memory features) external returns (bool) {
        if (!fits(label, features)) return false;
        if (predict(features) == label) return true;
        for (uint256 i = 0; i < features.length; ++i) {
            int256 moved = weights[features[i]] + (label == 1 ? _learningRate : -_learningRate);
            if (moved > 32_767) moved = 32_767;
            if (moved < -32_768) moved = -32_768;
            weights[features[i]] = moved;
        }
        return true;
    }
}
