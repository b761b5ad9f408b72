// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Numbers that share storage words, lane 0 in the lowest bits
library Lanes {
    /// @notice The number in a lane of `bits` bits.
    function get(uint256 word, uint256 lane, uint256 bits) internal pure returns (uint256) {
        return (word >> (lane * bits)) & ((1 << bits) - 1);
    }

    /// @notice The word with the number in a lane replaced; the caller proves that it fits `bits` bits.
    function set(uint256 word, uint256 lane, uint256 bits, uint256 number) internal pure returns (uint256) {
        uint256 shift = lane * bits;
        return (word & ~(((1 << bits) - 1) << shift)) | (number << shift);
    }
}
