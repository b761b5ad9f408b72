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

    /// @notice Struct hash of a contribution.
    /// @param scratch at least 256 bytes of memory to hash in, so that a batch needs no new memory for each item
    function hashContribution(
        bytes memory scratch,
        address trainer,
        address player,
        uint256 nonce,
        uint256 deadline,
        uint256 maxFeeGwei,
        uint256 label,
        bytes32 sampleHash
    ) internal pure returns (bytes32 hash) {
        bytes32 typehash = CONTRIBUTION_TYPEHASH;
        assembly ("memory-safe") {
            let word := add(scratch, 0x20)
            mstore(word, typehash)
            mstore(add(word, 0x20), shr(96, shl(96, trainer)))
            mstore(add(word, 0x40), shr(96, shl(96, player)))
            mstore(add(word, 0x60), nonce)
            mstore(add(word, 0x80), deadline)
            mstore(add(word, 0xa0), maxFeeGwei)
            mstore(add(word, 0xc0), label)
            mstore(add(word, 0xe0), sampleHash)
            hash := keccak256(word, 0x100)
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
