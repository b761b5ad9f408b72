// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Words} from "./Words.sol";

/// @title Vectors of int16, sixteen biased lanes to a word (see `DenseSample`), without a loop over lanes
/// @notice Scalar products: with A = sum of a_i * 2^(64 i) and B = sum of b_(3-i) * 2^(64 i), the topmost 64 bits of A * B
/// modulo 2^256 are a_0 b_0 + a_1 b_1 + a_2 b_2 + a_3 b_3, but for what the lower lanes borrow from them, which adding half
/// a unit rounds away. So one multiplication does the work of four, and a word of sixteen lanes takes four.
library Int16Lanes {
    using Words for uint256[];

    /// @notice Factors that a word of a vector is turned into.
    uint256 internal constant FACTORS = 4;

    /// @dev One lane of 16 bits in 64, four times; and the bias of such a lane.
    uint256 private constant QUARTER = 0x000000000000ffff000000000000ffff000000000000ffff000000000000ffff;
    uint256 private constant QUARTER_BIAS = 0x0000000000008000000000000000800000000000000080000000000000008000;
    /// @dev One lane of 16 bits in 32, eight times; the number one in each.
    uint256 private constant HALF = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
    uint256 private constant ONES = 0x0000000100000001000000010000000100000001000000010000000100000001;
    /// @dev What dividing a lane leaves of it: 17 bits, of which the bits of the lane above are cut off.
    uint256 private constant QUOTIENT = 0x0001ffff0001ffff0001ffff0001ffff0001ffff0001ffff0001ffff0001ffff;
    /// @dev Low parts of both 128-bit halves of a word.
    uint256 private constant LOW_PARTS = 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff;
    /// @dev Half a unit of the topmost 64 bits.
    uint256 private constant ROUNDING = 1 << 191;

    /// @notice The four 64-bit parts of a word in reverse order.
    function reverseParts(uint256 word) internal pure returns (uint256) {
        word = (word << 128) | (word >> 128);
        return ((word & LOW_PARTS) << 64) | ((word >> 64) & LOW_PARTS);
    }

    /// @notice Prepares a vector for scalar products.
    /// @param factors receives `FACTORS` words for each word of the vector
    function prepare(uint256[] memory vector, uint256[] memory factors) internal pure {
        unchecked {
            uint256 factor = 0;
            for (uint256 i = 0; i < vector.length; ++i) {
                uint256 word = reverseParts(vector.get(i));
                factors.set(factor++, (word & QUARTER) - QUARTER_BIAS);
                factors.set(factor++, ((word >> 16) & QUARTER) - QUARTER_BIAS);
                factors.set(factor++, ((word >> 32) & QUARTER) - QUARTER_BIAS);
                factors.set(factor++, ((word >> 48) & QUARTER) - QUARTER_BIAS);
            }
        }
    }

    /// @notice Scalar product of the vector that starts at word `from` of `vectors` with a prepared one, exact for up to
    /// `DenseSample.MAX_DIMENSION` lanes.
    function product(uint256[] memory vectors, uint256 from, uint256[] memory factors)
        internal
        pure
        returns (int256 total)
    {
        // The innermost loop of every score: written out, it costs half.
        assembly ("memory-safe") {
            let word := add(add(vectors, 0x20), shl(5, from))
            let factor := add(factors, 0x20)
            let sum := ROUNDING
            for { let end := add(factor, shl(5, mload(factors))) } lt(factor, end) { word := add(word, 0x20) } {
                let lanes := mload(word)
                sum := add(sum, mul(sub(and(lanes, QUARTER), QUARTER_BIAS), mload(factor)))
                sum := add(sum, mul(sub(and(shr(16, lanes), QUARTER), QUARTER_BIAS), mload(add(factor, 0x20))))
                sum := add(sum, mul(sub(and(shr(32, lanes), QUARTER), QUARTER_BIAS), mload(add(factor, 0x40))))
                sum := add(sum, mul(sub(and(shr(48, lanes), QUARTER), QUARTER_BIAS), mload(add(factor, 0x60))))
                factor := add(factor, 0x80)
            }
            total := sar(192, sum)
        }
    }

    /// @notice Scalar product of a vector with itself.
    function squaredNorm(uint256[] memory vector) internal pure returns (uint256) {
        uint256 sum = ROUNDING;
        unchecked {
            for (uint256 i = 0; i < vector.length; ++i) {
                uint256 word = vector.get(i);
                uint256 turned = reverseParts(word);
                sum += ((word & QUARTER) - QUARTER_BIAS) * ((turned & QUARTER) - QUARTER_BIAS);
                sum += (((word >> 16) & QUARTER) - QUARTER_BIAS) * (((turned >> 16) & QUARTER) - QUARTER_BIAS);
                sum += (((word >> 32) & QUARTER) - QUARTER_BIAS) * (((turned >> 32) & QUARTER) - QUARTER_BIAS);
                sum += (((word >> 48) & QUARTER) - QUARTER_BIAS) * (((turned >> 48) & QUARTER) - QUARTER_BIAS);
            }
        }
        return sum >> 192;
    }

    /// @notice Each lane divided by 2^shift and rounded to the nearest integer, halves upwards; `shift` is 15 at most.
    function scaleDown(uint256 word, uint256 shift) internal pure returns (uint256) {
        unchecked {
            uint256 rounding = ((1 << shift) >> 1) * ONES;
            // Dividing shrinks the bias, which is made good.
            uint256 bias = ((1 << 15) - ((1 << 15) >> shift)) * ONES;
            uint256 even = ((((word & HALF) + rounding) >> shift) & QUOTIENT) + bias;
            uint256 odd = (((((word >> 16) & HALF) + rounding) >> shift) & QUOTIENT) + bias;
            return even | (odd << 16);
        }
    }

    /// @notice Adds `steps` to `word`, lane by lane; results end at -32,767 and 32,767. So a word never becomes zero.
    function add(uint256 word, uint256 steps) internal pure returns (uint256) {
        unchecked {
            uint256 offset = ONES << 15;
            uint256 even = _saturate((word & HALF) + (steps & HALF) + offset);
            return even | (_saturate(((word >> 16) & HALF) + ((steps >> 16) & HALF) + offset) << 16);
        }
    }

    /// @notice Takes `steps` from `word`, lane by lane, with the same ends.
    function subtract(uint256 word, uint256 steps) internal pure returns (uint256) {
        unchecked {
            uint256 offset = 3 * (ONES << 15);
            uint256 even = _saturate((word & HALF) + offset - (steps & HALF));
            return even | (_saturate(((word >> 16) & HALF) + offset - ((steps >> 16) & HALF)) << 16);
        }
    }

    /// @dev Lanes of 32 bits hold 2^16 more than a biased number; brings that number into 1 to 2^16 - 1.
    function _saturate(uint256 lanes) private pure returns (uint256) {
        unchecked {
            uint256 above = (lanes >> 17) & ONES;
            uint256 inside = ((lanes >> 16) & ONES) | above;
            uint256 numbers = (lanes | above * 0xffff) & (inside * 0xffff);
            uint256 positive = ((numbers + HALF) >> 16) & ONES;
            return numbers | (positive ^ ONES);
        }
    }
}
