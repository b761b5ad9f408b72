// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Outcome, Terms} from "../interfaces/IForwarder.sol";
import {BatchHeader, Settlement} from "../interfaces/ITrainer.sol";
import {IValidatedTrainer} from "../interfaces/IValidation.sol";
import {FeeSchedule, FeeSchedules} from "../libraries/FeeSchedules.sol";
import {PlayerWord} from "../libraries/PlayerWord.sol";
import {Pricing} from "../libraries/Pricing.sol";
import {Records} from "../libraries/Records.sol";
import {SignedRequests} from "../libraries/SignedRequests.sol";
import {Settling} from "./Settling.sol";

/// @title Validations: players' signed statements that confirm contributions of others
/// @notice A validation settles the contribution that it confirms. So its fee is the settling fee that was set aside when
/// the contribution was added: anyone may bring validations, and whoever does is paid for those that take effect.
/// Statements that do not hold are left out with a reason; they never revert the call nor touch their neighbours.
abstract contract Validating is Settling {
    using FeeSchedules for FeeSchedule;
    using PlayerWord for uint256;

    /// @dev `validator(20) | record(1) | nonce(4) | deadline(5) | maxFeeGwei(8) | r(32) | vs(32)`.
    uint256 private constant VALIDATION_BYTES = 102;
    uint256 private constant STATEMENT_BYTES = 21;

    /// @dev What judging the items of one call carries along.
    struct Hearing {
        address trainer;
        uint64 batchId;
        uint256 passedMap;
        uint256 passed;
        uint256 newPlayers;
        uint256 settlePriceWei;
        uint256[] sampleBytes;
        bytes statements;
        bytes outcomes;
        bytes scratch;
        FeeSchedule schedule;
    }

    /// @dev One item as it lies in calldata.
    struct Validation {
        address validator;
        uint256 record;
        uint256 nonce;
        uint256 deadline;
        uint256 maxFeeGwei;
        bytes32 r;
        bytes32 vs;
    }

    /// @notice Brings validations of contributions of one batch. Each one that takes effect settles its contribution.
    /// @param terms as returned and published when the batch was added
    /// @param header likewise
    /// @param records the batch's records, from the `DataAdded` event
    /// @param items packed items, `validator(20) | record(1) | nonce(4) | deadline(5) | maxFeeGwei(8) | r(32) | vs(32)`
    /// @return validatedMap items that took effect, by item index
    /// @return outcomes one byte for each item, see `Outcome`
    /// @return settledMap contributions that are settled by this, by record index
    function validate(
        address trainer,
        Terms calldata terms,
        BatchHeader calldata header,
        bytes calldata records,
        bytes calldata items
    ) external nonReentrant returns (uint256 validatedMap, bytes memory outcomes, uint256 settledMap) {
        _checkTerms(trainer, terms, header);
        Hearing memory hearing = _openHearing(trainer, terms, header, records, items.length);
        _hearAll(hearing, items);
        outcomes = hearing.outcomes;
        if (hearing.passed == 0) return (0, outcomes, 0);

        uint256 before = address(this).balance;
        (Settlement memory settlement, bytes memory judged) =
            IValidatedTrainer(trainer).validateBatch(header, records, hearing.statements);
        settledMap = settlement.refundedMap | settlement.forfeitedMap;
        validatedMap = _merge(hearing, judged, items);
        settlement.newSlots += hearing.newPlayers;
        _bookSettled(trainer, terms, header, records, settlement, address(this).balance - before);
        if (settledMap != 0) {
            emit BatchValidated(terms.sponsor, trainer, msg.sender, header.id, validatedMap, settledMap);
        }
    }

    /// @notice What a player signs to confirm a contribution.
    /// @param contribution `batchId << 8 | record`
    function validationDigest(
        address trainer,
        address validator,
        uint64 contribution,
        uint32 nonce,
        uint40 deadline,
        uint64 maxFeeGwei
    ) external view returns (bytes32) {
        return _hashTypedData(
            SignedRequests.hashValidation(new bytes(256), trainer, validator, contribution, nonce, deadline, maxFeeGwei)
        );
    }

    function _openHearing(
        address trainer,
        Terms calldata terms,
        BatchHeader calldata header,
        bytes calldata records,
        uint256 itemBytes
    ) private view returns (Hearing memory hearing) {
        uint256 count = itemBytes / VALIDATION_BYTES;
        if (itemBytes % VALIDATION_BYTES != 0) revert BadFraming();
        if (count > Records.MAX_RECORDS) revert TooManyItems();
        hearing.trainer = trainer;
        hearing.batchId = header.id;
        hearing.settlePriceWei = Pricing.priceWei(tx.gasprice, terms.settleTipCapWei, terms.settlePriceCapWei);
        hearing.sampleBytes = _sampleBytesOf(records);
        hearing.statements = new bytes(count * STATEMENT_BYTES);
        hearing.outcomes = new bytes(count);
        hearing.scratch = new bytes(256);
        hearing.schedule = terms.schedule;
    }

    /// @dev Walks over the items; those that hold have their nonce spent and their statement copied.
    function _hearAll(Hearing memory hearing, bytes calldata items) private {
        Validation memory item;
        uint256 count = hearing.outcomes.length;
        for (uint256 index = 0; index < count; ++index) {
            uint256 offset = _readValidation(item, items, index);
            Outcome outcome = _hear(hearing, item);
            if (outcome != Outcome.Accepted) {
                _skip(hearing, item, index, outcome);
                continue;
            }
            bytes memory statements = hearing.statements;
            uint256 place = hearing.passed * STATEMENT_BYTES;
            assembly ("memory-safe") {
                calldatacopy(add(add(statements, 0x20), place), offset, 21)
            }
            hearing.passedMap |= 1 << index;
            ++hearing.passed;
        }
        bytes memory list = hearing.statements;
        uint256 length = hearing.passed * STATEMENT_BYTES;
        // Made for the case that all hold; it only ever becomes shorter.
        assembly ("memory-safe") {
            mstore(list, length)
        }
    }

    /// @dev Cheap checks first, as with contributions.
    function _hear(Hearing memory hearing, Validation memory item) private returns (Outcome) {
        if (block.timestamp > item.deadline) return Outcome.Expired;
        if (item.record >= hearing.sampleBytes.length) return Outcome.NotOpen;
        uint256 word = _players[item.validator];
        (bool fresh, uint256 updated) = word.spendNonce(uint32(item.nonce));
        if (!fresh) return Outcome.NonceUsed;
        uint256 feeWei = hearing.schedule.settleUnitsOf(hearing.sampleBytes[item.record]) * hearing.settlePriceWei;
        if (feeWei > item.maxFeeGwei * 1 gwei) return Outcome.FeeAboveMax;
        bytes32 structHash = SignedRequests.hashValidation(
            hearing.scratch,
            hearing.trainer,
            item.validator,
            uint256(hearing.batchId) << 8 | item.record,
            item.nonce,
            item.deadline,
            item.maxFeeGwei
        );
        if (!_signedBy(item.validator, structHash, item.r, item.vs)) return Outcome.BadSignature;
        if (word == 0) ++hearing.newPlayers;
        _players[item.validator] = updated;
        return Outcome.Accepted;
    }

    /// @dev Brings what the trainer says of the statements that reached it back to the items.
    function _merge(Hearing memory hearing, bytes memory judged, bytes calldata items)
        private
        returns (uint256 validatedMap)
    {
        if (judged.length != hearing.passed) revert TrainerMisreported(hearing.passed, judged.length);
        Validation memory item;
        uint256 statement = 0;
        for (uint256 index = 0; hearing.passedMap >> index != 0; ++index) {
            if ((hearing.passedMap >> index) & 1 == 0) continue;
            uint8 outcome = uint8(judged[statement++]);
            if (outcome == 0) {
                validatedMap |= 1 << index;
                continue;
            }
            _readValidation(item, items, index);
            // A trainer's own words are passed on only as far as they are ours.
            bool known = outcome > uint8(Outcome.Unfit) && outcome <= uint8(type(Outcome).max);
            _skip(hearing, item, index, known ? Outcome(outcome) : Outcome.Unfit);
        }
    }

    function _skip(Hearing memory hearing, Validation memory item, uint256 index, Outcome outcome) private {
        hearing.outcomes[index] = bytes1(uint8(outcome));
        emit ValidationSkipped(hearing.trainer, item.validator, index, uint32(item.nonce), outcome);
    }

    function _readValidation(Validation memory item, bytes calldata items, uint256 index)
        private
        pure
        returns (uint256 offset)
    {
        uint256 head;
        uint256 tail;
        bytes32 r;
        bytes32 vs;
        assembly ("memory-safe") {
            offset := add(items.offset, mul(index, 102))
            head := calldataload(offset)
            tail := calldataload(add(offset, 21))
            r := calldataload(add(offset, 38))
            vs := calldataload(add(offset, 70))
        }
        item.validator = address(uint160(head >> 96));
        item.record = uint8(head >> 88);
        item.nonce = tail >> 224;
        item.deadline = uint40(tail >> 184);
        item.maxFeeGwei = uint64(tail >> 120);
        item.r = r;
        item.vs = vs;
    }

    /// @dev Lengths of the batch's samples, by record index. The trainer checks that the records are the batch's own.
    function _sampleBytesOf(bytes calldata records) private pure returns (uint256[] memory lengths) {
        lengths = new uint256[](Records.MAX_RECORDS);
        uint256 cursor = 0;
        uint256 count = 0;
        for (; cursor < records.length; ++count) {
            if (count == Records.MAX_RECORDS) revert Records.TooManyRecords();
            (,, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            lengths[count] = sample.length;
            cursor = next;
        }
        assembly ("memory-safe") {
            mstore(lengths, count)
        }
    }
}
