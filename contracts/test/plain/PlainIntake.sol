// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {Approval, Outcome, Tank, Terms} from "../../src/interfaces/IForwarder.sol";
import {BatchHeader, ITrainer} from "../../src/interfaces/ITrainer.sol";
import {Bits} from "../../src/libraries/Bits.sol";
import {FeeSchedule, FeeSchedules} from "../../src/libraries/FeeSchedules.sol";
import {PlayerWord} from "../../src/libraries/PlayerWord.sol";
import {Pricing} from "../../src/libraries/Pricing.sol";
import {Records} from "../../src/libraries/Records.sol";
import {SignedRequests} from "../../src/libraries/SignedRequests.sol";
import {Players} from "../../src/forwarder/Players.sol";

/// @title Taking in batches of signed contributions
/// @notice Items that do not hold (late, replayed, too dear, badly signed, over budget, unfit) are left out with a reason;
/// they never revert the batch nor touch their neighbours.
abstract contract PlainIntake is Players {
    using Bits for uint256;
    using FeeSchedules for FeeSchedule;
    using PlayerWord for uint256;

    /// @dev Bytes of an item after its record: nonce(4) | deadline(5) | maxFeeGwei(8) | r(32) | vs(32).
    uint256 private constant TAIL_BYTES = 81;

    /// @dev A batch in the making.
    struct Draft {
        address trainer;
        uint256 stakeWei;
        uint256 budgetWei;
        uint256 passedMap;
        uint256 passed;
        uint256 recordBytes;
        uint256 pricedBytes;
        uint256 feeWei;
        uint256 costWei;
        uint256 reserveWei;
        bytes records;
        bytes outcomes;
        Terms terms;
    }

    /// @dev One item as it lies in calldata.
    struct Item {
        address player;
        uint256 label;
        uint256 sampleBytes;
        uint256 nonce;
        uint256 deadline;
        uint256 maxFeeGwei;
        uint256 offset;
        uint256 tail;
    }

    /// @dev Contributions that took effect in this transaction so far.
    uint256 private transient _addedInTransaction;

    /// @notice Adds a batch of signed contributions to a trainer at a sponsor's expense.
    /// @param sponsor whose tank pays; it must allow the caller and approve the trainer
    /// @param items packed items, `record | nonce(4) | deadline(5) | maxFeeGwei(8) | r(32) | vs(32)` each
    /// @return acceptedMap items that took effect, by item index
    /// @return outcomes one byte for each item, see `Outcome`
    /// @return terms what settling needs beside the header
    /// @return header what settling needs beside the terms; `accepted == 0` means that nothing took effect
    function addBatch(address sponsor, address trainer, bytes calldata items)
        external
        nonReentrant
        returns (uint256 acceptedMap, bytes memory outcomes, Terms memory terms, BatchHeader memory header)
    {
        Draft memory draft = _openIntake(sponsor, trainer, items.length);
        _admitAll(draft, items);
        if (draft.passed != 0) {
            uint256 acceptedRecords;
            (acceptedRecords, header) = _train(draft);
            acceptedMap = acceptedRecords.spread(draft.passedMap);
            if (acceptedMap != draft.passedMap) _reportUnfit(draft, items, acceptedMap);
            if (acceptedMap != 0) {
                _bookBatch(
                    sponsor, trainer, draft.stakeWei * header.accepted, _reserveFor(draft, acceptedRecords, header)
                );
                _addedInTransaction += header.accepted;
                emit BatchAdded(sponsor, trainer, msg.sender, header.id, acceptedMap, draft.terms);
            }
        }
        return (acceptedMap, draft.outcomes, draft.terms, header);
    }

    function _openIntake(address sponsor, address trainer, uint256 itemBytes)
        private
        view
        returns (Draft memory draft)
    {
        Tank storage own = _tanks[sponsor];
        if (own.paused) revert TankPaused(sponsor);
        if (!isRelayer[sponsor][msg.sender]) revert RelayerNotAllowed(sponsor, msg.sender);
        if (_accounts[sponsor][trainer].approval != Approval.Approved) revert TrainerNotAllowed(sponsor, trainer);
        draft.trainer = trainer;
        draft.stakeWei = ITrainer(trainer).stakeWei();
        draft.budgetWei = _budgetOf(own);
        draft.pricedBytes = type(uint256).max;
        draft.records = new bytes(itemBytes);
        draft.outcomes = new bytes(Records.MAX_RECORDS);
        draft.terms.sponsor = sponsor;
        draft.terms.relayer = msg.sender;
        draft.terms.addPriceWei = uint64(Pricing.priceWei(tx.gasprice, own.tipCapWei, own.priceCapWei));
        draft.terms.settlePriceCapWei = own.priceCapWei;
        draft.terms.settleTipCapWei = own.tipCapWei;
        draft.terms.schedule = _schedules[sponsor][trainer];
        draft.terms.schedule.addBatchUnits = uint32(_unpaidBatchUnits(draft.terms.schedule.addBatchUnits));
    }

    /// @dev The fixed cost of a transaction is paid once, however many batches it brings.
    function _unpaidBatchUnits(uint256 batchUnits) private view returns (uint256) {
        uint256 paidFor = _addedInTransaction;
        if (paidFor >= FeeSchedules.FULL_BATCH) return 0;
        return batchUnits * (FeeSchedules.FULL_BATCH - paidFor) / FeeSchedules.FULL_BATCH;
    }

    /// @dev Walks over the items; those that hold have their nonce spent and their record copied.
    function _admitAll(Draft memory draft, bytes calldata items) private {
        Item memory item;
        uint256 cursor = 0;
        uint256 index = 0;
        while (cursor < items.length) {
            if (index == Records.MAX_RECORDS) revert TooManyItems();
            cursor = _readItem(item, items, cursor);
            Outcome outcome = _admit(draft, item);
            if (outcome == Outcome.Accepted) {
                _copyRecord(draft, item);
                draft.passedMap |= 1 << index;
                unchecked {
                    ++draft.passed;
                }
            } else {
                draft.outcomes[index] = bytes1(uint8(outcome));
                emit ItemSkipped(draft.trainer, item.player, index, uint32(item.nonce), outcome);
            }
            unchecked {
                ++index;
            }
        }
        bytes memory outcomes = draft.outcomes;
        bytes memory records = draft.records;
        uint256 recordBytes = draft.recordBytes;
        // Both were made for the longest case; they only ever become shorter.
        assembly ("memory-safe") {
            mstore(outcomes, index)
            mstore(records, recordBytes)
        }
    }

    function _readItem(Item memory item, bytes calldata items, uint256 cursor) private pure returns (uint256 next) {
        uint256 offset;
        uint256 head;
        assembly ("memory-safe") {
            offset := add(items.offset, cursor)
            head := calldataload(offset)
        }
        uint256 sampleBytes = uint16(head >> 64);
        unchecked {
            next = cursor + Records.HEAD_BYTES + sampleBytes + TAIL_BYTES;
        }
        if (cursor + Records.HEAD_BYTES > items.length || next > items.length) revert BadFraming();
        uint256 tail = offset + Records.HEAD_BYTES + sampleBytes;
        uint256 word;
        assembly ("memory-safe") {
            word := calldataload(tail)
        }
        item.player = address(uint160(head >> 96));
        item.label = uint16(head >> 80);
        item.sampleBytes = sampleBytes;
        item.nonce = word >> 224;
        item.deadline = uint40(word >> 184);
        item.maxFeeGwei = uint64(word >> 120);
        item.offset = offset;
        item.tail = tail;
    }

    /// @dev Cheap checks first: the nonce is read before a signature is recovered, so a replayed item costs little.
    function _admit(Draft memory draft, Item memory item) private returns (Outcome) {
        if (block.timestamp > item.deadline) return Outcome.Expired;
        uint256 word = _players[item.player];
        (bool fresh, uint256 updated) = word.spendNonce(uint32(item.nonce));
        if (!fresh) return Outcome.NonceUsed;
        if (item.sampleBytes != draft.pricedBytes) _price(draft, item.sampleBytes);
        if (draft.feeWei > item.maxFeeGwei * 1 gwei) return Outcome.FeeAboveMax;
        if (!_isSigned(draft, item)) return Outcome.BadSignature;
        uint256 costWei = draft.costWei;
        if (costWei > draft.budgetWei) return Outcome.OverBudget;
        unchecked {
            draft.budgetWei -= costWei;
            if (word == 0) ++draft.terms.newPlayers;
        }
        _players[item.player] = updated;
        return Outcome.Accepted;
    }

    /// @dev What a contribution may charge its player and what it can cost its sponsor at most. Neighbours mostly have
    /// samples of one length, so this is worked out again only when the length changes.
    function _price(Draft memory draft, uint256 sampleBytes) private pure {
        Terms memory terms = draft.terms;
        FeeSchedule memory schedule = terms.schedule;
        draft.pricedBytes = sampleBytes;
        draft.feeWei = schedule.addUnitsOf(sampleBytes) * terms.addPriceWei + schedule.settleUnitsOf(sampleBytes)
            * terms.settlePriceCapWei;
        draft.costWei = draft.stakeWei + schedule.addUnitsBound(sampleBytes) * terms.addPriceWei
            + schedule.settleUnitsBound(sampleBytes) * terms.settlePriceCapWei;
        draft.reserveWei = Pricing.reserveWei(terms, 1, sampleBytes);
    }

    function _isSigned(Draft memory draft, Item memory item) private view returns (bool) {
        bytes memory records = draft.records;
        uint256 target = draft.recordBytes;
        bytes32 sampleHash;
        bytes32 r;
        bytes32 vs;
        uint256 sampleBytes = item.sampleBytes;
        uint256 offset = item.offset;
        uint256 tail = item.tail;
        // The sample is hashed where its record will lie; the space is free until the record is taken.
        assembly ("memory-safe") {
            let place := add(add(records, 0x20), target)
            calldatacopy(place, add(offset, 24), sampleBytes)
            sampleHash := keccak256(place, sampleBytes)
            r := calldataload(add(tail, 17))
            vs := calldataload(add(tail, 49))
        }
        bytes32 structHash = keccak256(
            abi.encode(
                SignedRequests.CONTRIBUTION_TYPEHASH,
                draft.trainer,
                item.player,
                item.nonce,
                item.deadline,
                item.maxFeeGwei,
                item.label,
                sampleHash
            )
        );
        (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecover(_hashTypedData(structHash), r, vs);
        return failure == ECDSA.RecoverError.NoError && signer == item.player && item.player != address(0);
    }

    function _copyRecord(Draft memory draft, Item memory item) private pure {
        bytes memory records = draft.records;
        uint256 target = draft.recordBytes;
        uint256 length = Records.HEAD_BYTES + item.sampleBytes;
        uint256 offset = item.offset;
        assembly ("memory-safe") {
            calldatacopy(add(add(records, 0x20), target), offset, length)
        }
        unchecked {
            draft.recordBytes = target + length;
        }
    }

    /// @dev Hands the records and their stakes to the trainer and checks that it kept exactly the stakes it took.
    function _train(Draft memory draft) private returns (uint256 acceptedRecords, BatchHeader memory header) {
        uint256 before = address(this).balance;
        (acceptedRecords, header) = ITrainer(draft.trainer).addBatch{value: draft.stakeWei * draft.passed}(
            draft.records, draft.passed, keccak256(abi.encode(draft.terms))
        );
        uint256 keptWei = before - address(this).balance;
        if (
            acceptedRecords >> draft.passed != 0 || acceptedRecords.count() != header.accepted
                || header.stakeWei != draft.stakeWei || keptWei != draft.stakeWei * header.accepted
        ) revert TrainerMisreported(draft.stakeWei * header.accepted, keptWei);
    }

    /// @dev Names the items that the trainer left out. A second walk over the items, needed only when there are any.
    function _reportUnfit(Draft memory draft, bytes calldata items, uint256 acceptedMap) private {
        Item memory item;
        uint256 unfitMap = draft.passedMap & ~acceptedMap;
        uint256 cursor = 0;
        for (uint256 index = 0; unfitMap >> index != 0; ++index) {
            cursor = _readItem(item, items, cursor);
            if (!unfitMap.has(index)) continue;
            draft.outcomes[index] = bytes1(uint8(Outcome.Unfit));
            emit ItemSkipped(draft.trainer, item.player, index, uint32(item.nonce), Outcome.Unfit);
        }
    }

    /// @dev Everything that the accepted contributions of a batch can still cost in fees.
    function _reserveFor(Draft memory draft, uint256 acceptedRecords, BatchHeader memory header)
        private
        pure
        returns (uint256 reserveWei)
    {
        Terms memory terms = draft.terms;
        bytes memory records = draft.records;
        uint256 cursor = 0;
        uint256 totalBytes = 0;
        for (uint256 record = 0; record < draft.passed; ++record) {
            (, uint256 sampleBytes) = _recordAt(records, cursor);
            cursor += Records.HEAD_BYTES + sampleBytes;
            if (!acceptedRecords.has(record)) continue;
            if (sampleBytes != draft.pricedBytes) _price(draft, sampleBytes);
            totalBytes += sampleBytes;
            reserveWei += draft.reserveWei;
        }
        reserveWei += Pricing.addOverheadWei(terms, header) * header.accepted;
        // A trainer's own figure is believed only within what contributions can cause.
        if (header.newSlots > FeeSchedules.newSlotsBound(header.accepted, totalBytes)) {
            revert TrainerMisreported(FeeSchedules.newSlotsBound(header.accepted, totalBytes), header.newSlots);
        }
    }

    function _recordAt(bytes memory records, uint256 cursor)
        private
        pure
        returns (address account, uint256 sampleBytes)
    {
        assembly ("memory-safe") {
            let head := mload(add(add(records, 0x20), cursor))
            account := shr(96, head)
            sampleBytes := and(shr(64, head), 0xffff)
        }
    }
}
