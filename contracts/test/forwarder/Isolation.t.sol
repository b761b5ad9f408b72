// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IForwarder, Outcome} from "../../src/interfaces/IForwarder.sol";
import {Batch, House} from "../support/House.sol";
import {Draft, Wire} from "../support/Wire.sol";

/// @title One bad item never reverts a batch and never touches its neighbours
contract IsolationTest is House {
    uint256 private constant SAMPLE_BYTES = 4;
    uint256 private constant ITEM_BYTES = Wire.ITEM_BYTES + SAMPLE_BYTES;

    /// @dev No item has a call of its own that could run dry alone and be taken for a bad one.
    function test_too_little_gas_undoes_the_whole_batch() external {
        bytes memory data = abi.encodeCall(forwarder.addBatch, (sponsor, address(model.trainer), _items(3, 0)));
        for (uint256 gasLimit = 20_000; gasLimit < 4_000_000; gasLimit += gasLimit / 150) {
            vm.prank(relayer);
            (bool done, bytes memory result) = address(forwarder).call{gas: gasLimit}(data);
            if (done) {
                (, bytes memory outcomes) = abi.decode(result, (uint256, bytes));
                return vm.assertEq(outcomes, hex"000000", "all or nothing");
            }
            (,, uint128 seen) = forwarder.player(_player(0));
            vm.assertEq(seen, 0, "nothing of it stays");
        }
        vm.assertTrue(false, "enough in the end");
    }

    function testFuzz_any_changed_byte_spoils_its_own_item_only(uint256 victim, uint256 position, uint8 change)
        external
    {
        victim = _bound(victim, 0, 4);
        position = _bound(position, 0, ITEM_BYTES - 1);
        vm.assume(position != 22 && position != 23 && change != 0);
        bytes memory items = _items(5, 3);
        items[victim * ITEM_BYTES + position] ^= bytes1(change);
        Batch memory batch = _add(items);
        vm.assertEq(batch.acceptedMap, 31 & ~(1 << victim), "all but the changed one");
        vm.assertNotEq(uint256(uint8(batch.outcomes[victim])), 0, "the changed one has a reason");
        _wait(REFUND_WAIT_S);
        (uint256 refundedMap,) = _settleAll(batch);
        vm.assertEq(refundedMap, 15, "the neighbours settle");
    }

    function testFuzz_a_changed_length_leaves_earlier_items_alone(uint256 victim, uint16 length) external {
        victim = _bound(victim, 0, 4);
        vm.assume(length != SAMPLE_BYTES);
        bytes memory items = _items(5, 3);
        items[victim * ITEM_BYTES + 22] = bytes1(uint8(length >> 8));
        items[victim * ITEM_BYTES + 23] = bytes1(uint8(length));
        (bool done, uint256 acceptedMap) = _tryAdd(items);
        if (!done) return;
        // A length may swallow whole items and meet the frame again; what follows is then sound as well.
        uint256 before = (1 << victim) - 1;
        vm.assertEq(acceptedMap & before, before, "those before it");
        vm.assertEq((acceptedMap >> victim) & 1, 0, "not itself");
    }

    /// @dev A length that swallows the items behind it as a whole: the frame fits, and only the signature tells.
    function test_a_length_that_swallows_its_neighbours_is_bad() external {
        for (uint256 victim = 0; victim < 4; ++victim) {
            bytes memory items = _items(5, uint32(victim));
            uint256 length = SAMPLE_BYTES + (4 - victim) * ITEM_BYTES;
            items[victim * ITEM_BYTES + 22] = bytes1(uint8(length >> 8));
            items[victim * ITEM_BYTES + 23] = bytes1(uint8(length));
            Batch memory batch = _add(items);
            vm.assertEq(batch.outcomes.length, victim + 1, "the last of the list");
            vm.assertEq(uint8(batch.outcomes[victim]), uint8(Outcome.BadSignature), "not what was signed");
            vm.assertEq(batch.acceptedMap, (1 << victim) - 1, "those before it");
        }
    }

    function testFuzz_garbage_does_nothing(bytes calldata garbage) external {
        (, uint256 acceptedMap) = _tryAdd(garbage);
        vm.assertEq(acceptedMap, 0, "nothing accepted");
        vm.assertEq(forwarder.tank(sponsor).availableWei, TANK_WEI, "nothing spent");
    }

    function testFuzz_well_framed_garbage_is_skipped(uint256 seed, uint8 count) external {
        bytes memory items;
        uint256 number = _bound(count, 1, 12);
        for (uint256 i = 0; i < number; ++i) {
            uint256 noise = _draw(seed, i);
            bytes memory sample = new bytes(noise % 40);
            bytes memory head = abi.encodePacked(address(uint160(noise)), uint16(noise >> 160), uint16(sample.length));
            bytes32 r = bytes32(_draw(noise, 0));
            bytes memory tail = abi.encodePacked(uint32(noise), type(uint40).max, type(uint64).max, r, _draw(noise, 1));
            items = bytes.concat(items, head, sample, tail);
        }
        Batch memory batch = _add(items);
        vm.assertEq(batch.outcomes.length, number, "one outcome each");
        vm.assertEq(batch.acceptedMap, 0, "nothing accepted");
        for (uint256 i = 0; i < number; ++i) {
            uint8 outcome = uint8(batch.outcomes[i]);
            bool known = outcome == uint8(Outcome.BadSignature) || outcome == uint8(Outcome.NonceUsed);
            vm.assertTrue(known, "skipped for its signature or nonce");
        }
    }

    function testFuzz_a_truncated_or_padded_list_is_refused(uint256 cut) external {
        bytes memory items = _items(3, 0);
        cut = _bound(cut, 1, items.length - 1);
        vm.assume(cut % ITEM_BYTES != 0);
        _assertBadFraming(Wire.slice(items, 0, cut));
        _assertBadFraming(bytes.concat(items, new bytes(_bound(cut, 1, 104))));
    }

    function testFuzz_bad_items_anywhere_leave_the_rest(uint256 badMap, uint256 seed) external {
        badMap = _bound(badMap, 0, (1 << 12) - 1);
        bytes memory items;
        for (uint256 i = 0; i < 12; ++i) {
            Draft memory draft = _draft(i, 0);
            if ((badMap >> i) & 1 == 1) draft = _spoilt(draft, _draw(seed, i));
            items = bytes.concat(items, _item(draft));
        }
        Batch memory batch = _add(items);
        vm.assertEq(batch.acceptedMap, ~badMap & ((1 << 12) - 1), "exactly the sound ones");
    }

    function _spoilt(Draft memory draft, uint256 how) private view returns (Draft memory) {
        if (how % 5 == 0) draft.deadline = uint40(block.timestamp - 1);
        if (how % 5 == 1) draft.maxFeeGwei = 1;
        if (how % 5 == 2) draft.key += 1000;
        if (how % 5 == 3) draft.label = 2;
        if (how % 5 == 4) draft.sample = hex"00";
        return draft;
    }

    function _assertBadFraming(bytes memory items) private {
        vm.prank(relayer);
        vm.expectRevert(IForwarder.BadFraming.selector);
        forwarder.addBatch(sponsor, address(model.trainer), items);
    }

    function _tryAdd(bytes memory items) private returns (bool done, uint256 acceptedMap) {
        bytes memory result;
        vm.prank(relayer);
        (done, result) =
            address(forwarder).call(abi.encodeCall(forwarder.addBatch, (sponsor, address(model.trainer), items)));
        if (done) return (true, abi.decode(Wire.slice(result, 0, 32), (uint256)));
        bytes4 reason = bytes4(result);
        bool framing = reason == IForwarder.BadFraming.selector || reason == IForwarder.TooManyItems.selector;
        vm.assertTrue(framing, "only the framing reverts a batch");
    }
}
