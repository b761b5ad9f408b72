// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FeeSchedule, FeeSchedules} from "../src/libraries/FeeSchedules.sol";
import {Pricing} from "../src/libraries/Pricing.sol";

/// @title Promise 3, for every schedule and every price: fees stay within what was set aside for them
contract PricingProof {
    using FeeSchedules for FeeSchedule;

    /// @notice A unit of gas costs at most the sponsor's cap, the transaction's price, and the base fee with the tip cap.
    function check_the_price_is_the_least_of_the_three(uint256 gasPriceWei, uint64 tipCapWei, uint64 priceCapWei)
        external
        view
    {
        uint256 priceWei = Pricing.priceWei(gasPriceWei, tipCapWei, priceCapWei);
        uint256 fairWei = block.basefee + tipCapWei;
        assert(priceWei <= gasPriceWei && priceWei <= fairWei && priceWei <= priceCapWei);
        assert(priceWei == gasPriceWei || priceWei == fairWei || priceWei == priceCapWei);
    }

    /// @notice Units of a whole contribution stay within 33 bits: no price of 64 bits carries them over a word.
    function check_units_stay_small(FeeSchedule memory schedule, uint16 sampleBytes) external pure {
        assert(schedule.addUnitsOf(sampleBytes) < 1 << 33);
        assert(schedule.settleUnitsOf(sampleBytes) < 1 << 33);
        assert(schedule.settleUnitsBound(sampleBytes) < 1 << 34);
        assert(schedule.addUnitsBound(sampleBytes) < 1 << 34);
    }

    /// @notice Settling one contribution, with its share of the fixed cost and one new word, is within its bound.
    function check_settling_stays_within_its_bound(FeeSchedule memory schedule, uint16 sampleBytes) external pure {
        uint256 own = schedule.settleUnitsOf(sampleBytes);
        uint256 share = FeeSchedules.overheadUnits(schedule.settleBatchUnits, 1, 0);
        assert(own + share + FeeSchedules.NEW_SLOT_UNITS <= schedule.settleUnitsBound(sampleBytes));
    }

    /// @notice However many contributions settle, the fixed cost is never more than what the schedule says.
    function check_the_fixed_cost_is_a_bound(uint32 batchUnits, uint8 count) external pure {
        assert(FeeSchedules.overheadUnits(batchUnits, count, 0) <= batchUnits);
    }
}
