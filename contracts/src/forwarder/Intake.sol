// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Approval, Outcome, Tank, Terms} from "../interfaces/IForwarder.sol";
import {BatchHeader, ITrainer} from "../interfaces/ITrainer.sol";
import {Bits} from "../libraries/Bits.sol";
import {FeeSchedule, FeeSchedules} from "../libraries/FeeSchedules.sol";
import {PlayerWord} from "../libraries/PlayerWord.sol";
import {Pricing} from "../libraries/Pricing.sol";
import {Records} from "../libraries/Records.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {SignedRequests} from "../libraries/SignedRequests.sol";
import {Players} from "./Players.sol";

/// @title Taking in batches of signed contributions
/// @notice Items that do not hold (late, replayed, too dear, badly signed, over budget, unfit) are left out with a reason;
/// they never revert the batch nor touch their neighbours.
abstract contract Intake is Players {
    using Bits for uint256;
    using FeeSchedules for FeeSchedule;
    using PlayerWord for uint256;

    /// @dev Bytes of an item after its record: nonce(4) | deadline(5) | maxFeeGwei(8) | r(32) | vs(32).
    uint256 private constant TAIL_BYTES = 81;

    /// @dev A batch in the making. The amounts are those of a contribution with a sample of `pricedBytes`.
    struct Draft {
        address trainer;
        uint256 stakeWei;
        uint256 budgetWei;
        uint256 passedMap;
        uint256 pricedBytes;
        uint256 feeWei;
        uint256 costWei;
        uint256 page;
        bytes records;
        bytes outcomes;
        Terms terms;
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
        if (draft.passedMap != 0) {
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
        draft.page = SignedRequests.newPage(trainer, _domainSeparator());
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

    /// @dev Walks over the items; those that hold have their nonce spent and their record copied. Positions are absolute
    /// ones in calldata (`cursor`, `tail`, `end`) and in memory (`place`); none of them can overflow.
    function _admitAll(Draft memory draft, bytes calldata items) private {
        (uint256 cursor, uint256 end) = Records.span(items);
        uint256 start = _start(draft.records);
        uint256 place = start;
        uint256 index = 0;
        uint256 passedMap = 0;
        unchecked {
            while (cursor < end) {
                if (index == Records.MAX_RECORDS) revert TooManyItems();
                uint256 tail = _tailOf(cursor, end);
                Outcome outcome = _admit(draft, cursor, tail, place);
                if (outcome == Outcome.Accepted) {
                    passedMap |= 1 << index;
                    place += tail - cursor;
                } else {
                    _leaveOut(draft, cursor, tail, index, outcome);
                }
                cursor = tail + TAIL_BYTES;
                ++index;
            }
        }
        draft.passedMap = passedMap;
        // Both were made for the longest case; they only ever become shorter.
        _shorten(draft.outcomes, index);
        _shorten(draft.records, place - start);
    }

    /// @dev Where the record of the item at `cursor` ends. What an item that is cut off claims to be its length lies beyond
    /// the end in any case.
    function _tailOf(uint256 cursor, uint256 end) private pure returns (uint256 tail) {
        unchecked {
            tail = cursor + Records.HEAD_BYTES + Records.sampleBytesOf(Records.wordAt(cursor));
            if (tail + TAIL_BYTES > end) revert BadFraming();
        }
    }

    /// @dev Cheap checks first: the nonce is read before a signature is recovered, so a replayed item costs little.
    function _admit(Draft memory draft, uint256 cursor, uint256 tail, uint256 place) private returns (Outcome) {
        uint256 head = Records.wordAt(cursor);
        uint256 request = Records.wordAt(tail);
        if (block.timestamp > uint40(request >> 184)) return Outcome.Expired;
        uint256 slot = _slotOf(Records.playerOf(head));
        uint256 word;
        assembly ("memory-safe") {
            word := sload(slot)
        }
        (bool fresh, uint256 updated) = word.spendNonce(uint32(request >> 224));
        if (!fresh) return Outcome.NonceUsed;
        uint256 sampleBytes = Records.sampleBytesOf(head);
        if (sampleBytes != draft.pricedBytes) _price(draft, sampleBytes);
        unchecked {
            if (draft.feeWei > uint256(uint64(request >> 120)) * 1 gwei) return Outcome.FeeAboveMax;
            if (!_isSigned(draft.page, cursor, tail, place)) return Outcome.BadSignature;
            uint256 leftWei = draft.budgetWei;
            uint256 costWei = draft.costWei;
            if (costWei > leftWei) return Outcome.OverBudget;
            draft.budgetWei = leftWei - costWei;
            if (word == 0) ++draft.terms.newPlayers;
        }
        assembly ("memory-safe") {
            sstore(slot, updated)
        }
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
    }

    /// @dev Copies the record to `place` and hashes its sample there. The place is free until the record is taken: it lies
    /// within `draft.records`, which is as long as all items together.
    function _isSigned(uint256 page, uint256 cursor, uint256 tail, uint256 place) private view returns (bool) {
        bytes32 sampleHash;
        assembly ("memory-safe") {
            calldatacopy(place, cursor, sub(tail, cursor))
            sampleHash := keccak256(add(place, 24), sub(sub(tail, cursor), 24))
        }
        uint256 head = Records.wordAt(cursor);
        uint256 request = Records.wordAt(tail);
        bytes32 digest = SignedRequests.digestOn(
            page,
            head >> 96,
            request >> 224,
            uint40(request >> 184),
            uint64(request >> 120),
            Records.labelOf(head),
            sampleHash
        );
        unchecked {
            bytes32 r = bytes32(Records.wordAt(tail + 17));
            return Signatures.isBy(Records.playerOf(head), digest, r, bytes32(Records.wordAt(tail + 49)));
        }
    }

    function _leaveOut(Draft memory draft, uint256 cursor, uint256 tail, uint256 index, Outcome outcome) private {
        draft.outcomes[index] = bytes1(uint8(outcome));
        address account = Records.playerOf(Records.wordAt(cursor));
        emit ItemSkipped(draft.trainer, account, index, uint32(Records.wordAt(tail) >> 224), outcome);
    }

    /// @dev Hands the records and their stakes to the trainer and checks that it kept exactly the stakes it took.
    function _train(Draft memory draft) private returns (uint256 acceptedRecords, BatchHeader memory header) {
        uint256 passed = draft.passedMap.count();
        uint256 before = address(this).balance;
        (acceptedRecords, header) = ITrainer(draft.trainer).addBatch{value: draft.stakeWei * passed}(
            draft.records, passed, keccak256(abi.encode(draft.terms))
        );
        uint256 keptWei = before - address(this).balance;
        if (
            acceptedRecords >> passed != 0 || acceptedRecords.count() != header.accepted
                || header.stakeWei != draft.stakeWei || keptWei != draft.stakeWei * header.accepted
        ) revert TrainerMisreported(draft.stakeWei * header.accepted, keptWei);
    }

    /// @dev Names the items that the trainer left out. A second walk over the items, needed only when there are any.
    function _reportUnfit(Draft memory draft, bytes calldata items, uint256 acceptedMap) private {
        uint256 unfitMap = draft.passedMap & ~acceptedMap;
        (uint256 cursor, uint256 end) = Records.span(items);
        for (uint256 index = 0; unfitMap >> index != 0; ++index) {
            uint256 tail = _tailOf(cursor, end);
            if (unfitMap.has(index)) _leaveOut(draft, cursor, tail, index, Outcome.Unfit);
            cursor = tail + TAIL_BYTES;
        }
    }

    /// @dev Everything that the accepted contributions of a batch can still cost in fees.
    function _reserveFor(Draft memory draft, uint256 acceptedRecords, BatchHeader memory header)
        private
        pure
        returns (uint256 reserveWei)
    {
        Terms memory terms = draft.terms;
        uint256 totalBytes = _acceptedBytes(draft.records, draft.passedMap.count(), acceptedRecords);
        reserveWei = Pricing.reserveWei(terms, header.accepted, totalBytes);
        reserveWei += Pricing.addOverheadWei(terms, header) * header.accepted;
        // A trainer's own figure is believed only within what contributions can cause.
        if (header.newSlots > FeeSchedules.newSlotsBound(header.accepted, totalBytes)) {
            revert TrainerMisreported(FeeSchedules.newSlotsBound(header.accepted, totalBytes), header.newSlots);
        }
    }

    /// @dev Bytes of the samples of the accepted ones of `passed` records; a walk only when some were left out.
    function _acceptedBytes(bytes memory records, uint256 passed, uint256 acceptedRecords)
        private
        pure
        returns (uint256 totalBytes)
    {
        unchecked {
            if (acceptedRecords == (1 << passed) - 1) return records.length - passed * Records.HEAD_BYTES;
            uint256 place = _start(records);
            for (uint256 record = 0; acceptedRecords >> record != 0; ++record) {
                uint256 sampleBytes;
                assembly ("memory-safe") {
                    sampleBytes := and(shr(64, mload(place)), 0xffff)
                }
                if (acceptedRecords.has(record)) totalBytes += sampleBytes;
                place += Records.HEAD_BYTES + sampleBytes;
            }
        }
    }

    /// @dev Where the content of an array begins in memory.
    function _start(bytes memory array) private pure returns (uint256 place) {
        assembly ("memory-safe") {
            place := add(array, 0x20)
        }
    }

    /// @dev Makes an array shorter than it was made.
    function _shorten(bytes memory array, uint256 length) private pure {
        assembly ("memory-safe") {
            mstore(array, length)
        }
    }
}
