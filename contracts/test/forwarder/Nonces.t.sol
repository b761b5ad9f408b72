// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PlayerWord} from "../../src/libraries/PlayerWord.sol";
import {Batch, House} from "../support/House.sol";
import {Draft} from "../support/Wire.sol";

/// @title Each nonce takes effect at most once, in any order within the window
contract NoncesTest is House {
    using PlayerWord for uint256;

    mapping(uint256 nonce => bool) private _spent;

    function test_nonces_may_arrive_in_any_order() external {
        uint32[6] memory order = [uint32(5), 0, 3, 127, 1, 4];
        bytes memory items;
        for (uint256 i = 0; i < order.length; ++i) {
            items = bytes.concat(items, _item(_draft(0, order[i])));
        }
        _assertOutcomes(_add(items), hex"000000000000");
        _assertOutcomes(_add(items), hex"020202020202");
    }

    function test_what_falls_out_of_the_window_can_no_longer_be_used() external {
        bytes memory late = _item(_draft(0, 9));
        bytes memory lastInside = _item(_draft(0, 10));
        _add(_item(_draft(0, 137)));
        _assertOutcomes(_add(bytes.concat(late, lastInside)), hex"0200");
    }

    function test_the_highest_nonce_of_all_works_once() external {
        bytes memory item = _item(_draft(0, type(uint32).max));
        _assertOutcomes(_add(bytes.concat(item, item)), hex"0002");
    }

    function test_the_window_is_readable() external {
        _add(bytes.concat(_item(_draft(0, 4)), _item(_draft(0, 6))));
        (, uint32 highest, uint128 seen) = forwarder.player(_player(0));
        vm.assertEq(highest, 6, "highest");
        vm.assertEq(seen, 5, "bits of 6 and 4");
    }

    /// @dev Against a plain set of spent nonces, which is what the window abbreviates.
    function testFuzz_window_agrees_with_a_set(uint256 seed, uint16 reach) external {
        uint256 word = _draw(seed, 1 << 20) << 160;
        uint256 balance = word.balanceWei();
        uint256 highest = 0;
        bool any = false;
        for (uint256 i = 0; i < 120; ++i) {
            uint32 nonce = uint32(_draw(seed, i) % (uint256(reach) + 1));
            bool usable = nonce > highest || (highest - nonce < 128 && !_spent[nonce]);
            if (!any && nonce == 0) usable = true;
            (bool fresh, uint256 updated) = word.spendNonce(nonce);
            vm.assertEq(fresh, usable, "usable");
            if (!fresh) vm.assertEq(updated, word, "a refused nonce changes nothing");
            if (fresh) {
                (_spent[nonce], any) = (true, true);
                if (nonce > highest) highest = nonce;
            }
            word = updated;
            vm.assertEq(word.highestNonce(), highest, "highest");
            vm.assertEq(word.balanceWei(), balance, "the balance stays");
        }
    }

    function testFuzz_no_nonce_is_fresh_twice(uint256 word, uint32 nonce) external pure {
        (, uint256 updated) = word.spendNonce(nonce);
        (bool again,) = updated.spendNonce(nonce);
        vm.assertFalse(again, "fresh twice");
    }

    function testFuzz_spending_never_frees_another_nonce(uint256 word, uint32 spent, uint32 other) external pure {
        (bool usable,) = word.spendNonce(other);
        (, uint256 updated) = word.spendNonce(spent);
        (bool after_,) = updated.spendNonce(other);
        vm.assertTrue(usable || !after_, "freed");
    }
}
