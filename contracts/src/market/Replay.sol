// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDataHandler} from "../interfaces/IDataHandler.sol";
import {
    IPredictionMarket,
    MarketState,
    Phase,
    Piece,
    ReplayCursor,
    SuppliedBatch
} from "../interfaces/IPredictionMarket.sol";
import {Bits} from "../libraries/Bits.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {Records} from "../libraries/Records.sol";
import {Participation} from "./Participation.sol";

/// @title The replay: the model learns the contributions in order and is examined after each of them
/// @notice Accuracy 0 is the initial model's. A call goes as far as what it supplies and its limit allow; the least step
/// is one contribution learnt, or one piece answered by one state of the model. Contributions and pieces are re-supplied
/// from events and checked against their commitments, so anybody can take any step and nobody can take a wrong one.
abstract contract Replay is Participation {
    using Bits for uint256;
    using Lanes for uint256;

    /// @dev `account(16) | right(16)` of one contribution.
    uint256 internal constant MARK_BITS = 32;
    uint256 internal constant MARKS_IN_WORD = 8;
    uint256 internal constant RIGHT_BITS = 16;
    uint256 internal constant BALANCE_BITS = 128;
    uint256 internal constant BALANCES_IN_WORD = 2;

    /// @dev What one call supplies and how much of it is used up.
    struct Work {
        uint256 firstPiece;
        uint256 limit;
        uint256 position;
        uint256 openMap;
    }

    ReplayCursor private _cursor;
    /// @dev Mark 0 is the initial model's, mark i belongs to contribution i.
    uint256[MAX_CONTRIBUTIONS / MARKS_IN_WORD + 1] internal _marks;
    /// @dev By account: the balance in the unit of `PassBook`, and wei for each contribution once the market is closed. A
    /// stake is entered when its contribution is learnt, so that a pass, which touches all of them, makes no new storage.
    uint256[MAX_CONTRIBUTIONS / BALANCES_IN_WORD] internal _balances;
    /// @dev In a grouped market: one more than the account of a contributor.
    mapping(address player => uint256 oneMore) private _accountOf;

    /// @inheritdoc IPredictionMarket
    function replay(
        bytes32[] calldata leaves,
        uint256 firstPiece,
        Piece[] calldata pieces,
        SuppliedBatch[] calldata batches,
        uint256 limit
    ) external nonReentrant {
        _require(Phase.Replay);
        _checkLeaves(leaves);
        for (uint256 i = 0; i < pieces.length; ++i) {
            _checkPiece(leaves, firstPiece + i, pieces[i]);
        }
        ReplayCursor memory cursor = _cursor;
        if (cursor.batch == 0) cursor.batch = 1;
        bytes32 before = keccak256(abi.encode(cursor));
        bool finished = _advance(cursor, Work(firstPiece, limit, 0, 0), pieces, batches);
        if (keccak256(abi.encode(cursor)) == before) revert NothingToReplay(cursor.batch, cursor.piece);
        _cursor = cursor;
        if (finished) {
            _bounty.roundsLeftWei = _bounty.totalWei;
            _state.phase = Phase.Passes;
        }
    }

    /// @inheritdoc IPredictionMarket
    function replayCursor() external view returns (ReplayCursor memory) {
        return _cursor;
    }

    /// @inheritdoc IPredictionMarket
    function rightAnswers(uint256 contributions) external view returns (uint256) {
        return uint16(_marks[contributions / MARKS_IN_WORD].get(contributions % MARKS_IN_WORD, MARK_BITS));
    }

    /// @dev Number of accounts: contributions, or contributors in a grouped market.
    function _accountCount() internal view returns (uint256) {
        return _cursor.accounts;
    }

    /// @dev Account of a contribution that is scored.
    function _accountAt(uint256 number) internal view returns (uint256) {
        return _marks[number / MARKS_IN_WORD].get(number % MARKS_IN_WORD, MARK_BITS) >> RIGHT_BITS;
    }

    /// @dev Examines and teaches in turn until everything is scored or something is wanting.
    function _advance(
        ReplayCursor memory cursor,
        Work memory work,
        Piece[] calldata pieces,
        SuppliedBatch[] calldata batches
    ) private returns (bool finished) {
        MarketState memory own = _state;
        while (_examine(cursor, work, pieces, own)) {
            if (cursor.trained == own.contributions) return true;
            if (!_teach(cursor, work, batches)) return false;
        }
    }

    /// @dev Lets the model answer the pieces that it has not answered yet; true when it is scored.
    function _examine(ReplayCursor memory cursor, Work memory work, Piece[] calldata pieces, MarketState memory own)
        private
        returns (bool)
    {
        if (cursor.scored > cursor.trained) return true;
        while (cursor.piece < own.pieceCount) {
            if (cursor.piece != own.openedPiece) {
                bool supplied = cursor.piece >= work.firstPiece && cursor.piece - work.firstPiece < pieces.length;
                if (!supplied || work.limit == 0) return false;
                --work.limit;
                cursor.right += uint16(_rightOf(pieces[cursor.piece - work.firstPiece].records));
            }
            ++cursor.piece;
        }
        _mark(cursor);
        return true;
    }

    function _rightOf(bytes calldata records) private view returns (uint256) {
        return classifier.agrees(records, _mapOf(records)).count();
    }

    /// @dev One bit for each record.
    function _mapOf(bytes calldata records) private pure returns (uint256 map) {
        uint256 cursor = 0;
        uint256 count = 0;
        for (; cursor < records.length; ++count) {
            (,,, cursor) = Records.read(records, cursor);
        }
        return (1 << count) - 1;
    }

    /// @dev Writes down what the present state of the model scored.
    function _mark(ReplayCursor memory cursor) private {
        uint256 number = cursor.trained;
        uint256 index = number / MARKS_IN_WORD;
        uint256 mark = (uint256(cursor.account) << RIGHT_BITS) | cursor.right;
        _marks[index] = _marks[index].set(number % MARKS_IN_WORD, MARK_BITS, mark);
        emit Scored(number, cursor.right);
        ++cursor.scored;
        cursor.right = 0;
        cursor.piece = 0;
    }

    /// @dev Teaches the model the next contribution; false when its batch is not supplied.
    function _teach(ReplayCursor memory cursor, Work memory work, SuppliedBatch[] calldata batches)
        private
        returns (bool)
    {
        while (work.position < batches.length && batches[work.position].header.id < cursor.batch) {
            ++work.position;
            work.openMap = 0;
        }
        if (work.position == batches.length || batches[work.position].header.id > cursor.batch) return false;
        SuppliedBatch calldata batch = batches[work.position];
        if (work.openMap == 0) work.openMap = _openMapOf(batch);
        bytes calldata records = batch.records;
        while (!work.openMap.has(cursor.record)) _step(cursor, records);
        uint256 from = cursor.offset;
        address player = _step(cursor, records);
        classifier.train(records[from:cursor.offset]);
        ++cursor.trained;
        _enterStake(cursor, player);
        if (work.openMap >> cursor.record == 0) {
            ++cursor.batch;
            cursor.record = 0;
            cursor.offset = 0;
        }
        return true;
    }

    /// @dev Nothing is settled before the market is closed, so all contributions of a batch are open here.
    function _openMapOf(SuppliedBatch calldata batch) private view returns (uint256) {
        if (keccak256(batch.records) != batch.header.recordsHash) {
            revert IDataHandler.UnknownBatch(batch.header.id, batch.header.slot);
        }
        return dataHandler.openMap(batch.header);
    }

    function _step(ReplayCursor memory cursor, bytes calldata records) private pure returns (address player) {
        uint256 next;
        (player,,, next) = Records.read(records, cursor.offset);
        cursor.offset = uint32(next);
        ++cursor.record;
    }

    function _enterStake(ReplayCursor memory cursor, address player) private {
        uint256 account = _accountFor(cursor, player);
        cursor.account = uint16(account);
        uint256 word = _balances[account / BALANCES_IN_WORD];
        uint256 lane = account % BALANCES_IN_WORD;
        uint256 balance = word.get(lane, BALANCE_BITS) + stakeWei * _state.testSize;
        _balances[account / BALANCES_IN_WORD] = word.set(lane, BALANCE_BITS, balance);
    }

    function _accountFor(ReplayCursor memory cursor, address player) private returns (uint256) {
        if (!grouped) return cursor.accounts++;
        uint256 oneMore = _accountOf[player];
        if (oneMore == 0) {
            oneMore = ++cursor.accounts;
            _accountOf[player] = oneMore;
        }
        return oneMore - 1;
    }
}
