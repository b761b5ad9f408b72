// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A player's whole state in one storage word: `balance(96) | highestNonce(32) | seen(128)`
/// @notice Replay protection is a sliding window (the anti-replay algorithm of RFC 6479): `seen` remembers the last 128
/// nonces up to `highestNonce`, bit i standing for `highestNonce - i`. Requests signed side by side may arrive in any
/// order; what falls out of the window can no longer take effect. A word of zero is a player never seen.
library PlayerWord {
    /// @notice Nonces behind the highest one that can still be used.
    uint256 internal constant WINDOW = 128;

    /// @notice A balance would grow beyond 96 bits (79 billion ether).
    error BalanceTooLarge(uint256 balanceWei);

    /// @notice Spends a nonce.
    /// @return fresh whether it was unused
    /// @return updated the word with the nonce spent, or unchanged
    function spendNonce(uint256 word, uint32 nonce) internal pure returns (bool fresh, uint256 updated) {
        uint256 highest = highestNonce(word);
        uint256 seenMap = uint128(word);
        unchecked {
            if (nonce > highest) {
                // A shift by more than the window leaves nothing of it.
                seenMap = uint128(seenMap << (nonce - highest));
                return (true, ((word >> 160) << 160) | (uint256(nonce) << 128) | seenMap | 1);
            }
            uint256 behind = highest - nonce;
            uint256 bit = 1 << behind;
            if (behind >= WINDOW || seenMap & bit != 0) return (false, word);
            return (true, word | bit);
        }
    }

    /// @notice The highest nonce spent; 0 also for a player never seen.
    function highestNonce(uint256 word) internal pure returns (uint32) {
        return uint32(word >> 128);
    }

    /// @notice The player's balance in wei.
    function balanceWei(uint256 word) internal pure returns (uint96) {
        return uint96(word >> 160);
    }

    /// @notice Adds to the balance; reverts beyond 96 bits.
    function addBalance(uint256 word, uint256 amountWei) internal pure returns (uint256) {
        uint256 total = balanceWei(word) + amountWei;
        if (total > type(uint96).max) revert BalanceTooLarge(total);
        return (total << 160) | uint160(word);
    }

    /// @notice Takes from the balance; reverts on underflow.
    function subtractBalance(uint256 word, uint256 amountWei) internal pure returns (uint256) {
        return ((balanceWei(word) - amountWei) << 160) | uint160(word);
    }
}
