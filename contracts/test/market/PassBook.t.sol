// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PassBook} from "../../src/libraries/PassBook.sol";
import {Test} from "../support/Test.sol";

/// @title The rule of the passes over random markets
contract PassBookTest is Test {
    using PassBook for PassBook.Book;

    uint256 private constant MAX_CONTRIBUTIONS = 24;
    uint256 private constant MAX_TEST_SIZE = 64;

    struct Market {
        uint256 bountyWei;
        uint256 stakeWei;
        uint256 testSize;
        PassBook.Book book;
    }

    function testFuzz_no_money_is_made(uint256 seed, bool grouped) external pure {
        Market memory market = _market(seed, grouped);
        uint256 stakes = _sum(market.book.balances);
        _playAll(market.book);
        uint256 played = market.bountyWei - market.book.roundsLeftWei;
        vm.assertLe(
            _sum(market.book.balances), stakes + played * market.testSize, "paid no more than the rounds played"
        );
    }

    function testFuzz_every_pass_but_the_last_removes_somebody(uint256 seed, bool grouped) external pure {
        Market memory market = _market(seed, grouped);
        for (uint256 pass = 0;; ++pass) {
            vm.assertLe(pass, market.book.stakes.length, "no more passes than accounts, and one");
            uint256 before = _survivors(market.book);
            (, bool finished) = market.book.play();
            if (finished) break;
            vm.assertLt(_survivors(market.book), before, "one fewer");
        }
    }

    function testFuzz_who_dropped_out_keeps_what_is_left(uint256 seed, bool grouped) external pure {
        Market memory market = _market(seed, grouped);
        bool finished = false;
        while (!finished) {
            uint256[] memory before = _copy(market.book.balances);
            (, finished) = market.book.play();
            for (uint256 account = 0; account < before.length; ++account) {
                if (before[account] >= market.book.stakes[account]) continue;
                vm.assertEq(market.book.balances[account], before[account], "untouched after dropping out");
            }
        }
    }

    /// @dev The rule in its own words: rounds by the worst score's balance. Where that leaves every balance at zero or
    /// above, rounds are the same; where it would not, fewer are played.
    function testFuzz_rounds_are_those_of_the_worst_score_unless_somebody_would_owe(uint256 seed) external pure {
        Market memory market = _market(seed, false);
        bool finished = false;
        while (!finished) {
            PassBook.Book memory book = market.book;
            (uint256 plainRounds, bool somebodyOwes) = _plainRounds(book);
            uint256 roundsWei;
            (roundsWei, finished) = book.play();
            if (finished && roundsWei == 0) break;
            if (somebodyOwes) vm.assertLt(roundsWei, plainRounds, "fewer rounds than would ruin somebody");
            else vm.assertEq(roundsWei, plainRounds, "as many as the worst covers");
        }
    }

    function testFuzz_the_first_pass_is_decided_by_the_worst_score(uint256 seed) external pure {
        Market memory market = _market(seed, false);
        (uint256 plainRounds, bool somebodyOwes) = _plainRounds(market.book);
        (uint256 roundsWei,) = market.book.play();
        vm.assertFalse(somebodyOwes, "with equal stakes nobody runs out before the worst");
        vm.assertEq(roundsWei, plainRounds, "rounds of the worst");
    }

    /// @dev After the first pass B (150) and D (100) are left with the same bad score. As many rounds as B's balance
    /// covers would leave D 50 in debt.
    function test_whoever_runs_out_first_decides_so_that_nobody_owes() external pure {
        PassBook.Book memory book = _bookOf(5, 6, 100);
        (book.rights[0], book.rights[1], book.rights[2]) = (2, 0, 1);
        book.roundsLeftWei = 10_000;
        (uint256 roundsWei, bool finished) = book.play();
        vm.assertEq(roundsWei, 300, "first pass: A's stake");
        (roundsWei, finished) = book.play();
        vm.assertEq(roundsWei, 600, "second pass: D's stake, not B's balance");
        vm.assertTrue(finished, "nobody is left");
        vm.assertEq(book.balances[1], 50 * 6, "B keeps what is left");
        vm.assertEq(book.balances[3], 0, "D has lost its stake and no more");
    }

    function test_without_contributions_or_rounds_there_is_nothing_to_play() external pure {
        Market memory market = _market(1, false);
        market.book.roundsLeftWei = 0;
        (uint256 roundsWei, bool finished) = market.book.play();
        vm.assertEq(roundsWei, 0, "no rounds");
        vm.assertTrue(finished, "finished");
    }

    // --- building

    function _market(uint256 seed, bool grouped) private pure returns (Market memory market) {
        uint256 contributions = _draw(seed, 1) % MAX_CONTRIBUTIONS + 1;
        uint256 accounts = grouped ? _draw(seed, 2) % contributions + 1 : contributions;
        market.testSize = _draw(seed, 3) % MAX_TEST_SIZE + 1;
        // From single wei, where rounding bites, to large amounts.
        market.stakeWei = 1 + _draw(seed, 4) % (10 ** (_draw(seed, 5) % 20));
        market.bountyWei = 1 + _draw(seed, 6) % (10 ** (_draw(seed, 7) % 24));
        PassBook.Book memory book = market.book;
        book.rights = new uint256[](contributions + 1);
        book.accounts = new uint256[](contributions);
        book.stakes = new uint256[](accounts);
        book.scores = new int256[](accounts);
        book.roundsLeftWei = market.bountyWei;
        for (uint256 i = 0; i <= contributions; ++i) {
            book.rights[i] = _draw(seed, 100 + i) % (market.testSize + 1);
            if (i == 0) continue;
            // The first ones give every account a contribution.
            uint256 account = i <= accounts ? i - 1 : _draw(seed, 200 + i) % accounts;
            book.accounts[i - 1] = account;
            book.stakes[account] += market.stakeWei * market.testSize;
        }
        book.balances = _copy(book.stakes);
    }

    /// @dev An ungrouped book with all right answers zero.
    function _bookOf(uint256 states, uint256 testSize, uint256 stakeWei)
        private
        pure
        returns (PassBook.Book memory book)
    {
        book.rights = new uint256[](states);
        book.accounts = new uint256[](states - 1);
        book.stakes = new uint256[](states - 1);
        book.scores = new int256[](states - 1);
        for (uint256 i = 0; i + 1 < states; ++i) {
            book.accounts[i] = i;
            book.stakes[i] = stakeWei * testSize;
        }
        book.balances = _copy(book.stakes);
    }

    function _playAll(PassBook.Book memory book) private pure {
        bool finished = false;
        while (!finished) {
            (, finished) = book.play();
        }
    }

    // --- the rule again, plainly

    function _plainRounds(PassBook.Book memory book) private pure returns (uint256 roundsWei, bool somebodyOwes) {
        int256[] memory scores = _plainScores(book);
        uint256 worst = type(uint256).max;
        for (uint256 i = 0; i < scores.length; ++i) {
            if (scores[i] < 0 && (worst == type(uint256).max || scores[i] < scores[worst])) worst = i;
        }
        roundsWei = book.roundsLeftWei;
        if (worst == type(uint256).max) return (roundsWei, false);
        uint256 covered = book.balances[worst] / uint256(-scores[worst]);
        if (covered < roundsWei) roundsWei = covered;
        for (uint256 i = 0; i < scores.length; ++i) {
            somebodyOwes = somebodyOwes || int256(book.balances[i]) + scores[i] * int256(roundsWei) < 0;
        }
    }

    function _plainScores(PassBook.Book memory book) private pure returns (int256[] memory scores) {
        scores = new int256[](book.accounts.length);
        uint256 before = book.rights[0];
        for (uint256 i = 0; i < scores.length; ++i) {
            if (book.balances[i] < book.stakes[i]) continue;
            scores[i] = int256(book.rights[i + 1]) - int256(before);
            before = book.rights[i + 1];
        }
    }

    function _survivors(PassBook.Book memory book) private pure returns (uint256 count) {
        for (uint256 account = 0; account < book.stakes.length; ++account) {
            if (book.balances[account] >= book.stakes[account]) ++count;
        }
    }

    function _sum(uint256[] memory numbers) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < numbers.length; ++i) {
            sum += numbers[i];
        }
    }

    function _copy(uint256[] memory numbers) private pure returns (uint256[] memory copied) {
        copied = new uint256[](numbers.length);
        for (uint256 i = 0; i < numbers.length; ++i) {
            copied[i] = numbers[i];
        }
    }
}
