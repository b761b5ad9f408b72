// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibBit} from "solady/utils/LibBit.sol";

/// @title Binary logarithm in fixed point, the same to the bit in Solidity, Python and JavaScript
/// @notice With x = 2^n * (1 + m) the logarithm is n + log2(1 + m), and log2(1 + m) is near m + c * m * (1 - m)
/// (Mitchell 1962 with a quadratic correction); the error stays below 0.009.
library FixedLog {
    /// @notice Fractional bits of the result.
    uint256 internal constant FRACTION_BITS = 16;
    /// @dev The correction c = 0.3437 in units of 2^-16.
    uint256 private constant CORRECTION = 22_525;

    /// @notice log2(x) in units of 2^-16, for 1 <= x < 2^200.
    function log2(uint256 x) internal pure returns (uint256) {
        unchecked {
            uint256 n = LibBit.fls(x);
            uint256 m = ((x << FRACTION_BITS) >> n) - (1 << FRACTION_BITS);
            uint256 curve = (m * ((1 << FRACTION_BITS) - m)) >> FRACTION_BITS;
            return (n << FRACTION_BITS) + m + ((curve * CORRECTION) >> FRACTION_BITS);
        }
    }
}
