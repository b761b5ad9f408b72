// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PlayerWord} from "../src/libraries/PlayerWord.sol";

/// @title Promise 5, for every word and every nonce: a nonce takes effect at most once, in whatever order
/// @notice The first two together are an induction: what is spent cannot be spent again, and stays spent whatever else is
/// spent, credited or withdrawn afterwards.
contract PlayerWordProof {
    using PlayerWord for uint256;

    /// @notice A nonce that has just been spent is spent.
    function check_a_nonce_is_spent_by_spending_it(uint256 word, uint32 nonce) external pure {
        (, uint256 updated) = word.spendNonce(nonce);
        (bool fresh,) = updated.spendNonce(nonce);
        assert(!fresh);
    }

    /// @notice What is spent, or has fallen out of the window, stays so whichever nonce is spent next.
    function check_a_spent_nonce_stays_spent(uint256 word, uint32 spent, uint32 other) external pure {
        (bool freshBefore,) = word.spendNonce(spent);
        if (freshBefore) return;
        (, uint256 updated) = word.spendNonce(other);
        (bool freshAfter,) = updated.spendNonce(spent);
        assert(!freshAfter);
    }

    /// @notice Money coming and going neither spends a nonce nor frees one.
    function check_money_leaves_nonces_alone(uint256 word, uint32 nonce, uint96 gainWei, uint96 lossWei) external pure {
        uint256 updated = word.addBalance(gainWei).subtractBalance(lossWei);
        (bool freshBefore,) = word.spendNonce(nonce);
        (bool freshAfter,) = updated.spendNonce(nonce);
        assert(freshBefore == freshAfter);
        assert(uint160(updated) == uint160(word));
    }

    /// @notice Spending a nonce never touches the player's money.
    function check_a_nonce_leaves_money_alone(uint256 word, uint32 nonce) external pure {
        (, uint256 updated) = word.spendNonce(nonce);
        assert(updated.balanceWei() == word.balanceWei());
    }

    /// @notice Spending one nonce leaves every other fresh one of the window fresh.
    function check_a_nonce_takes_no_other_along(uint256 word, uint32 spent, uint32 other) external pure {
        (bool freshBefore,) = word.spendNonce(other);
        (, uint256 updated) = word.spendNonce(spent);
        if (!freshBefore || spent == other) return;
        if (uint256(other) + PlayerWord.WINDOW <= updated.highestNonce()) return;
        (bool freshAfter,) = updated.spendNonce(other);
        assert(freshAfter);
    }

    /// @notice A refused nonce changes nothing.
    function check_a_refused_nonce_changes_nothing(uint256 word, uint32 nonce) external pure {
        (bool fresh, uint256 updated) = word.spendNonce(nonce);
        if (!fresh) assert(updated == word);
    }

    /// @notice A balance grows and falls by exactly what is asked for, or the call reverts.
    function check_balances_are_exact(uint256 word, uint256 gainWei, uint256 lossWei) external pure {
        uint256 richer = word.addBalance(gainWei);
        assert(uint256(richer.balanceWei()) == uint256(word.balanceWei()) + gainWei);
        uint256 poorer = richer.subtractBalance(lossWei);
        assert(uint256(poorer.balanceWei()) + lossWei == uint256(richer.balanceWei()));
    }
}
