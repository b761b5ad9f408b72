// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Sparse samples: strictly increasing big-endian uint16 feature ids
/// @notice Order makes duplicates visible: a feature that counts twice is a known way to push a model at will.
library SparseSample {
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
            uint256 previous = featureAt(sample, 0);
            bool ordered = true;
            for (uint256 i = 1; i < count; ++i) {
                uint256 feature = featureAt(sample, i);
                ordered = ordered && feature > previous;
                previous = feature;
            }
            return ordered && previous < featureCount;
        }
    }
}
