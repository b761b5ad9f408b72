// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Approval, Terms} from "../../src/interfaces/IForwarder.sol";
import {BatchHeader, ITrainer, Settlement} from "../../src/interfaces/ITrainer.sol";
import {Bits} from "../../src/libraries/Bits.sol";
import {FeeSchedule, FeeSchedules} from "../../src/libraries/FeeSchedules.sol";
import {PlayerWord} from "../../src/libraries/PlayerWord.sol";
import {Pricing} from "../../src/libraries/Pricing.sol";
import {Records} from "../../src/libraries/Records.sol";
import {Players} from "../../src/forwarder/Players.sol";

/// @title The reward stage: stakes come back, rewards go to players, fees to relayers
/// @notice The adding fee of each settled contribution is credited to the relayer that brought its batch, the settling
/// fee to whoever settles. A player's rewards pay its own part first; the tank pays the rest out of what was set aside.
abstract contract PlainSettling is Players {
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
        uint256 addOverheadWei;
        uint256 settleOverheadWei;
        uint256 settlePriceWei;
        uint256 pricedBytes;
        uint256 addFeeWei;
        uint256 settleFeeWei;
        uint256 oneReserveWei;
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

    function _tally(
        address trainer,
        Terms memory terms,
        BatchHeader memory header,
        bytes calldata records,
        Settlement memory settlement
    ) private returns (Tally memory tally) {
        uint256 settledMap = settlement.refundedMap | settlement.forfeitedMap;
        tally.pricedBytes = type(uint256).max;
        tally.addOverheadWei = Pricing.addOverheadWei(terms, header);
        tally.settlePriceWei = Pricing.priceWei(tx.gasprice, terms.settleTipCapWei, terms.settlePriceCapWei);
        // The fixed cost belongs to the batch, in equal shares: settling in pieces earns no more of it.
        tally.settleOverheadWei = FeeSchedules.overheadUnits(terms.schedule.settleBatchUnits, header.accepted, 0)
            * tally.settlePriceWei / header.accepted;
        uint256 cursor = 0;
        for (uint256 record = 0; settledMap >> record != 0; ++record) {
            (address account,, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (settledMap.has(record)) {
                uint256 rewardWei = settlement.rewardsWei.length == 0 ? 0 : settlement.rewardsWei[record];
                _tallyOne(tally, trainer, account, sample.length, rewardWei, header, terms);
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
        tally.oneReserveWei = Pricing.reserveWei(terms, 1, sampleBytes) + tally.addOverheadWei;
    }
}
