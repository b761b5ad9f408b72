// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Samples} from "./Samples.sol";
import {Test} from "./Test.sol";

/// @notice A labelled sample before it is packed.
struct Lesson {
    uint16 label;
    uint16[] features;
}

/// @title Random lessons, and records made of them
abstract contract Classroom is Test {
    address internal constant AUTHOR = address(0xa07803);

    /// @dev A sample that mostly fits: sometimes the label or the order is wrong, or a feature is out of range.
    function _lesson(uint256 seed, uint256 labels, uint256 features) internal pure returns (Lesson memory lesson) {
        lesson.label = uint16(seed % 17 == 0 ? labels : _draw(seed, 0) % labels);
        uint256 count = 1 + _draw(seed, 1) % 6;
        uint256 stretch = features / count;
        lesson.features = new uint16[](count);
        for (uint256 i = 0; i < count; ++i) {
            lesson.features[i] = uint16(i * stretch + _draw(seed, 2 + i) % stretch);
        }
        if (seed % 13 == 0) lesson.features[count - 1] = uint16(features);
        if (seed % 11 == 0) lesson.features[0] = lesson.features[count - 1];
    }

    function _record(Lesson memory lesson) internal pure returns (bytes memory) {
        return _record(lesson.label, Samples.pack(lesson.features));
    }

    function _record(uint16 label, bytes memory sample) internal pure returns (bytes memory) {
        return abi.encodePacked(AUTHOR, label, uint16(sample.length), sample);
    }
}
