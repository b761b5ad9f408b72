// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Distances to centroids as exact fractions
/// @notice A centroid is a sum s of n samples. The squared Euclidean distance of x to it is |x|^2 plus
/// (|s|^2 - 2 n x·s) / n^2. The first part is the same for every centroid and left out; the rest is never divided, so
/// nothing is truncated.
library Nearness {
    /// @notice A distance without its common part, times n^2.
    function numerator(uint256 sumSquaredNorm, uint256 count, uint256 product) internal pure returns (int256) {
        unchecked {
            return int256(sumSquaredNorm) - int256(2 * count * product);
        }
    }

    /// @notice Whether distance a / n^2 is less than b / m^2. Numerators stay below 2^96 and counts below 2^16 here, so
    /// the products fit by far.
    function isLess(int256 a, uint256 n, int256 b, uint256 m) internal pure returns (bool) {
        unchecked {
            return a * int256(m * m) < b * int256(n * n);
        }
    }
}
