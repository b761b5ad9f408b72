// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Terms} from "../interfaces/IForwarder.sol";
import {BatchHeader} from "../interfaces/ITrainer.sol";
import {FeeSchedule, FeeSchedules} from "./FeeSchedules.sol";

/// @title What a batch's terms come to in wei: the same arithmetic when money is set aside and when it is paid out
library Pricing {
    using FeeSchedules for FeeSchedule;

    /// @notice min(gas price, base fee + tip cap, price cap), in wei; the cap keeps it within 64 bits.
    function priceWei(uint256 gasPriceWei, uint256 tipCapWei, uint256 priceCapWei) internal view returns (uint256) {
        uint256 fairWei = block.basefee + tipCapWei;
        uint256 price = gasPriceWei < fairWei ? gasPriceWei : fairWei;
        return price < priceCapWei ? price : priceCapWei;
    }

    /// @notice The parts of the reserves of `count` contributions that their samples, `sampleBytes` in all, decide. Units
    /// grow in proportion to bytes, so a sum needs no walk over its parts.
    function reserveWei(Terms memory terms, uint256 count, uint256 sampleBytes) internal pure returns (uint256) {
        FeeSchedule memory schedule = terms.schedule;
        uint256 fixedWei =
            schedule.addUnitsOf(0) * terms.addPriceWei + schedule.settleUnitsBound(0) * terms.settlePriceCapWei;
        uint256 perByteWei = uint256(schedule.addUnitsPerByte) * terms.addPriceWei
            + uint256(schedule.settleUnitsPerByte) * terms.settlePriceCapWei;
        return count * fixedWei + sampleBytes * perByteWei;
    }

    /// @notice What adding `count` contributions costs by their samples, `sampleBytes` in all.
    function addFeesWei(Terms memory terms, uint256 count, uint256 sampleBytes) internal pure returns (uint256) {
        FeeSchedule memory schedule = terms.schedule;
        return (count * schedule.addUnits + sampleBytes * schedule.addUnitsPerByte) * terms.addPriceWei;
    }

    /// @notice What settling `count` contributions costs by their samples, `sampleBytes` in all.
    function settleFeesWei(Terms memory terms, uint256 count, uint256 sampleBytes, uint256 unitPriceWei)
        internal
        pure
        returns (uint256)
    {
        FeeSchedule memory schedule = terms.schedule;
        return (count * schedule.settleUnits + sampleBytes * schedule.settleUnitsPerByte) * unitPriceWei;
    }

    /// @notice Each contribution's equal share of what adding the batch cost beside the contributions' own parts.
    function addOverheadWei(Terms memory terms, BatchHeader memory header) internal pure returns (uint256) {
        // A player whose item was left out is new all the same; the sponsor pays for those that took effect.
        uint256 newPlayers = terms.newPlayers < header.accepted ? terms.newPlayers : header.accepted;
        uint256 units =
            FeeSchedules.overheadUnits(terms.schedule.addBatchUnits, header.accepted, newPlayers + header.newSlots);
        return units * terms.addPriceWei / header.accepted;
    }
}
