// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Multinomial naive Bayes as one would write it down: a table of counts, one sample at a time
/// @notice What the packed classifier must agree with, to the bit.
contract PlainBayes {
    uint256 private immutable _labels;
    uint256 private immutable _inverseAlpha;
    uint256 private immutable _vocabulary;

    mapping(uint256 label => mapping(uint256 feature => uint256)) public counts;
    mapping(uint256 label => uint256) public docs;
    mapping(uint256 label => uint256) public tokens;

    constructor(uint256 labels, uint256 inverseAlpha, uint256 vocabulary) {
        (_labels, _inverseAlpha, _vocabulary) = (labels, inverseAlpha, vocabulary);
    }

    function fits(uint256 label, uint16[] memory features) public view returns (bool) {
        if (label >= _labels || features.length == 0 || features.length > 64) return false;
        for (uint256 i = 1; i < features.length; ++i) {
            if (features[i] <= features[i - 1]) return false;
        }
        return true;
    }

    function learn(uint256 label, uint16[] memory features) external returns (bool) {
        if (!fits(label, features)) return false;
        docs[label] += 1;
        for (uint256 i = 0; i < features.length; ++i) {
            if (counts[label][features[i]] == 255) continue;
            counts[label][features[i]] += 1;
            tokens[label] += 1;
        }
        return true;
    }

    function score(uint256 label, uint16[] memory features) public view returns (int256 total) {
        if (docs[label] == 0) return type(int256).min;
        total = log2(docs[label] + 1);
        int256 denominator = log2(_inverseAlpha * tokens[label] + _vocabulary);
        for (uint256 i = 0; i < features.length; ++i) {
            total += log2(_inverseAlpha * counts[label][features[i]] + 1) - denominator;
        }
    }

    function predict(uint16[] memory features) external view returns (uint256 best) {
        int256 highest = score(0, features);
        for (uint256 label = 1; label < _labels; ++label) {
            int256 own = score(label, features);
            if (own > highest) (best, highest) = (label, own);
        }
    }

    /// @notice log2(x) in units of 2^-16: halve until one is left, then correct the mantissa.
    function log2(uint256 x) public pure returns (int256) {
        uint256 whole = 0;
        while (x >> (whole + 1) != 0) ++whole;
        uint256 mantissa = x * 65_536 / 2 ** whole - 65_536;
        uint256 curve = mantissa * (65_536 - mantissa) / 65_536;
        return int256(whole * 65_536 + mantissa + curve * 22_525 / 65_536);
    }
}
