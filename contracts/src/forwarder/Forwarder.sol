// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Approval, Outcome, Tank, Terms} from "../interfaces/IForwarder.sol";
import {BatchHeader, ITrainer, Settlement} from "../interfaces/ITrainer.sol";
import {Bits} from "../libraries/Bits.sol";
import {FeeSchedule, FeeSchedules} from "../libraries/FeeSchedules.sol";
import {PlayerWord} from "../libraries/PlayerWord.sol";
import {Records} from "../libraries/Records.sol";
import {SignedRequests} from "../libraries/SignedRequests.sol";
import {Players} from "./Players.sol";
import {Tanks} from "./Tanks.sol";

/// @title Forwarder: pays for players' contributions out of sponsors' tanks
/// @notice A relayer brings signed contributions in batches. Items that do not hold (late, replayed, too dear, badly
/// signed, over budget, unfit) are left out with a reason; they never revert the batch nor touch their neighbours. In the
/// reward stage anyone may settle: stakes come back to the tank, rewards go to the players, and the fees are credited to
/// the relayer that brought the batch and to whoever settles it.
///
/// Books, to the wei: balance = sum of tanks (available + reserved) + player balances + relayer credits.
///
/// For whoever runs a relayer: call `addBatch` by `eth_call` first; its outcomes name every item that would be left out.
/// An item that somebody else brings in first costs you its calldata and a storage read, nothing more.
contract Forwarder is Players {
    using Bits for uint256;
    using FeeSchedules for FeeSchedule;
    using PlayerWord for uint256;

    /// @dev Bytes of an item after its record: nonce(4) | deadline(5) | maxFeeGwei(8) | r(32) | vs(32).
    uint256 private constant TAIL_BYTES = 81;

    /// @dev Everything that taking in a batch carries along.
    struct Intake {
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
        bytes scratch;
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

    /// @dev What settling adds up over the records.
    struct Tally {
        uint256 reserveWei;
        uint256 addFeesWei;
        uint256 settleFeesWei;
        uint256 fromRewardsWei;
        uint256 rewardsWei;
        uint256 addOverheadWei;
        uint256 settleOverheadWei;
        uint256 settlePriceWei;
        uint256 pricedBytes;
        uint256 addFeeWei;
        uint256 settleFeeWei;
        uint256 oneReserveWei;
    }

    /// @dev Contributions that took effect in this transaction so far.
    uint256 private transient _addedInTransaction;

    constructor(uint256 withdrawalDelayS_) Tanks(withdrawalDelayS_) {}

    /// @dev Trainers hand back stakes and pay rewards while a call of ours is under way, never otherwise; those whom we
    /// pay send nothing back.
    receive() external payable {
        if (!_reentrancyGuardEntered() || _paying) revert UnexpectedPayment();
    }

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
        Intake memory intake = _openIntake(sponsor, trainer, items.length);
        _admitAll(intake, items);
        if (intake.passed != 0) {
            uint256 acceptedRecords;
            (acceptedRecords, header) = _train(intake);
            acceptedMap = acceptedRecords.spread(intake.passedMap);
            if (acceptedMap != intake.passedMap) _reportUnfit(intake, items, acceptedMap);
            if (acceptedMap != 0) {
                _bookBatch(
                    sponsor, trainer, intake.stakeWei * header.accepted, _reserveFor(intake, acceptedRecords, header)
                );
                _addedInTransaction += header.accepted;
                emit BatchAdded(sponsor, trainer, msg.sender, header.id, acceptedMap, intake.terms);
            }
        }
        return (acceptedMap, intake.outcomes, intake.terms, header);
    }

    /// @notice Settles what is due among the records of a batch; anyone may, and is paid for what settles.
    /// @param terms as returned and published when the batch was added
    /// @param header likewise
    /// @param records the batch's records, from the `DataAdded` event
    /// @param mask records to settle, by record index; those not due or settled before are passed over
    function settle(
        address trainer,
        Terms calldata terms,
        BatchHeader calldata header,
        bytes calldata records,
        uint256 mask
    ) external nonReentrant returns (uint256 refundedMap, uint256 forfeitedMap) {
        if (_accounts[terms.sponsor][trainer].approval == Approval.Unknown) {
            revert TrainerNotAllowed(terms.sponsor, trainer);
        }
        if (header.payer != address(this) || header.context != keccak256(abi.encode(terms))) revert WrongTerms();

        uint256 before = address(this).balance;
        Settlement memory settlement = ITrainer(trainer).settleBatch(header, records, mask);
        (refundedMap, forfeitedMap) = (settlement.refundedMap, settlement.forfeitedMap);
        uint256 refundWei = settlement.refundWei;
        uint256 receivedWei = address(this).balance - before;

        Tally memory tally = _tally(trainer, terms, header, records, settlement);
        if (receivedWei != refundWei + tally.rewardsWei) {
            revert TrainerMisreported(refundWei + tally.rewardsWei, receivedWei);
        }
        uint256 feesWei = tally.addFeesWei + tally.settleFeesWei;
        _bookSettlement(terms.sponsor, trainer, tally.reserveWei, feesWei - tally.fromRewardsWei, refundWei);
        credit[terms.relayer] += tally.addFeesWei;
        credit[msg.sender] += tally.settleFeesWei;
        emit BatchSettled(
            terms.sponsor, trainer, msg.sender, header.id, refundedMap, forfeitedMap, feesWei, tally.fromRewardsWei
        );
    }

    /// @notice The two amounts that a contribution's `maxFeeGwei` must cover, at a given gas price.
    /// @return addFeeWei fee for adding it
    /// @return settleReserveWei what is set aside for settling it, at the sponsor's price cap
    function quote(address sponsor, address trainer, uint256 sampleBytes, uint256 gasPriceWei)
        external
        view
        returns (uint256 addFeeWei, uint256 settleReserveWei)
    {
        FeeSchedule memory schedule = _schedules[sponsor][trainer];
        Tank storage own = _tanks[sponsor];
        addFeeWei = schedule.addUnitsOf(sampleBytes) * _priceWei(gasPriceWei, own.tipCapWei, own.priceCapWei);
        settleReserveWei = schedule.settleUnitsOf(sampleBytes) * own.priceCapWei;
    }

    /// @notice What a player signs to contribute; this is also the contribution's id.
    function contributionDigest(
        address trainer,
        address account,
        uint32 nonce,
        uint40 deadline,
        uint64 maxFeeGwei,
        uint16 label,
        bytes calldata sample
    ) external view returns (bytes32) {
        bytes memory scratch = new bytes(256);
        return _hashTypedData(
            SignedRequests.hashContribution(
                scratch, trainer, account, nonce, deadline, maxFeeGwei, label, keccak256(sample)
            )
        );
    }

    function _openIntake(address sponsor, address trainer, uint256 itemBytes)
        private
        view
        returns (Intake memory intake)
    {
        Tank storage own = _tanks[sponsor];
        if (own.paused) revert TankPaused(sponsor);
        if (!isRelayer[sponsor][msg.sender]) revert RelayerNotAllowed(sponsor, msg.sender);
        if (_accounts[sponsor][trainer].approval != Approval.Approved) revert TrainerNotAllowed(sponsor, trainer);
        intake.trainer = trainer;
        intake.stakeWei = ITrainer(trainer).stakeWei();
        intake.budgetWei = _budgetOf(own);
        intake.pricedBytes = type(uint256).max;
        intake.records = new bytes(itemBytes);
        intake.outcomes = new bytes(Records.MAX_RECORDS);
        intake.scratch = new bytes(256);
        intake.terms.sponsor = sponsor;
        intake.terms.relayer = msg.sender;
        intake.terms.addPriceWei = uint64(_priceWei(tx.gasprice, own.tipCapWei, own.priceCapWei));
        intake.terms.settlePriceCapWei = own.priceCapWei;
        intake.terms.settleTipCapWei = own.tipCapWei;
        intake.terms.schedule = _schedules[sponsor][trainer];
        intake.terms.schedule.addBatchUnits = uint32(_unpaidBatchUnits(intake.terms.schedule.addBatchUnits));
    }

    /// @dev The fixed cost of a transaction is paid once, however many batches it brings.
    function _unpaidBatchUnits(uint256 batchUnits) private view returns (uint256) {
        uint256 paidFor = _addedInTransaction;
        if (paidFor >= FeeSchedules.FULL_BATCH) return 0;
        return batchUnits * (FeeSchedules.FULL_BATCH - paidFor) / FeeSchedules.FULL_BATCH;
    }

    /// @dev Walks over the items; those that hold have their nonce spent and their record copied.
    function _admitAll(Intake memory intake, bytes calldata items) private {
        Item memory item;
        uint256 cursor = 0;
        uint256 index = 0;
        while (cursor < items.length) {
            if (index == Records.MAX_RECORDS) revert TooManyItems();
            cursor = _readItem(item, items, cursor);
            Outcome outcome = _admit(intake, item);
            if (outcome == Outcome.Accepted) {
                _copyRecord(intake, item);
                intake.passedMap |= 1 << index;
                unchecked {
                    ++intake.passed;
                }
            } else {
                intake.outcomes[index] = bytes1(uint8(outcome));
                emit ItemSkipped(intake.trainer, item.player, index, uint32(item.nonce), outcome);
            }
            unchecked {
                ++index;
            }
        }
        bytes memory outcomes = intake.outcomes;
        bytes memory records = intake.records;
        uint256 recordBytes = intake.recordBytes;
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
    function _admit(Intake memory intake, Item memory item) private returns (Outcome) {
        if (block.timestamp > item.deadline) return Outcome.Expired;
        uint256 word = _players[item.player];
        (bool fresh, uint256 updated) = word.spendNonce(uint32(item.nonce));
        if (!fresh) return Outcome.NonceUsed;
        if (item.sampleBytes != intake.pricedBytes) _price(intake, item.sampleBytes);
        if (intake.feeWei > item.maxFeeGwei * 1 gwei) return Outcome.FeeAboveMax;
        if (!_isSigned(intake, item)) return Outcome.BadSignature;
        uint256 costWei = intake.costWei;
        if (costWei > intake.budgetWei) return Outcome.OverBudget;
        unchecked {
            intake.budgetWei -= costWei;
            if (word == 0) ++intake.terms.newPlayers;
        }
        _players[item.player] = updated;
        return Outcome.Accepted;
    }

    /// @dev What a contribution may charge its player and what it can cost its sponsor at most. Neighbours mostly have
    /// samples of one length, so this is worked out again only when the length changes.
    function _price(Intake memory intake, uint256 sampleBytes) private pure {
        Terms memory terms = intake.terms;
        FeeSchedule memory schedule = terms.schedule;
        intake.pricedBytes = sampleBytes;
        intake.feeWei = schedule.addUnitsOf(sampleBytes) * terms.addPriceWei + schedule.settleUnitsOf(sampleBytes)
            * terms.settlePriceCapWei;
        intake.costWei = intake.stakeWei + schedule.addUnitsBound(sampleBytes) * terms.addPriceWei
            + schedule.settleUnitsBound(sampleBytes) * terms.settlePriceCapWei;
        intake.reserveWei = _reserveOf(terms, sampleBytes);
    }

    function _isSigned(Intake memory intake, Item memory item) private view returns (bool) {
        bytes memory records = intake.records;
        uint256 target = intake.recordBytes;
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
        bytes32 structHash = SignedRequests.hashContribution(
            intake.scratch,
            intake.trainer,
            item.player,
            item.nonce,
            item.deadline,
            item.maxFeeGwei,
            item.label,
            sampleHash
        );
        return _signedBy(item.player, structHash, r, vs);
    }

    function _copyRecord(Intake memory intake, Item memory item) private pure {
        bytes memory records = intake.records;
        uint256 target = intake.recordBytes;
        uint256 length = Records.HEAD_BYTES + item.sampleBytes;
        uint256 offset = item.offset;
        assembly ("memory-safe") {
            calldatacopy(add(add(records, 0x20), target), offset, length)
        }
        unchecked {
            intake.recordBytes = target + length;
        }
    }

    /// @dev Hands the records and their stakes to the trainer and checks that it kept exactly the stakes it took.
    function _train(Intake memory intake) private returns (uint256 acceptedRecords, BatchHeader memory header) {
        uint256 before = address(this).balance;
        (acceptedRecords, header) = ITrainer(intake.trainer).addBatch{value: intake.stakeWei * intake.passed}(
            intake.records, intake.passed, keccak256(abi.encode(intake.terms))
        );
        uint256 keptWei = before - address(this).balance;
        if (
            acceptedRecords >> intake.passed != 0 || acceptedRecords.count() != header.accepted
                || header.stakeWei != intake.stakeWei || keptWei != intake.stakeWei * header.accepted
        ) revert TrainerMisreported(intake.stakeWei * header.accepted, keptWei);
    }

    /// @dev Names the items that the trainer left out. A second walk over the items, needed only when there are any.
    function _reportUnfit(Intake memory intake, bytes calldata items, uint256 acceptedMap) private {
        Item memory item;
        uint256 unfitMap = intake.passedMap & ~acceptedMap;
        uint256 cursor = 0;
        for (uint256 index = 0; unfitMap >> index != 0; ++index) {
            cursor = _readItem(item, items, cursor);
            if (!unfitMap.has(index)) continue;
            intake.outcomes[index] = bytes1(uint8(Outcome.Unfit));
            emit ItemSkipped(intake.trainer, item.player, index, uint32(item.nonce), Outcome.Unfit);
        }
    }

    /// @dev Everything that the accepted contributions of a batch can still cost in fees.
    function _reserveFor(Intake memory intake, uint256 acceptedRecords, BatchHeader memory header)
        private
        pure
        returns (uint256 reserveWei)
    {
        Terms memory terms = intake.terms;
        bytes memory records = intake.records;
        uint256 cursor = 0;
        uint256 totalBytes = 0;
        for (uint256 record = 0; record < intake.passed; ++record) {
            (, uint256 sampleBytes) = _recordAt(records, cursor);
            cursor += Records.HEAD_BYTES + sampleBytes;
            if (!acceptedRecords.has(record)) continue;
            if (sampleBytes != intake.pricedBytes) _price(intake, sampleBytes);
            totalBytes += sampleBytes;
            reserveWei += intake.reserveWei;
        }
        reserveWei += _addOverheadWei(terms, header) * header.accepted;
        // A trainer's own figure is believed only within what contributions can cause.
        if (header.newSlots > FeeSchedules.newSlotsBound(header.accepted, totalBytes)) {
            revert TrainerMisreported(FeeSchedules.newSlotsBound(header.accepted, totalBytes), header.newSlots);
        }
    }

    /// @dev The part of a contribution's reserve that its sample decides.
    function _reserveOf(Terms memory terms, uint256 sampleBytes) private pure returns (uint256) {
        return terms.schedule.addUnitsOf(sampleBytes) * terms.addPriceWei + terms.schedule.settleUnitsBound(sampleBytes)
            * terms.settlePriceCapWei;
    }

    /// @dev Each contribution's equal share of what adding the batch cost beside the contributions' own parts.
    function _addOverheadWei(Terms memory terms, BatchHeader memory header) private pure returns (uint256) {
        // A player whose item was left out is new all the same; the sponsor pays for those that took effect.
        uint256 newPlayers = terms.newPlayers < header.accepted ? terms.newPlayers : header.accepted;
        uint256 units =
            FeeSchedules.overheadUnits(terms.schedule.addBatchUnits, header.accepted, newPlayers + header.newSlots);
        return units * terms.addPriceWei / header.accepted;
    }

    function _tally(
        address trainer,
        Terms memory terms,
        BatchHeader memory header,
        bytes calldata records,
        Settlement memory settlement
    ) private returns (Tally memory tally) {
        uint256 settledMap = settlement.refundedMap | settlement.forfeitedMap;
        if (settledMap == 0) return tally;
        tally.pricedBytes = type(uint256).max;
        tally.addOverheadWei = _addOverheadWei(terms, header);
        tally.settlePriceWei = _priceWei(tx.gasprice, terms.settleTipCapWei, terms.settlePriceCapWei);
        // The fixed cost belongs to the batch, in equal shares: settling in pieces earns no more of it.
        tally.settleOverheadWei = FeeSchedules.overheadUnits(terms.schedule.settleBatchUnits, header.accepted, 0)
            * tally.settlePriceWei / header.accepted;
        uint256 cursor = 0;
        for (uint256 record = 0; settledMap >> record != 0; ++record) {
            (address account,, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (settledMap.has(record)) {
                _tallyOne(tally, trainer, account, sample.length, settlement.rewardsWei[record], header, terms);
            }
        }
        uint256 settled = settledMap.count();
        uint256 newSlots = settlement.newSlots < settled ? settlement.newSlots : settled;
        tally.settleFeesWei += newSlots * FeeSchedules.NEW_SLOT_UNITS * tally.settlePriceWei;
    }

    /// @dev One settled contribution: its rewards pay its own fee, the rest of them goes to the player.
    function _tallyOne(
        Tally memory tally,
        address trainer,
        address account,
        uint256 sampleBytes,
        uint256 rewardWei,
        BatchHeader memory header,
        Terms memory terms
    ) private {
        if (sampleBytes != tally.pricedBytes) _priceSettled(tally, sampleBytes, terms);
        tally.reserveWei += tally.oneReserveWei;
        tally.addFeesWei += tally.addFeeWei;
        tally.settleFeesWei += tally.settleFeeWei;
        if (rewardWei == 0) return;
        uint256 paidWei = tally.addFeeWei - tally.addOverheadWei + tally.settleFeeWei - tally.settleOverheadWei;
        if (paidWei > rewardWei) paidWei = rewardWei;
        tally.fromRewardsWei += paidWei;
        tally.rewardsWei += rewardWei;
        if (rewardWei > paidWei) _players[account] = _players[account].addBalance(rewardWei - paidWei);
        emit PlayerCredited(account, trainer, header.id, rewardWei, paidWei);
    }

    /// @dev Fees and reserve of a contribution with a sample of this length, its share of the overhead included.
    function _priceSettled(Tally memory tally, uint256 sampleBytes, Terms memory terms) private pure {
        tally.pricedBytes = sampleBytes;
        tally.addFeeWei = terms.schedule.addUnitsOf(sampleBytes) * terms.addPriceWei + tally.addOverheadWei;
        tally.settleFeeWei = terms.schedule.settleUnitsOf(sampleBytes) * tally.settlePriceWei + tally.settleOverheadWei;
        tally.oneReserveWei = _reserveOf(terms, sampleBytes) + tally.addOverheadWei;
    }

    /// @dev min(gas price, base fee + tip cap, price cap), in wei; the cap keeps it within 64 bits.
    function _priceWei(uint256 gasPriceWei, uint256 tipCapWei, uint256 priceCapWei) private view returns (uint256) {
        uint256 fairWei = block.basefee + tipCapWei;
        uint256 priceWei = gasPriceWei < fairWei ? gasPriceWei : fairWei;
        return priceWei < priceCapWei ? priceWei : priceCapWei;
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
