// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A player's request to withdraw, relayed by anyone.
/// @param player owner of the balance, who signs
/// @param to receiver
/// @param amountWei taken from the balance, the relaying fee included
/// @param nonce shared with the player's contributions
/// @param deadline last second at which it may take effect
/// @param maxFeeGwei most that the relayer may keep for bringing it
struct Withdrawal {
    address player;
    address to;
    uint256 amountWei;
    uint32 nonce;
    uint40 deadline;
    uint64 maxFeeGwei;
}

/// @title EIP-712 struct hashes of everything that players sign
library SignedRequests {
    bytes32 internal constant CONTRIBUTION_TYPEHASH = keccak256(
        "Contribution(address trainer,address player,uint32 nonce,uint40 deadline,uint64 maxFeeGwei,uint16 label,bytes sample)"
    );
    bytes32 internal constant WITHDRAWAL_TYPEHASH = keccak256(
        "Withdrawal(address player,address to,uint256 amountWei,uint32 nonce,uint40 deadline,uint64 maxFeeGwei)"
    );

    bytes32 internal constant VALIDATION_TYPEHASH = keccak256(
        "Validation(address trainer,address validator,uint64 contribution,uint32 nonce,uint40 deadline,uint64 maxFeeGwei)"
    );

    /// @notice Digest of a struct hash under a domain (EIP-712).
    function digestOf(bytes32 domainSeparator, bytes32 structHash) internal pure returns (bytes32 digest) {
        // Memory: the last two of the 66 bytes reach into the free memory pointer, whose high bytes are zero and become
        // zero again.
        assembly ("memory-safe") {
            mstore(0x00, hex"1901")
            mstore(0x02, domainSeparator)
            mstore(0x22, structHash)
            digest := keccak256(0x00, 0x42)
            mstore(0x22, 0)
        }
    }

    /// @notice Memory in which one contribution after another is hashed; what all of them have in common is written once.
    /// @return page start of eleven words: the eight of the struct, then the digest's prefix, domain and struct hash
    function newPage(address trainer, bytes32 domainSeparator) internal pure returns (uint256 page) {
        bytes32 typehash = CONTRIBUTION_TYPEHASH;
        // Memory: taken from the free memory.
        assembly ("memory-safe") {
            page := mload(0x40)
            mstore(0x40, add(page, 0x160))
            mstore(page, typehash)
            mstore(add(page, 0x20), shr(96, shl(96, trainer)))
            mstore(add(page, 0x100), 0x1901)
            mstore(add(page, 0x120), domainSeparator)
        }
    }

    /// @notice Digest of a contribution.
    /// @param page made by `newPage`
    /// @param player author, in the low 160 bits, without anything above
    /// @param nonce without anything above its 32 bits, and likewise `deadline`, `maxFeeGwei` and `label`
    function digestOn(
        uint256 page,
        uint256 player,
        uint256 nonce,
        uint256 deadline,
        uint256 maxFeeGwei,
        uint256 label,
        bytes32 sampleHash
    ) internal pure returns (bytes32 digest) {
        // Memory: writes only within the page.
        assembly ("memory-safe") {
            mstore(add(page, 0x40), player)
            mstore(add(page, 0x60), nonce)
            mstore(add(page, 0x80), deadline)
            mstore(add(page, 0xa0), maxFeeGwei)
            mstore(add(page, 0xc0), label)
            mstore(add(page, 0xe0), sampleHash)
            mstore(add(page, 0x140), keccak256(page, 0x100))
            digest := keccak256(add(page, 0x11e), 0x42)
        }
    }

    /// @notice Struct hash of a validation.
    /// @param scratch at least 256 bytes of memory to hash in
    /// @param contribution `batchId << 8 | record`
    function hashValidation(
        bytes memory scratch,
        address trainer,
        address validator,
        uint256 contribution,
        uint256 nonce,
        uint256 deadline,
        uint256 maxFeeGwei
    ) internal pure returns (bytes32 hash) {
        bytes32 typehash = VALIDATION_TYPEHASH;
        assembly ("memory-safe") {
            let word := add(scratch, 0x20)
            mstore(word, typehash)
            mstore(add(word, 0x20), shr(96, shl(96, trainer)))
            mstore(add(word, 0x40), shr(96, shl(96, validator)))
            mstore(add(word, 0x60), contribution)
            mstore(add(word, 0x80), nonce)
            mstore(add(word, 0xa0), deadline)
            mstore(add(word, 0xc0), maxFeeGwei)
            hash := keccak256(word, 0xe0)
        }
    }

    /// @notice Struct hash of a withdrawal.
    function hashWithdrawal(Withdrawal calldata request) internal pure returns (bytes32) {
        return keccak256(abi.encode(WITHDRAWAL_TYPEHASH, request));
    }
}
