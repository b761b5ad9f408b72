// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPredictionMarket, Phase} from "../interfaces/IPredictionMarket.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {PassBook} from "../libraries/PassBook.sol";
import {Replay} from "./Replay.sol";

/// @title The passes: how the bounty is shared, in steps of whole passes
/// @notice The rule is in `PassBook`; here its book is read from storage and written back. The last pass turns balances
/// into what each contribution is paid. What rounding leaves over goes to the provider with the unspent bounty.
abstract contract Passes is Replay {
    using Lanes for uint256;
    using PassBook for PassBook.Book;

    /// @inheritdoc IPredictionMarket
    function playPasses(uint256 limit) external nonReentrant {
        _require(Phase.Passes);
        PassBook.Book memory book = _load();
        bool finished = false;
        for (uint256 i = 0; i < limit && !finished; ++i) {
            uint256 roundsWei;
            (roundsWei, finished) = book.play();
            emit PassPlayed(roundsWei, book.roundsLeftWei);
        }
        _bounty.roundsLeftWei = uint96(book.roundsLeftWei);
        uint256 payoutsWei = finished ? _toPayouts(book) : 0;
        _save(book.balances);
        if (finished) _close(payoutsWei);
    }

    /// @inheritdoc IPredictionMarket
    function payoutWei(uint256 number) external view returns (uint256) {
        _require(Phase.Closed);
        return _payoutOf(number);
    }

    /// @dev What a contribution is paid; the caller makes sure that the market is closed.
    function _payoutOf(uint256 number) internal view returns (uint256) {
        if (_state.voided) return stakeWei + _shareWei;
        uint256 account = _accountAt(number);
        return _balances[account / BALANCES_IN_WORD].get(account % BALANCES_IN_WORD, BALANCE_BITS);
    }

    function _load() private view returns (PassBook.Book memory book) {
        uint256 contributions = _state.contributions;
        uint256 accounts = _accountCount();
        book.rights = new uint256[](contributions + 1);
        book.accounts = new uint256[](contributions);
        book.stakes = new uint256[](accounts);
        book.scores = new int256[](accounts);
        book.balances = new uint256[](accounts);
        book.roundsLeftWei = _bounty.roundsLeftWei;
        _loadMarks(book);
        _loadBalances(book.balances);
    }

    function _loadMarks(PassBook.Book memory book) private view {
        uint256 stake = stakeWei * _state.testSize;
        uint256 word;
        for (uint256 number = 0; number < book.rights.length; ++number) {
            word = number % MARKS_IN_WORD == 0 ? _marks[number / MARKS_IN_WORD] : word >> MARK_BITS;
            book.rights[number] = uint16(word);
            if (number == 0) continue;
            uint256 account = uint16(word >> RIGHT_BITS);
            book.accounts[number - 1] = account;
            book.stakes[account] += stake;
        }
    }

    function _loadBalances(uint256[] memory balances) private view {
        uint256 word;
        for (uint256 account = 0; account < balances.length; ++account) {
            word = account % BALANCES_IN_WORD == 0 ? _balances[account / BALANCES_IN_WORD] : word >> BALANCE_BITS;
            balances[account] = uint128(word);
        }
    }

    function _save(uint256[] memory balances) private {
        for (uint256 account = 0; account < balances.length; account += BALANCES_IN_WORD) {
            uint256 word = balances[account];
            if (account + 1 < balances.length) word = word.set(1, BALANCE_BITS, balances[account + 1]);
            _balances[account / BALANCES_IN_WORD] = word;
        }
    }

    /// @dev Turns each account's balance into whole wei for each of its contributions; returns their sum.
    function _toPayouts(PassBook.Book memory book) private view returns (uint256 payoutsWei) {
        for (uint256 account = 0; account < book.balances.length; ++account) {
            uint256 contributions = book.stakes[account] / (stakeWei * _state.testSize);
            uint256 eachWei = book.balances[account] / (contributions * _state.testSize);
            book.balances[account] = eachWei;
            payoutsWei += eachWei * contributions;
        }
    }
}
