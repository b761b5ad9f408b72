// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Arrays of words in memory without bounds checks, for loops whose indices are proven elsewhere
library Words {
    /// @notice The word at `index`; the caller proves that `index < words.length`.
    function get(uint256[] memory words, uint256 index) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(words, 0x20), shl(5, index)))
        }
    }

    /// @notice Sets the word at `index`; the caller proves that `index < words.length`.
    function set(uint256[] memory words, uint256 index, uint256 word) internal pure {
        assembly ("memory-safe") {
            mstore(add(add(words, 0x20), shl(5, index)), word)
        }
    }
}
