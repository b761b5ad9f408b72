// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Who signed a digest: ECDSA on secp256k1 with compact signatures (EIP-2098)
library Signatures {
    /// @dev Half the order of the curve. A greater s is the mirror image of a smaller one (EIP-2) and never passes.
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @notice Whether an account signed a digest; never for the zero address.
    function isBy(address account, bytes32 digest, bytes32 r, bytes32 vs) internal view returns (bool signed) {
        // Memory: writes the first scratch word, and four words behind the free memory pointer, which stays where it is.
        assembly ("memory-safe") {
            let s := shr(1, shl(1, vs))
            if iszero(gt(s, HALF_ORDER)) {
                let input := mload(0x40)
                mstore(input, digest)
                mstore(add(input, 0x20), add(27, shr(255, vs)))
                mstore(add(input, 0x40), r)
                mstore(add(input, 0x60), s)
                // Nothing is written for a signature that nobody can have made: then the signer stays zero.
                mstore(0x00, 0)
                // The precompile fails only for want of gas, which must never look like a bad signature.
                if iszero(staticcall(gas(), 1, input, 0x80, 0x00, 0x20)) { revert(0, 0) }
                let signer := mload(0x00)
                signed := gt(eq(signer, shr(96, shl(96, account))), iszero(signer))
            }
        }
    }
}
