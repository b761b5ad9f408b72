// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Sparse samples: strictly increasing big-endian feature ids
library Samples {
    /// @notice Packs feature ids as they are, in or out of order.
    function pack(uint16[] memory features) internal pure returns (bytes memory sample) {
        for (uint256 i = 0; i < features.length; ++i) {
            sample = abi.encodePacked(sample, features[i]);
        }
    }

    /// @notice A sample of one feature.
    function list(uint16 a) internal pure returns (bytes memory) {
        return abi.encodePacked(a);
    }

    /// @notice A sample of two features.
    function list(uint16 a, uint16 b) internal pure returns (bytes memory) {
        return abi.encodePacked(a, b);
    }

    /// @notice A sample of three features.
    function list(uint16 a, uint16 b, uint16 c) internal pure returns (bytes memory) {
        return abi.encodePacked(a, b, c);
    }

    /// @notice `count` features, one from each of `count` equal stretches of [0, bound): strictly increasing.
    function spread(uint256 seed, uint256 count, uint256 bound) internal pure returns (bytes memory sample) {
        uint256 stretch = bound / count;
        for (uint256 i = 0; i < count; ++i) {
            uint256 feature = i * stretch + uint256(keccak256(abi.encode(seed, i))) % stretch;
            sample = abi.encodePacked(sample, uint16(feature));
        }
    }

    /// @notice Feature of a normalised word.
    function ofWord(string memory word) internal pure returns (uint16) {
        return uint16(uint256(keccak256(bytes(word))));
    }
}
