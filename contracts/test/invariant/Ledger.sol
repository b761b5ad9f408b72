// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IForwarder, Terms} from "../../src/interfaces/IForwarder.sol";
import {BatchHeader} from "../../src/interfaces/ITrainer.sol";
import {FeeSchedule} from "../../src/libraries/FeeSchedules.sol";
import {Batch, House} from "../support/House.sol";
import {Vm} from "../support/Vm.sol";
import {Wire} from "../support/Wire.sol";

/// @title What an onlooker writes down of everything that happens, and what it would have expected
/// @notice Written from the documentation, not from the contracts. A broken promise is counted here; the invariants of
/// `Promises.t.sol` say which one.
abstract contract Ledger is House {
    uint256 public constant PLAYERS = 6;
    uint256 internal constant SAMPLE_BYTES = 6;
    uint256 internal constant WINDOW = 128;

    address[] internal _players;
    Batch[] internal _batches;
    mapping(uint256 batch => uint256 settledMap) internal _settled;
    mapping(uint256 batch => mapping(uint256 record => address)) internal _authors;
    mapping(uint256 batch => mapping(uint256 record => uint256)) internal _maxFeeWei;
    mapping(address player => mapping(uint256 nonce => uint256 times)) private _effects;
    mapping(address player => uint256 nonce) internal _highest;
    mapping(address player => bool) internal _seen;
    mapping(bytes32 item => bool) internal _forged;
    mapping(address trainer => mapping(address player => bool)) private _refundedBefore;

    /// @notice What each player's balance must be: rewards left to it, less what it withdrew itself.
    mapping(address player => uint256 amountWei) public expectedBalanceWei;
    /// @notice What each relayer must have been credited by the schedule, less what it withdrew.
    mapping(address earner => uint256 amountWei) public expectedCreditWei;
    /// @notice Outflow of a sponsor's tank on each day, and the highest limit that was in force on it.
    mapping(address sponsor => mapping(uint256 day => uint256 amountWei)) public outflowWei;
    mapping(address sponsor => mapping(uint256 day => uint256 amountWei)) public highestLimitWei;

    /// @notice Promise 2: payments above what the player signed.
    uint256 public overcharges;
    /// @notice Promise 4: withdrawals of sponsors before they were due, or of what was owed.
    uint256 public earlyWithdrawals;
    /// @notice Promise 5: nonces and settlements that took effect twice.
    uint256 public repetitions;
    /// @notice Promise 6: items with another outcome than their own, and batches that one of them stopped.
    uint256 public spoiltNeighbours;
    /// @notice Money that moved where only others' trainers were called, and calls that came back in.
    uint256 public thefts;
    /// @notice Validations that took effect against the rule of the gamified mechanism.
    uint256 public brokenRings;

    // --- promise 5 and 6: what should become of an item

    /// @dev The outcome of an item by the order of checks: late, replayed, too dear, forged; 0 when it passes.
    function _predict(bytes memory item, uint256 feeWei) internal view returns (uint8) {
        bytes memory tail = Wire.slice(item, item.length - 81, 17);
        if (block.timestamp > uint40(bytes5(Wire.slice(tail, 4, 5)))) return 1;
        if (!_isFresh(address(bytes20(item)), uint32(bytes4(tail)))) return 2;
        if (feeWei > uint256(uint64(bytes8(Wire.slice(tail, 9, 8)))) * 1 gwei) return 3;
        return _forged[keccak256(item)] ? 4 : 0;
    }

    function _isFresh(address player, uint256 nonce) internal view returns (bool) {
        if (nonce > _highest[player]) return true;
        return _highest[player] - nonce < WINDOW && _effects[player][nonce] == 0;
    }

    function _spend(address player, uint256 nonce) internal {
        if (++_effects[player][nonce] > 1) ++repetitions;
        if (nonce > _highest[player]) _highest[player] = nonce;
        _seen[player] = true;
    }

    /// @dev Compares every outcome with the expected one and notes what passed. Only the budget is the contract's word.
    function _noteBatch(Batch memory batch, bytes memory items) internal {
        uint256 cursor = 0;
        uint256 record = 0;
        for (uint256 i = 0; i < batch.outcomes.length; ++i) {
            uint256 sampleBytes = Wire.sampleBytesAt(items, cursor);
            uint256 size = Wire.ITEM_BYTES + sampleBytes;
            bytes memory item = Wire.slice(items, cursor, size);
            uint8 outcome = uint8(batch.outcomes[i]);
            uint8 expected = _predict(item, _contributionFeeWei(batch.terms, sampleBytes));
            if (expected == 0 && outcome == 5) expected = 5;
            else if (expected == 0 && sampleBytes != SAMPLE_BYTES) expected = 6;
            if (outcome != expected) ++spoiltNeighbours;
            if (outcome == 0 || outcome == 6) _notePassed(item, record++);
            cursor += size;
        }
        if (batch.header.accepted != 0) _batches.push(batch);
    }

    function _notePassed(bytes memory item, uint256 record) private {
        address player = address(bytes20(item));
        bytes memory tail = Wire.slice(item, item.length - 81, 17);
        _spend(player, uint32(bytes4(tail)));
        _authors[_batches.length][record] = player;
        _maxFeeWei[_batches.length][record] = uint256(uint64(bytes8(Wire.slice(tail, 9, 8)))) * 1 gwei;
    }

    // --- promise 3: what the schedule says

    function _contributionFeeWei(Terms memory terms, uint256 sampleBytes) private pure returns (uint256) {
        FeeSchedule memory own = terms.schedule;
        return (own.addUnits + own.addUnitsPerByte * sampleBytes) * terms.addPriceWei
            + (own.settleUnits + own.settleUnitsPerByte * sampleBytes) * terms.settlePriceCapWei;
    }

    function _noteFees(Batch memory batch, address who, uint256 settled, uint256 newSlots) private {
        (Terms memory terms, FeeSchedule memory own) = (batch.terms, batch.terms.schedule);
        uint256 accepted = batch.header.accepted;
        uint256 full = _min(accepted, 8);
        uint256 words = _min(terms.newPlayers, accepted) + batch.header.newSlots;
        uint256 addShareWei = (own.addBatchUnits * full / 8 + words * 17_100) * terms.addPriceWei / accepted;
        uint256 addFeeWei = (own.addUnits + own.addUnitsPerByte * SAMPLE_BYTES) * terms.addPriceWei + addShareWei;
        uint256 priceWei = _min(_min(tx.gasprice, block.basefee + terms.settleTipCapWei), terms.settlePriceCapWei);
        uint256 settleFeeWei = (own.settleUnits + own.settleUnitsPerByte * SAMPLE_BYTES) * priceWei
            + own.settleBatchUnits * full / 8 * priceWei / accepted;
        expectedCreditWei[terms.relayer] += settled * addFeeWei;
        expectedCreditWei[who] += settled * settleFeeWei + newSlots * 17_100 * priceWei;
    }

    // --- what a settlement came to

    function _noteSettled(uint256 index, address who, uint256 refundedMap, uint256 forfeitedMap, uint256 newWords)
        internal
    {
        uint256 settledMap = refundedMap | forfeitedMap;
        if (settledMap & _settled[index] != 0 || refundedMap & forfeitedMap != 0) ++repetitions;
        _settled[index] |= settledMap;
        if (settledMap == 0) return;
        uint256 settled = 0;
        for (uint256 record = 0; settledMap >> record != 0; ++record) {
            if ((settledMap >> record) & 1 == 0) continue;
            ++settled;
            if ((refundedMap >> record) & 1 == 1 && _isFirstPoint(index, record)) ++newWords;
        }
        _noteFees(_batches[index], who, settled, _min(newWords, settled));
        _noteCredits(index, settledMap);
    }

    /// @dev A first refund makes the word that keeps the player's points; the gamified mechanism made it when it added.
    function _isFirstPoint(uint256 index, uint256 record) private returns (bool) {
        address player = _authors[index][record];
        address trainer = _batches[index].trainer;
        if (trainer != address(model.trainer) || _refundedBefore[trainer][player]) return false;
        return _refundedBefore[trainer][player] = true;
    }

    /// @dev Holds each payment of a player against what it signed for that very contribution.
    function _noteCredits(uint256 index, uint256 settledMap) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 record = 0;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != IForwarder.PlayerCredited.selector) continue;
            address player = address(uint160(uint256(logs[i].topics[1])));
            while ((settledMap >> record) & 1 == 0 || _authors[index][record] != player) ++record;
            (, uint256 rewardWei, uint256 paidWei) = abi.decode(logs[i].data, (uint64, uint256, uint256));
            if (paidWei > _maxFeeWei[index][record++] || paidWei > rewardWei) ++overcharges;
            expectedBalanceWei[player] += rewardWei - paidWei;
        }
    }

    function _allOf(Batch memory batch) internal pure returns (uint256 map) {
        uint256 record = 0;
        for (uint256 i = 0; i < batch.outcomes.length; ++i) {
            uint8 outcome = uint8(batch.outcomes[i]);
            if (outcome == 0) map |= 1 << record;
            if (outcome == 0 || outcome == 6) ++record;
        }
    }
}
