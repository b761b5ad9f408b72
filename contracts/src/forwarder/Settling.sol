// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Approval, Terms} from "../interfaces/IForwarder.sol";
import {BatchHeader, ITrainer, Settlement} from "../interfaces/ITrainer.sol";
import {Bits} from "../libraries/Bits.sol";
import {FeeSchedule, FeeSchedules} from "../libraries/FeeSchedules.sol";
import {PlayerWord} from "../libraries/PlayerWord.sol";
import {Pricing} from "../libraries/Pricing.sol";
import {Records} from "../libraries/Records.sol";
import {Players} from "./Players.sol";

/// @title The reward stage: stakes come back, rewards go to players, fees to relayers
/// @notice The adding fee of each settled contribution is credited to the relayer that brought its batch, the settling
/// fee to whoever settles. A player's rewards pay its own part first; the tank pays the rest out of what was set aside.
abstract contract Settling is Players {
    using Bits for uint256;
    using FeeSchedules for FeeSchedule;
    using PlayerWord for uint256;

    /// @dev What settling adds up over the records.
    struct Tally {
        uint256 reserveWei;
        uint256 addFeesWei;
        uint256 settleFeesWei;
        uint256 fromRewardsWei;
        uint256 rewardsWei;
        uint256 settlePriceWei;
        address trainer;
        uint64 batchId;
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
        _checkTerms(trainer, terms, header);
        uint256 before = address(this).balance;
        Settlement memory settlement = ITrainer(trainer).settleBatch(header, records, mask);
        _bookSettled(trainer, terms, header, records, settlement, address(this).balance - before);
        return (settlement.refundedMap, settlement.forfeitedMap);
    }

    /// @dev The header commits to the terms, and the trainer to the header.
    function _checkTerms(address trainer, Terms calldata terms, BatchHeader calldata header) internal view {
        if (_accounts[terms.sponsor][trainer].approval == Approval.Unknown) {
            revert TrainerNotAllowed(terms.sponsor, trainer);
        }
        if (header.payer != address(this) || header.context != keccak256(abi.encode(terms))) revert WrongTerms();
    }

    /// @dev Books what a trainer settled and checks that the money which it reports has come.
    function _bookSettled(
        address trainer,
        Terms calldata terms,
        BatchHeader calldata header,
        bytes calldata records,
        Settlement memory settlement,
        uint256 receivedWei
    ) internal {
        // Where nothing settles no money may come either: it would belong to nobody.
        if (settlement.refundedMap | settlement.forfeitedMap == 0) {
            if (receivedWei != 0) revert TrainerMisreported(0, receivedWei);
            return;
        }
        Tally memory tally = _tally(trainer, terms, header, records, settlement);
        uint256 refundWei = settlement.refundWei;
        if (receivedWei != refundWei + tally.rewardsWei) {
            revert TrainerMisreported(refundWei + tally.rewardsWei, receivedWei);
        }
        uint256 feesWei = tally.addFeesWei + tally.settleFeesWei;
        _bookSettlement(terms.sponsor, trainer, tally.reserveWei, feesWei - tally.fromRewardsWei, refundWei);
        credit[terms.relayer] += tally.addFeesWei;
        credit[msg.sender] += tally.settleFeesWei;
        emit BatchSettled(
            terms.sponsor,
            trainer,
            msg.sender,
            header.id,
            settlement.refundedMap,
            settlement.forfeitedMap,
            feesWei,
            tally.fromRewardsWei
        );
    }

    /// @dev Fees and reserves grow in proportion to the bytes of the samples, so that the sums need only their total.
    function _tally(
        address trainer,
        Terms memory terms,
        BatchHeader memory header,
        bytes calldata records,
        Settlement memory settlement
    ) private returns (Tally memory tally) {
        uint256 settledMap = settlement.refundedMap | settlement.forfeitedMap;
        uint256 settled = settledMap.count();
        uint256 addOverheadWei = Pricing.addOverheadWei(terms, header);
        uint256 sampleBytes = _settledBytes(records, settledMap);
        uint256 settlePriceWei = Pricing.priceWei(tx.gasprice, terms.settleTipCapWei, terms.settlePriceCapWei);
        // The fixed cost belongs to the batch, in equal shares: settling in pieces earns no more of it.
        uint256 settleOverheadWei = FeeSchedules.overheadUnits(terms.schedule.settleBatchUnits, header.accepted, 0)
            * settlePriceWei / header.accepted;
        uint256 newSlots = settlement.newSlots < settled ? settlement.newSlots : settled;
        tally.reserveWei = Pricing.reserveWei(terms, settled, sampleBytes) + settled * addOverheadWei;
        tally.addFeesWei = Pricing.addFeesWei(terms, settled, sampleBytes) + settled * addOverheadWei;
        tally.settleFeesWei = Pricing.settleFeesWei(terms, settled, sampleBytes, settlePriceWei) + settled
            * settleOverheadWei + newSlots * FeeSchedules.NEW_SLOT_UNITS * settlePriceWei;
        (tally.trainer, tally.batchId, tally.settlePriceWei) = (trainer, header.id, settlePriceWei);
        if (settlement.rewardsWei.length != 0) {
            _creditRewards(tally, terms, records, settlement.rewardsWei, settledMap);
        }
    }

    /// @dev Bytes of the samples of the settled records.
    function _settledBytes(bytes calldata records, uint256 settledMap) private pure returns (uint256 sampleBytes) {
        (uint256 cursor, uint256 end) = Records.span(records);
        unchecked {
            for (; settledMap != 0; settledMap >>= 1) {
                uint256 length = Records.sampleBytesOf(Records.wordAt(cursor));
                cursor += Records.HEAD_BYTES + length;
                if (cursor > end) revert Records.BadFraming();
                sampleBytes += length * (settledMap & 1);
            }
        }
    }

    /// @dev Hands out the rewards of the settled contributions.
    function _creditRewards(
        Tally memory tally,
        Terms memory terms,
        bytes calldata records,
        uint256[] memory rewardsWei,
        uint256 settledMap
    ) private {
        (uint256 cursor,) = Records.span(records);
        for (uint256 record = 0; settledMap >> record != 0; ++record) {
            uint256 head = Records.wordAt(cursor);
            cursor += Records.HEAD_BYTES + Records.sampleBytesOf(head);
            if (settledMap.has(record) && rewardsWei[record] != 0) _credit(tally, terms, head, rewardsWei[record]);
        }
    }

    /// @dev A contribution's rewards pay the fees that it causes by itself, the rest of them goes to its player.
    function _credit(Tally memory tally, Terms memory terms, uint256 head, uint256 rewardWei) private {
        uint256 sampleBytes = Records.sampleBytesOf(head);
        uint256 paidWei = Pricing.addFeesWei(terms, 1, sampleBytes)
            + Pricing.settleFeesWei(terms, 1, sampleBytes, tally.settlePriceWei);
        if (paidWei > rewardWei) paidWei = rewardWei;
        tally.fromRewardsWei += paidWei;
        tally.rewardsWei += rewardWei;
        address account = Records.playerOf(head);
        if (rewardWei > paidWei) _players[account] = _players[account].addBalance(rewardWei - paidWei);
        emit PlayerCredited(account, tally.trainer, tally.batchId, rewardWei, paidWei);
    }
}
