// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Int16Lanes} from "./Int16Lanes.sol";
import {Words} from "./Words.sol";

/// @title Sums of up to 65,535 dense samples: eight lanes of 32 bits to a word, the first dimension in the highest lane
/// @notice Lanes add up biased samples (see `DenseSample`). Biased values are below 2^16, so no lane outgrows its 32 bits
/// and one addition adds eight of them. Distances do not notice the bias, which moves all points alike.
library LaneSums {
    using Words for uint256[];

    /// @notice Dimensions in a word.
    uint256 internal constant LANES = 8;
    /// @notice Most samples in a sum.
    uint256 internal constant MAX_SAMPLES = type(uint16).max;

    /// @dev Low 16 bits in 32, eight times; low 32 bits in 64, four times.
    uint256 private constant HALF = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
    uint256 private constant EVEN = 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;
    uint256 private constant LOW_PARTS = 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff;

    /// @notice Words that sums of samples of `dimension` lanes take.
    function wordsFor(uint256 dimension) internal pure returns (uint256) {
        return (dimension + LANES - 1) / LANES;
    }

    /// @notice Lanes of 16 bits become lanes of 32: word `index` of the sum of this one sample.
    function widened(uint256[] memory sample, uint256 index) internal pure returns (uint256 word) {
        unchecked {
            word = sample.get(index / 2);
            word = index % 2 == 0 ? word >> 128 : word & type(uint128).max;
            word = (word | (word << 64)) & LOW_PARTS;
            word = (word | (word << 32)) & EVEN;
            return (word | (word << 16)) & HALF;
        }
    }

    /// @notice Adds a sample `times` times.
    function add(uint256[] memory sums, uint256[] memory sample, uint256 times) internal pure {
        unchecked {
            for (uint256 i = 0; i < sums.length; ++i) {
                sums.set(i, sums.get(i) + widened(sample, i) * times);
            }
        }
    }

    /// @notice Prepares a sample for scalar products.
    /// @param factors receives two words for each word of its sums
    function prepare(uint256[] memory sample, uint256[] memory factors) internal pure {
        unchecked {
            for (uint256 i = 0; i < factors.length; i += 2) {
                uint256 word = Int16Lanes.reverseParts(widened(sample, i / 2));
                factors.set(i, word & EVEN);
                factors.set(i + 1, (word >> 32) & EVEN);
            }
        }
    }

    /// @notice Scalar product of sums with a prepared sample, exact for up to `DenseSample.MAX_DIMENSION` lanes; one
    /// multiplication does the work of four, see `Int16Lanes`.
    function product(uint256[] memory sums, uint256[] memory factors) internal pure returns (uint256 total) {
        // The innermost loop of every distance: written out, it costs a third.
        assembly ("memory-safe") {
            let factor := add(factors, 0x20)
            let word := add(sums, 0x20)
            for { let end := add(word, shl(5, mload(sums))) } lt(word, end) { word := add(word, 0x20) } {
                let lanes := mload(word)
                total := add(total, mul(and(lanes, EVEN), mload(factor)))
                total := add(total, mul(and(shr(32, lanes), EVEN), mload(add(factor, 0x20))))
                factor := add(factor, 0x40)
            }
            total := shr(192, total)
        }
    }

    /// @notice Sum of the squares of all lanes.
    function squaredNorm(uint256[] memory sums) internal pure returns (uint256 total) {
        unchecked {
            for (uint256 i = 0; i < sums.length; ++i) {
                for (uint256 word = sums.get(i); word != 0; word >>= 32) {
                    uint256 lane = uint32(word);
                    total += lane * lane;
                }
            }
        }
    }
}
