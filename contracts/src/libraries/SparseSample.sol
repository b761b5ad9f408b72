// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Sparse samples: strictly increasing big-endian uint16 feature ids
/// @notice Order makes duplicates visible: a feature that counts twice is a known way to push a model at will.
library SparseSample {
    /// @dev Low 16 bits in 32, eight times; the bit above them; and the bits in which the fifteen pairs answer.
    uint256 private constant EVEN = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
    uint256 private constant CARRY = 0x0001000000010000000100000001000000010000000100000001000000010000;
    uint256 private constant PAIRS = 0x0001000100010001000100010001000100010001000100010001000100010000;

    /// @notice The feature at `index`; the caller keeps it below `sample.length / 2`.
    function featureAt(bytes calldata sample, uint256 index) internal pure returns (uint256 feature) {
        assembly ("memory-safe") {
            feature := shr(240, calldataload(add(sample.offset, shl(1, index))))
        }
    }

    /// @notice Whether a sample is well formed: at least one feature, at most `maxFeatures`, each above the one before
    /// it and below `featureCount`.
    function isWellFormed(bytes calldata sample, uint256 maxFeatures, uint256 featureCount)
        internal
        pure
        returns (bool)
    {
        unchecked {
            uint256 count = sample.length / 2;
            if (count == 0 || count > maxFeatures || sample.length & 1 == 1) return false;
            return featureAt(sample, count - 1) < featureCount && isIncreasing(sample, count);
        }
    }

    /// @notice Whether each of the first `count` features, at least one, is above the one before it.
    /// @dev Compares fifteen pairs of neighbours at a time. With every other feature in a lane of 32 bits, the feature
    /// plus 2^16 - 1 minus its predecessor reaches bit 16 of the lane exactly if the feature is the greater one, and no
    /// lane borrows from its neighbour. Put together, the pair of features i - 1 and i answers in bit 256 - 16 i.
    function isIncreasing(bytes calldata sample, uint256 count) internal pure returns (bool increasing) {
        // Memory: none.
        assembly ("memory-safe") {
            let cursor := sample.offset
            let pairs := sub(count, 1)
            for {} 1 {} {
                let word := calldataload(cursor)
                let middle := and(shr(16, word), EVEN)
                let low := and(sub(add(and(word, EVEN), EVEN), middle), CARRY)
                let high := and(sub(add(middle, EVEN), and(shr(32, word), EVEN)), CARRY)
                let unordered := xor(or(low, shl(16, high)), PAIRS)
                if iszero(gt(pairs, 15)) {
                    increasing := iszero(shr(sub(256, shl(4, pairs)), unordered))
                    break
                }
                if shr(16, unordered) { break }
                cursor := add(cursor, 30)
                pairs := sub(pairs, 15)
            }
        }
    }
}
