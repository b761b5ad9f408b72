// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Wire} from "../support/Wire.sol";

/// @title The plain twin of a classifier: one number at a time, one storage slot for each, every operation checked
/// @notice It says what the packed contracts have to compute, as straightforwardly as can be.
abstract contract ReferenceClassifier {
    uint256 public labelCount;
    uint256 public featureCount;

    constructor(uint256 labelCount_, uint256 featureCount_) {
        labelCount = labelCount_;
        featureCount = featureCount_;
    }

    function grow(uint256 labels, uint256 features) external {
        labelCount += labels;
        featureCount += features;
    }

    function train(bytes memory records) external returns (uint256 acceptedMap) {
        uint256 cursor = 0;
        for (uint256 record = 0; cursor < records.length; ++record) {
            (uint256 label, bytes memory sample, uint256 next) = _read(records, cursor);
            cursor = next;
            if (label >= labelCount || !_fits(sample)) continue;
            acceptedMap |= 1 << record;
            _learn(label, _numbers(sample));
        }
    }

    function agrees(bytes memory records, uint256 mask) external view returns (uint256 agreeing) {
        uint256 cursor = 0;
        for (uint256 record = 0; cursor < records.length; ++record) {
            (uint256 label, bytes memory sample, uint256 next) = _read(records, cursor);
            cursor = next;
            if ((mask >> record) & 1 == 1 && _predict(_numbers(sample)) == label) agreeing |= 1 << record;
        }
    }

    function predict(bytes memory sample) external view returns (uint256) {
        return _predict(_numbers(sample));
    }

    function _fits(bytes memory sample) internal view virtual returns (bool);
    function _numbers(bytes memory sample) internal pure virtual returns (int256[] memory);
    function _learn(uint256 label, int256[] memory numbers) internal virtual;
    function _predict(int256[] memory numbers) internal view virtual returns (uint256);

    function _isSparse(bytes memory sample, uint256 maxFeatures) internal view returns (bool) {
        if (sample.length == 0 || sample.length % 2 != 0 || sample.length / 2 > maxFeatures) return false;
        for (uint256 i = 2; i < sample.length; i += 2) {
            if (Wire.featureAt(sample, i - 2) >= Wire.featureAt(sample, i)) return false;
        }
        return Wire.featureAt(sample, sample.length - 2) < featureCount;
    }

    function _unsigned(bytes memory sample) internal pure returns (int256[] memory numbers) {
        numbers = new int256[](sample.length / 2);
        for (uint256 i = 0; i < numbers.length; ++i) {
            numbers[i] = int256(Wire.featureAt(sample, 2 * i));
        }
    }

    function _signed(bytes memory sample) internal pure returns (int256[] memory numbers) {
        numbers = _unsigned(sample);
        for (uint256 i = 0; i < numbers.length; ++i) {
            if (numbers[i] >= 1 << 15) numbers[i] -= 1 << 16;
        }
    }

    function _clamp(int256 value, int256 limit) internal pure returns (int256) {
        if (value > limit) return limit;
        return value < -limit ? -limit : value;
    }

    function _read(bytes memory records, uint256 cursor)
        private
        pure
        returns (uint256 label, bytes memory sample, uint256 next)
    {
        uint256 length = Wire.sampleBytesAt(records, cursor);
        label = Wire.featureAt(records, cursor + 20);
        sample = Wire.slice(records, cursor + Wire.RECORD_BYTES, length);
        next = cursor + Wire.RECORD_BYTES + length;
    }
}
