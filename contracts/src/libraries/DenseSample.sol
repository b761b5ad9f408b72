// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Dense samples: one big-endian int16 for each dimension, in fixed point of the encoder's choice
/// @notice In memory and storage sixteen dimensions share a word, the first one in the highest lane as in calldata. Lanes
/// are biased: a lane holds its value plus 2^15, so that lanes are unsigned and words add up without borrows.
library DenseSample {
    /// @notice Dimensions in a word.
    uint256 internal constant LANES = 16;
    /// @notice Most dimensions: no sum of products of all lanes outgrows its part of a word.
    uint256 internal constant MAX_DIMENSION = 4096;
    /// @notice Sixteen lanes of value zero.
    uint256 internal constant ZEROS = 0x8000800080008000800080008000800080008000800080008000800080008000;

    /// @notice Words that a vector of `dimension` lanes takes.
    function wordsFor(uint256 dimension) internal pure returns (uint256) {
        return (dimension + LANES - 1) / LANES;
    }

    /// @notice Whether a sample has exactly two bytes for each dimension.
    function isWellFormed(bytes calldata sample, uint256 dimension) internal pure returns (bool) {
        return sample.length == 2 * dimension;
    }

    /// @notice Unpacks a well-formed sample. Lanes behind its last dimension get the value zero.
    /// @param words as many as the sample takes; what they held before is overwritten
    function unpack(bytes calldata sample, uint256[] memory words) internal pure {
        assembly ("memory-safe") {
            let word := add(words, 0x20)
            let end := add(word, shl(5, mload(words)))
            // Lanes behind the last dimension must be clear before the bias is put on.
            mstore(sub(end, 0x20), 0)
            calldatacopy(word, sample.offset, sample.length)
            for {} lt(word, end) { word := add(word, 0x20) } { mstore(word, xor(mload(word), ZEROS)) }
        }
    }
}
