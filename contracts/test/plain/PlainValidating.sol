// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {Outcome, Terms} from "../../src/interfaces/IForwarder.sol";
import {BatchHeader, Settlement} from "../../src/interfaces/ITrainer.sol";
import {IValidatedTrainer} from "../../src/interfaces/IValidation.sol";
import {FeeSchedules} from "../../src/libraries/FeeSchedules.sol";
import {PlayerWord} from "../../src/libraries/PlayerWord.sol";
import {Pricing} from "../../src/libraries/Pricing.sol";
import {Records} from "../../src/libraries/Records.sol";
import {SignedRequests} from "../../src/libraries/SignedRequests.sol";
import {PlainSettling} from "./PlainSettling.sol";

/// @title Validations as one would write them down: slices of calldata, one item after another
abstract contract PlainValidating is PlainSettling {
    using PlayerWord for uint256;

    uint256 private constant VALIDATION_BYTES = 102;

    /// @dev One item, and what became of it.
    struct Validation {
        address validator;
        uint8 record;
        uint32 nonce;
        uint40 deadline;
        uint64 maxFeeGwei;
        bytes32 r;
        bytes32 vs;
        Outcome outcome;
    }

    /// @notice See `Validating`.
    function validate(
        address trainer,
        Terms calldata terms,
        BatchHeader calldata header,
        bytes calldata records,
        bytes calldata items
    ) external nonReentrant returns (uint256 validatedMap, bytes memory outcomes, uint256 settledMap) {
        _checkTerms(trainer, terms, header);
        Validation[] memory all = _readAll(items);
        (bytes memory statements, uint256 newPlayers) = _hearAll(trainer, terms, header, _lengthsOf(records), all);
        if (statements.length != 0) {
            uint256 before = address(this).balance;
            (Settlement memory settlement, bytes memory judged) =
                IValidatedTrainer(trainer).validateBatch(header, records, statements);
            settledMap = settlement.refundedMap | settlement.forfeitedMap;
            validatedMap = _merge(trainer, all, judged);
            settlement.newSlots += newPlayers;
            _bookSettled(trainer, terms, header, records, settlement, address(this).balance - before);
            if (settledMap != 0) {
                emit BatchValidated(terms.sponsor, trainer, msg.sender, header.id, validatedMap, settledMap);
            }
        }
        outcomes = new bytes(all.length);
        for (uint256 i = 0; i < all.length; ++i) {
            outcomes[i] = bytes1(uint8(all[i].outcome));
        }
    }

    function _readAll(bytes calldata items) private pure returns (Validation[] memory all) {
        if (items.length % VALIDATION_BYTES != 0) revert BadFraming();
        if (items.length / VALIDATION_BYTES > 255) revert TooManyItems();
        all = new Validation[](items.length / VALIDATION_BYTES);
        for (uint256 i = 0; i < all.length; ++i) {
            bytes calldata item = items[VALIDATION_BYTES * i:VALIDATION_BYTES * (i + 1)];
            all[i].validator = address(bytes20(item[0:20]));
            all[i].record = uint8(item[20]);
            all[i].nonce = uint32(bytes4(item[21:25]));
            all[i].deadline = uint40(bytes5(item[25:30]));
            all[i].maxFeeGwei = uint64(bytes8(item[30:38]));
            all[i].r = bytes32(item[38:70]);
            all[i].vs = bytes32(item[70:102]);
        }
    }

    function _hearAll(
        address trainer,
        Terms calldata terms,
        BatchHeader calldata header,
        uint256[] memory sampleBytes,
        Validation[] memory all
    ) private returns (bytes memory statements, uint256 newPlayers) {
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 word = _players[all[i].validator];
            all[i].outcome = _hear(trainer, terms, header, sampleBytes, all[i]);
            if (all[i].outcome == Outcome.Accepted) {
                statements = abi.encodePacked(statements, all[i].validator, all[i].record);
                if (word == 0) ++newPlayers;
            } else {
                emit ValidationSkipped(trainer, all[i].validator, i, all[i].nonce, all[i].outcome);
            }
        }
    }

    function _hear(
        address trainer,
        Terms calldata terms,
        BatchHeader calldata header,
        uint256[] memory sampleBytes,
        Validation memory item
    ) private returns (Outcome) {
        if (block.timestamp > item.deadline) return Outcome.Expired;
        if (item.record >= sampleBytes.length) return Outcome.NotOpen;
        (bool fresh, uint256 updated) = _players[item.validator].spendNonce(item.nonce);
        if (!fresh) return Outcome.NonceUsed;
        uint256 feeWei = FeeSchedules.settleUnitsOf(terms.schedule, sampleBytes[item.record])
            * Pricing.priceWei(tx.gasprice, terms.settleTipCapWei, terms.settlePriceCapWei);
        if (feeWei > uint256(item.maxFeeGwei) * 1 gwei) return Outcome.FeeAboveMax;
        if (!_isSigned(trainer, header.id, item)) return Outcome.BadSignature;
        _players[item.validator] = updated;
        return Outcome.Accepted;
    }

    function _isSigned(address trainer, uint64 batchId, Validation memory item) private view returns (bool) {
        bytes32 structHash = keccak256(
            abi.encode(
                SignedRequests.VALIDATION_TYPEHASH,
                trainer,
                item.validator,
                uint256(batchId) * 256 + item.record,
                item.nonce,
                item.deadline,
                item.maxFeeGwei
            )
        );
        (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecover(_hashTypedData(structHash), item.r, item.vs);
        return failure == ECDSA.RecoverError.NoError && signer == item.validator && signer != address(0);
    }

    /// @dev The trainer judges those that reached it, in order.
    function _merge(address trainer, Validation[] memory all, bytes memory judged)
        private
        returns (uint256 validatedMap)
    {
        uint256 passed = 0;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i].outcome == Outcome.Accepted) ++passed;
        }
        if (judged.length != passed) revert TrainerMisreported(passed, judged.length);
        uint256 next = 0;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i].outcome != Outcome.Accepted) continue;
            uint8 outcome = uint8(judged[next++]);
            if (outcome == 0) {
                validatedMap |= 1 << i;
                continue;
            }
            bool known = outcome > uint8(Outcome.Unfit) && outcome <= uint8(type(Outcome).max);
            all[i].outcome = known ? Outcome(outcome) : Outcome.Unfit;
            emit ValidationSkipped(trainer, all[i].validator, i, all[i].nonce, all[i].outcome);
        }
    }

    function _lengthsOf(bytes calldata records) private pure returns (uint256[] memory lengths) {
        uint256 count = 0;
        for (uint256 cursor = 0; cursor < records.length; ++count) {
            if (count == 255) revert Records.TooManyRecords();
            (,,, cursor) = Records.read(records, cursor);
        }
        lengths = new uint256[](count);
        uint256 place = 0;
        for (uint256 i = 0; i < count; ++i) {
            bytes calldata sample;
            (,, sample, place) = Records.read(records, place);
            lengths[i] = sample.length;
        }
    }
}
