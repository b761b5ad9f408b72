// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IForwarder} from "../../src/interfaces/IForwarder.sol";
import {ForwarderApi} from "../support/Contracts.sol";
import {Batch} from "../support/House.sol";
import {RawCalls} from "../support/RawCalls.sol";
import {Samples} from "../support/Samples.sol";
import {Draft, Wire} from "../support/Wire.sol";

/// @title Batches of contributions as an attacker encodes them
contract RawIntakeTest is RawCalls {
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    uint256 private constant FIELD_PRIME = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f;
    uint256 private constant HEAD_WORDS = 4;

    bytes private _plain;

    function setUp() public override {
        super.setUp();
        _plain = _twin("PlainForwarder", abi.encode(WITHDRAWAL_DELAY_S));
    }

    // --- encodings

    function testFuzz_disfigured_batches_do_what_the_plain_forwarder_does(uint256 seed) external {
        bytes memory data = _disfigured(_adding(_items(1 + seed % 4, 0)), HEAD_WORDS, seed);
        _rawTwin(relayer, address(forwarder), data, address(forwarder), _plain);
        _assertForwarderBooks(4);
        _assertMechanismBooks();
    }

    function testFuzz_items_that_lie_at_any_byte_of_calldata_are_the_same_items(uint256 seed, bytes memory gap)
        external
    {
        bytes memory data = _adding(_items(1 + seed % 4, 0));
        uint256 world = vm.snapshotState();
        (, bytes memory expected) = _raw(relayer, address(forwarder), data);
        vm.revertToState(world);
        data = _movedBack(data, 2, gap);
        (bool done, bytes memory result) = _rawTwin(relayer, address(forwarder), data, address(forwarder), _plain);
        vm.assertTrue(done, "takes effect");
        vm.assertEq(result, expected, "with the same answer");
    }

    function test_no_bit_above_an_address_is_overlooked() external {
        bytes memory data = _adding(_items(1, 0));
        for (uint256 word = 0; word < 2; ++word) {
            for (uint256 bit = 160; bit < 256; ++bit) {
                bytes memory dirty = _withWord(data, word, _wordAt(data, word) | (1 << bit));
                vm.assertEq(_refused(relayer, address(forwarder), dirty).length, 0, "refused by the decoder");
            }
        }
        vm.assertEq(_add(_items(1, 0)).acceptedMap, 1, "and nothing was spent by all that");
    }

    function testFuzz_bytes_behind_a_batch_change_nothing(uint256 seed, bytes memory behind) external {
        bytes memory data = _adding(_items(1 + seed % 4, 0));
        uint256 world = vm.snapshotState();
        (, bytes memory expected) = _raw(relayer, address(forwarder), data);
        vm.revertToState(world);
        (bool done, bytes memory result) = _raw(relayer, address(forwarder), bytes.concat(data, behind));
        vm.assertTrue(done, "takes effect");
        vm.assertEq(result, expected, "with the same answer");
    }

    function test_a_list_cut_at_any_byte_is_refused_unless_it_ends_with_an_item() external {
        bytes memory items = bytes.concat(
            _itemWith(0, Samples.list(3)), _itemWith(1, ""), _itemWith(2, hex"000000"), _itemWith(3, Samples.list(1, 9))
        );
        uint256[5] memory borders = [uint256(0), 107, 212, 320, 429];
        vm.assertEq(items.length, borders[4], "as long as described");
        uint256 whole = 0;
        for (uint256 length = 0; length <= items.length; ++length) {
            bytes memory data = _adding(Wire.slice(items, 0, length));
            if (length != borders[whole]) {
                bytes memory reason = _refused(relayer, address(forwarder), data);
                vm.assertEq(bytes32(reason), bytes32(IForwarder.BadFraming.selector), "not an item");
                continue;
            }
            uint256 world = vm.snapshotState();
            Batch memory batch = _add(Wire.slice(items, 0, length));
            vm.assertEq(batch.outcomes, Wire.slice(hex"00060600", 0, whole), "each by itself");
            vm.revertToState(world);
            ++whole;
        }
        vm.assertEq(whole, 5, "all borders were met");
    }

    // --- values at the ends of their types

    function test_deadlines_fees_and_labels_at_their_ends_have_their_own_outcome() external {
        uint40[5] memory deadlines = [
            uint40(0),
            uint40(block.timestamp - 1),
            uint40(block.timestamp),
            uint40(block.timestamp + 1),
            type(uint40).max
        ];
        uint64 feeGwei = _quoteGwei(4);
        uint64[4] memory fees = [uint64(0), feeGwei - 1, feeGwei, type(uint64).max];
        uint16[4] memory labels = [uint16(0), 1, 2, type(uint16).max];
        bytes[] memory items = new bytes[](80);
        bytes memory expected = new bytes(80);
        for (uint256 i = 0; i < items.length; ++i) {
            (uint256 day, uint256 fee, uint256 label) = (i / 16, (i / 4) % 4, i % 4);
            Draft memory draft = _draft(i, i % 3 == 0 ? 0 : i % 3 == 1 ? 1 : type(uint32).max);
            (draft.deadline, draft.maxFeeGwei, draft.label) = (deadlines[day], fees[fee], labels[label]);
            items[i] = _item(draft);
            expected[i] = day < 2 ? bytes1(0x01) : fee < 2 ? bytes1(0x03) : label < 2 ? bytes1(0x00) : bytes1(0x06);
        }
        Batch memory batch = _add(_joined(items));
        _assertOutcomes(batch, expected);
        for (uint256 i = 0; i < expected.length; ++i) {
            if (expected[i] == 0x00 || expected[i] == 0x06) expected[i] = 0x02;
        }
        _assertOutcomes(_add(_joined(items)), expected);
        _wait(FORFEIT_WAIT_S);
        _settleAll(batch);
        vm.assertEq(forwarder.tank(sponsor).reservedWei, 0, "everything that took effect is settled");
        _assertForwarderBooks(80);
        _assertMechanismBooks();
    }

    /// @dev What the window must do, written down with a list of what was spent in place of a bitmap.
    function testFuzz_nonces_at_every_edge_take_effect_once(uint256 seed) external {
        uint32[] memory nonces = new uint32[](24);
        bytes[] memory items = new bytes[](nonces.length);
        bytes memory expected = new bytes(nonces.length);
        uint256 highest = 0;
        for (uint256 i = 0; i < nonces.length; ++i) {
            nonces[i] = _edgeNonce(_draw(seed, i), highest);
            items[i] = _item(_draft(0, nonces[i]));
            bool spent = uint256(nonces[i]) + 128 <= highest;
            for (uint256 j = 0; j < i; ++j) {
                if (nonces[j] == nonces[i]) spent = true;
            }
            if (spent) expected[i] = 0x02;
            else if (nonces[i] > highest) highest = nonces[i];
        }
        uint256 cut = _draw(seed, 99) % nonces.length;
        Batch memory first = _add(_joined(_part(items, 0, cut)));
        Batch memory second = _add(_joined(_part(items, cut, items.length)));
        vm.assertEq(bytes.concat(first.outcomes, second.outcomes), expected, "each nonce once, within the window");
    }

    function test_samples_of_any_length_are_judged_by_themselves() external {
        bytes[] memory items = new bytes[](48);
        bytes memory expected = new bytes(items.length);
        for (uint256 i = 0; i < items.length; ++i) {
            uint256 length = i;
            if (i >= 40) length = [uint256(2_014), 2_015, 2_016, 2_017, 2_018, 4_096, 65_534, 65_535][i - 40];
            bytes memory sample = new bytes(length);
            for (uint256 j = 0; j < length; ++j) {
                sample[j] = bytes1(uint8(j % 2 == 0 ? (j / 2) >> 8 : j / 2));
            }
            items[i] = _itemWith(i, sample);
            bool fits = length != 0 && length % 2 == 0 && length <= 2 * FEATURES;
            if (!fits) expected[i] = 0x06;
        }
        Batch memory batch = _add(_joined(items));
        _assertOutcomes(batch, expected);
        _wait(FORFEIT_WAIT_S);
        _settleAll(batch);
        vm.assertEq(forwarder.tank(sponsor).reservedWei, 0, "everything that took effect is settled");
        _assertForwarderBooks(48);
    }

    // --- signatures

    function test_signatures_at_the_ends_of_the_curve_are_judged_as_by_the_plain_forwarder() external {
        uint256[8] memory rs = [
            uint256(0),
            1,
            CURVE_ORDER - 1,
            CURVE_ORDER,
            CURVE_ORDER + 1,
            FIELD_PRIME,
            FIELD_PRIME - 1,
            type(uint256).max
        ];
        uint256[7] memory ss =
            [uint256(0), 1, CURVE_ORDER / 2, CURVE_ORDER / 2 + 1, CURVE_ORDER - (1 << 255), (1 << 255) - 1, (1 << 254)];
        bytes[] memory items = new bytes[](112);
        for (uint256 i = 0; i < items.length; ++i) {
            Draft memory draft = _draft(i % 3, uint32(i));
            if (i % 5 == 4) draft.player = address(0);
            items[i] = Wire.item(draft, bytes32(rs[i % 8]), bytes32(ss[i / 16] | (i / 8 % 2) << 255));
        }
        bytes memory data = _adding(bytes.concat(_item(_draft(9, 0)), _joined(items), _item(_draft(10, 0))));
        (bool done, bytes memory result) = _rawTwin(relayer, address(forwarder), data, address(forwarder), _plain);
        vm.assertTrue(done, "the batch takes effect");
        vm.assertEq(abi.decode(Wire.slice(result, 0, 32), (uint256)), 1 | (1 << 113), "both neighbours and nobody else");
    }

    // --- support

    function _adding(bytes memory items) private view returns (bytes memory) {
        return abi.encodeCall(ForwarderApi.addBatch, (sponsor, address(model.trainer), items));
    }

    function _itemWith(uint256 player, bytes memory sample) private view returns (bytes memory) {
        Draft memory draft = _draft(player, 0);
        draft.sample = sample;
        draft.maxFeeGwei = type(uint64).max;
        return _item(draft);
    }

    /// @dev Ends of the type, the window's edges behind and before the highest nonce so far, and what lies between.
    function _edgeNonce(uint256 seed, uint256 highest) private pure returns (uint32) {
        uint256 kind = seed % 8;
        uint256 near = 126 + _draw(seed, 0) % 4;
        if (kind == 0) return uint32(_draw(seed, 1) % 2);
        if (kind == 1) return uint32(type(uint32).max - _draw(seed, 1) % 3 * 127);
        if (kind == 2) return uint32(highest);
        if (kind <= 4) return uint32(highest > near ? highest - near : 0);
        if (kind == 5) return uint32(_min(highest + near, type(uint32).max));
        if (kind == 6) return uint32(_min(highest + 254 + _draw(seed, 1) % 4, type(uint32).max));
        return uint32(highest - _min(highest, _draw(seed, 1) % 140));
    }

    function _part(bytes[] memory all, uint256 from, uint256 to) private pure returns (bytes[] memory part) {
        part = new bytes[](to - from);
        for (uint256 i = from; i < to; ++i) {
            part[i - from] = all[i];
        }
    }

    function _joined(bytes[] memory parts) private pure returns (bytes memory whole) {
        uint256 length = 0;
        for (uint256 i = 0; i < parts.length; ++i) {
            length += parts[i].length;
        }
        whole = new bytes(length);
        uint256 place = 0;
        for (uint256 i = 0; i < parts.length; ++i) {
            bytes memory part = parts[i];
            assembly ("memory-safe") {
                mcopy(add(add(whole, 0x20), place), add(part, 0x20), mload(part))
            }
            place += part.length;
        }
    }
}
