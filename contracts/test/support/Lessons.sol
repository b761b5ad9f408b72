// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Records and dense samples for tests of classifiers
library Lessons {
    /// @notice A record of nobody in particular.
    function record(uint256 label, bytes memory sample) internal pure returns (bytes memory) {
        return abi.encodePacked(address(0xb0b), uint16(label), uint16(sample.length), sample);
    }

    /// @notice A dense sample of one number.
    function dense(int16 a) internal pure returns (bytes memory) {
        return abi.encodePacked(a);
    }

    /// @notice A dense sample of two numbers.
    function dense(int16 a, int16 b) internal pure returns (bytes memory) {
        return abi.encodePacked(a, b);
    }

    /// @notice A dense sample of three numbers.
    function dense(int16 a, int16 b, int16 c) internal pure returns (bytes memory) {
        return abi.encodePacked(a, b, c);
    }

    /// @notice `dimension` times the same number.
    function constant_(uint256 dimension, int16 number) internal pure returns (bytes memory sample) {
        sample = new bytes(2 * dimension);
        for (uint256 i = 0; i < dimension; ++i) {
            sample[2 * i] = bytes1(uint8(uint16(number) >> 8));
            sample[2 * i + 1] = bytes1(uint8(uint16(number)));
        }
    }

    /// @notice Numbers that look random, some of them at the ends of the range and around zero.
    function random(uint256 seed, uint256 dimension) internal pure returns (bytes memory sample) {
        sample = new bytes(2 * dimension);
        uint256 numbers = 0;
        uint256 choices = 0;
        for (uint256 i = 0; i < dimension; ++i) {
            if (i % 16 == 0) {
                numbers = uint256(keccak256(abi.encode(seed, i)));
                choices = uint256(keccak256(abi.encode(numbers)));
            }
            uint16 number = uint16(numbers >> (16 * (i % 16)));
            uint256 choice = uint16(choices >> (16 * (i % 16)));
            if (choice % 8 == 0) number = uint16((1 << 15) - 1 + choice / 8 % 3);
            if (choice % 8 == 1) number = uint16((65_535 + choice / 8 % 3) % 65_536);
            sample[2 * i] = bytes1(uint8(number >> 8));
            sample[2 * i + 1] = bytes1(uint8(number));
        }
    }
}
