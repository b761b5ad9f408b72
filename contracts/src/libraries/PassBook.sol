// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The rule by which a market pays: passes over the contributions that survive
/// @notice An account is a contribution or, in a grouped market, a contributor with all its contributions. In each pass a
/// surviving contribution scores the accuracy after it less the accuracy after the survivor before it (the initial
/// model's for the first), always with the accuracies of the one replay; an account scores the sum over its contributions.
/// Rounds are then played, all that remain when no score is negative, otherwise as many as every balance covers; each
/// adds its score to every surviving balance. An account whose balance fell below its stake drops out with what is left.
///
/// Units. The bounty has one round for each wei. Accuracies are numbers of right answers, so a score is in parts of the
/// test set, and balances are kept in wei times the size of the test set: every step is exact in integers. Only the
/// number of rounds is rounded, down to whole rounds, and the pay-out, down to whole wei.
///
/// Nothing is made or lost: the scores of a pass telescope to the accuracy gained from the initial model to the last
/// survivor's, at most 1, so a pass moves no more than its rounds out of the bounty; and no balance becomes negative.
library PassBook {
    /// @param rights right answers of the initial model, then after each contribution
    /// @param accounts account of each contribution
    /// @param stakes stake of each account, in wei times the size of the test set
    /// @param balances balance of each account, in the same unit; an account below its stake has dropped out
    /// @param scores room for the scores of a pass, by account
    /// @param roundsLeftWei rounds still to be played
    struct Book {
        uint256[] rights;
        uint256[] accounts;
        uint256[] stakes;
        uint256[] balances;
        int256[] scores;
        uint256 roundsLeftWei;
    }

    /// @notice Plays one pass.
    /// @return roundsWei rounds that it moved
    /// @return finished whether no rounds or no survivors are left
    function play(Book memory book) internal pure returns (uint256 roundsWei, bool finished) {
        if (book.roundsLeftWei == 0 || !_score(book)) return (0, true);
        roundsWei = _coveredRounds(book);
        book.roundsLeftWei -= roundsWei;
        bool survivors = _move(book, roundsWei);
        finished = book.roundsLeftWei == 0 || !survivors;
    }

    /// @dev Scores all surviving accounts; false when there are none.
    function _score(Book memory book) private pure returns (bool survivors) {
        (uint256[] memory accounts, uint256[] memory stakes) = (book.accounts, book.stakes);
        (uint256[] memory balances, uint256[] memory rights) = (book.balances, book.rights);
        int256[] memory scores = book.scores;
        for (uint256 account = 0; account < scores.length; ++account) {
            scores[account] = 0;
        }
        uint256 before = rights[0];
        for (uint256 i = 0; i < accounts.length; ++i) {
            uint256 account = accounts[i];
            if (balances[account] < stakes[account]) continue;
            uint256 right = rights[i + 1];
            scores[account] += int256(right) - int256(before);
            before = right;
            survivors = true;
        }
    }

    /// @dev In the first pass the worst score runs out first, since all stakes are equal. Later a less bad one with a
    /// smaller balance can; whoever runs out first decides, so that nobody loses more than it has.
    function _coveredRounds(Book memory book) private pure returns (uint256 roundsWei) {
        (int256[] memory scores, uint256[] memory balances) = (book.scores, book.balances);
        roundsWei = book.roundsLeftWei;
        for (uint256 account = 0; account < scores.length; ++account) {
            int256 score = scores[account];
            if (score >= 0) continue;
            uint256 covered = balances[account] / uint256(-score);
            if (covered < roundsWei) roundsWei = covered;
        }
    }

    /// @dev Accounts that have dropped out score zero.
    function _move(Book memory book, uint256 roundsWei) private pure returns (bool survivors) {
        (uint256[] memory stakes, uint256[] memory balances) = (book.stakes, book.balances);
        int256[] memory scores = book.scores;
        for (uint256 account = 0; account < scores.length; ++account) {
            int256 score = scores[account];
            if (score > 0) balances[account] += uint256(score) * roundsWei;
            else if (score < 0) balances[account] -= uint256(-score) * roundsWei;
            survivors = survivors || balances[account] >= stakes[account];
        }
    }
}
