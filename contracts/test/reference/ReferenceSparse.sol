// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReferenceClassifier} from "./ReferenceClassifier.sol";

/// @title What the plain twins over sparse features share
abstract contract ReferenceSparse is ReferenceClassifier {
    constructor(uint256 featureCount_, uint256 labelCount_) ReferenceClassifier(labelCount_, featureCount_) {}

    function _fits(bytes memory sample) internal view override returns (bool) {
        return _isSparse(sample, 64);
    }

    function _numbers(bytes memory sample) internal pure override returns (int256[] memory) {
        return _unsigned(sample);
    }
}

/// @title Plain twin of SparseMulticlassPerceptron
contract ReferenceMulticlassPerceptron is ReferenceSparse {
    int256 private immutable _learningRate;
    mapping(uint256 label => mapping(uint256 feature => int256)) public weights;
    mapping(uint256 label => bool) public taught;

    constructor(uint256 featureCount_, uint256 labelCount_, int256 learningRate_)
        ReferenceSparse(featureCount_, labelCount_)
    {
        _learningRate = learningRate_;
    }

    function _learn(uint256 label, int256[] memory features) internal override {
        uint256 predicted = _predict(features);
        taught[label] = true;
        if (predicted == label) return;
        for (uint256 i = 0; i < features.length; ++i) {
            uint256 feature = uint256(features[i]);
            weights[label][feature] = _clamp(weights[label][feature] + _learningRate, 127);
            weights[predicted][feature] = _clamp(weights[predicted][feature] - _learningRate, 127);
        }
    }

    function _predict(int256[] memory features) internal view override returns (uint256 best) {
        int256 highest = type(int256).min;
        for (uint256 label = 0; label < labelCount; ++label) {
            if (!taught[label]) continue;
            int256 score = 0;
            for (uint256 i = 0; i < features.length; ++i) {
                score += weights[label][uint256(features[i])];
            }
            if (score > highest) (best, highest) = (label, score);
        }
    }
}

/// @title Plain twin of SparseNearestCentroid: distances by their definition, over all features that were ever seen
contract ReferenceSparseCentroid is ReferenceSparse {
    mapping(uint256 label => mapping(uint256 feature => int256)) public sums;
    mapping(uint256 label => uint256) public counts;
    uint256[] private _seen;
    mapping(uint256 feature => bool) private _isSeen;

    constructor(uint256 featureCount_, uint256 labelCount_) ReferenceSparse(featureCount_, labelCount_) {}

    function squaredNorm(uint256 label) external view returns (uint256 total) {
        for (uint256 i = 0; i < _seen.length; ++i) {
            int256 sum = sums[label][_seen[i]];
            total += uint256(sum * sum);
        }
    }

    function _learn(uint256 label, int256[] memory features) internal override {
        ++counts[label];
        for (uint256 i = 0; i < features.length; ++i) {
            uint256 feature = uint256(features[i]);
            ++sums[label][feature];
            if (!_isSeen[feature]) _seen.push(feature);
            _isSeen[feature] = true;
        }
    }

    /// @dev A feature that was never seen is as far from every centroid and left out.
    function _predict(int256[] memory features) internal view override returns (uint256 nearest) {
        bool found = false;
        for (uint256 label = 0; label < labelCount; ++label) {
            if (counts[label] == 0) continue;
            if (!found || _isNearer(features, label, nearest)) nearest = label;
            found = true;
        }
    }

    function _isNearer(int256[] memory features, uint256 a, uint256 b) private view returns (bool) {
        int256 common = int256(counts[a] * counts[b]);
        int256 difference = 0;
        for (uint256 i = 0; i < _seen.length; ++i) {
            int256 one = _has(features, _seen[i]) ? common : int256(0);
            int256 toA = one - sums[a][_seen[i]] * int256(counts[b]);
            int256 toB = one - sums[b][_seen[i]] * int256(counts[a]);
            difference += toA * toA - toB * toB;
        }
        return difference < 0;
    }

    function _has(int256[] memory features, uint256 feature) private pure returns (bool) {
        for (uint256 i = 0; i < features.length; ++i) {
            if (uint256(features[i]) == feature) return true;
        }
        return false;
    }
}
