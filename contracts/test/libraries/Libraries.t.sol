// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Bits} from "../../src/libraries/Bits.sol";
import {FeeSchedule, FeeSchedules} from "../../src/libraries/FeeSchedules.sol";
import {FixedLog} from "../../src/libraries/FixedLog.sol";
import {PlayerWord} from "../../src/libraries/PlayerWord.sol";
import {Records} from "../../src/libraries/Records.sol";
import {PlainBayes} from "../reference/PlainBayes.sol";
import {Test} from "../support/Test.sol";
import {Wire} from "../support/Wire.sol";

/// @title The small pure parts
contract LibrariesTest is Test {
    using Bits for uint256;
    using PlayerWord for uint256;

    // --- Bits

    function testFuzz_spread_puts_record_bits_where_their_items_are(uint256 compact, uint256 positions) external pure {
        vm.assume(positions != type(uint256).max);
        compact &= (1 << positions.count()) - 1;
        uint256 map = compact.spread(positions);
        uint256 record = 0;
        for (uint256 i = 0; i < 256; ++i) {
            if (!positions.has(i)) vm.assertFalse(map.has(i), "nothing outside the positions");
            else vm.assertEq(map.has(i), compact.has(record++), "record by record");
        }
        vm.assertEq(map.count(), compact.count(), "none lost");
    }

    // --- PlayerWord

    function test_a_balance_beyond_96_bits_is_refused() external {
        uint256 most = type(uint96).max;
        vm.assertEq(this.addBalance(0, most) >> 160, most, "all of 96 bits");
        vm.expectRevert(abi.encodeWithSelector(PlayerWord.BalanceTooLarge.selector, most + 1));
        this.addBalance(most << 160, 1);
    }

    // --- FixedLog

    function testFuzz_log_is_the_plain_one(uint256 x) external {
        x = _bound(x, 1, (1 << 200) - 1);
        vm.assertEq(int256(FixedLog.log2(x)), new PlainBayes(2, 1, 1).log2(x), "log");
    }

    function testFuzz_log_never_falls(uint128 x) external pure {
        uint256 low = _bound(x, 1, type(uint128).max);
        vm.assertLe(FixedLog.log2(low), FixedLog.log2(low + 1), "monotonic");
    }

    function test_log_is_exact_at_powers_of_two() external pure {
        for (uint256 n = 0; n < 200; ++n) {
            vm.assertEq(FixedLog.log2(1 << n), n << 16, "n");
        }
    }

    // --- FeeSchedules

    function testFuzz_bounds_cover_what_can_happen(
        FeeSchedule memory schedule,
        uint16 sampleBytes,
        uint8 count,
        uint32 newSlots
    ) external pure {
        // Features are 16 bits in every encoding: a sample of odd length fits no model.
        sampleBytes &= 0xfffe;
        uint256 number = _bound(count, 1, 255);
        uint256 total = number * sampleBytes;
        uint256 slots = _bound(newSlots, 0, FeeSchedules.newSlotsBound(number, total) + number);
        uint256 adding = number * FeeSchedules.addUnitsOf(schedule, sampleBytes)
            + FeeSchedules.overheadUnits(schedule.addBatchUnits, number, slots);
        vm.assertLe(adding, number * FeeSchedules.addUnitsBound(schedule, sampleBytes), "adding");
        uint256 settling = number * FeeSchedules.settleUnitsOf(schedule, sampleBytes)
            + FeeSchedules.overheadUnits(schedule.settleBatchUnits, number, _min(slots, number));
        vm.assertLe(settling, number * FeeSchedules.settleUnitsBound(schedule, sampleBytes), "settling");
    }

    function test_the_fixed_cost_is_paid_in_full_from_eight_on() external pure {
        vm.assertEq(FeeSchedules.overheadUnits(80, 1, 0), 10, "one");
        vm.assertEq(FeeSchedules.overheadUnits(80, 7, 0), 70, "seven");
        vm.assertEq(FeeSchedules.overheadUnits(80, 8, 0), 80, "eight");
        vm.assertEq(FeeSchedules.overheadUnits(80, 255, 0), 80, "many");
        vm.assertEq(FeeSchedules.overheadUnits(80, 8, 2), 80 + 2 * 17_100, "new storage");
    }

    // --- PlayerWord

    function testFuzz_balances_leave_the_window_alone(uint256 word, uint96 amountWei) external {
        uint256 low = word & type(uint160).max;
        uint256 before = word.balanceWei();
        if (before + amountWei > type(uint96).max) {
            vm.expectRevert();
            this.addBalance(word, amountWei);
            return;
        }
        uint256 more = word.addBalance(amountWei);
        vm.assertEq(more.balanceWei(), before + amountWei, "added");
        vm.assertEq(more & type(uint160).max, low, "window");
        vm.assertEq(more.subtractBalance(amountWei), word, "and back");
    }

    function testFuzz_no_balance_falls_below_zero(uint256 word, uint96 amountWei) external {
        vm.assume(amountWei > word.balanceWei());
        vm.expectRevert();
        this.subtractBalance(word, amountWei);
    }

    function addBalance(uint256 word, uint256 amountWei) external pure returns (uint256) {
        return word.addBalance(amountWei);
    }

    function subtractBalance(uint256 word, uint256 amountWei) external pure returns (uint256) {
        return word.subtractBalance(amountWei);
    }

    // --- Records

    function testFuzz_reads_what_was_packed(address player, uint16 label, bytes calldata sample) external view {
        vm.assume(sample.length < 65_536);
        bytes memory packed = abi.encodePacked(hex"ff", player, label, uint16(sample.length), sample);
        (address readPlayer, uint16 readLabel, bytes memory readSample, uint256 next) = this.read(packed, 1);
        vm.assertEq(readPlayer, player, "player");
        vm.assertEq(uint256(readLabel), label, "label");
        vm.assertEq(readSample, sample, "sample");
        vm.assertEq(next, packed.length, "next");
        vm.assertEq(this.single(player, label, sample), Wire.slice(packed, 1, packed.length - 1), "single");
    }

    function testFuzz_never_reads_past_the_end(bytes calldata packed, uint256 cursor) external view {
        cursor = _bound(cursor, 0, packed.length);
        try this.read(packed, cursor) returns (address, uint16, bytes memory sample, uint256 next) {
            vm.assertLe(next, packed.length, "within");
            vm.assertEq(next, cursor + 24 + sample.length, "exact");
        } catch (bytes memory reason) {
            vm.assertEq(bytes32(bytes4(reason)), bytes32(Records.BadFraming.selector), "framing");
        }
    }

    function read(bytes calldata packed, uint256 cursor)
        external
        pure
        returns (address player, uint16 label, bytes memory sample, uint256 next)
    {
        return Records.read(packed, cursor);
    }

    function single(address player, uint16 label, bytes calldata sample) external pure returns (bytes memory) {
        return Records.single(player, label, sample);
    }
}
