// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibBit} from "solady/utils/LibBit.sol";

/// @title Maps of up to 255 records in one word
library Bits {
    /// @notice Number of set bits.
    function count(uint256 map) internal pure returns (uint256) {
        return LibBit.popCount(map);
    }

    /// @notice Whether bit `index` is set.
    function has(uint256 map, uint256 index) internal pure returns (bool) {
        return (map >> index) & 1 == 1;
    }

    /// @notice Spreads the low bits of `compact` over the set bits of `positions`, lowest first.
    /// @dev Turns a map by record index into a map by item index.
    function spread(uint256 compact, uint256 positions) internal pure returns (uint256 map) {
        if (compact == positions) return compact;
        unchecked {
            while (positions != 0) {
                uint256 lowest = positions & (~positions + 1);
                if (compact & 1 == 1) map |= lowest;
                compact >>= 1;
                positions ^= lowest;
            }
        }
    }
}
