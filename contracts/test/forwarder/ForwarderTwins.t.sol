// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Terms} from "../../src/interfaces/IForwarder.sol";
import {BatchHeader, Settlement} from "../../src/interfaces/ITrainer.sol";
import {ForwarderApi} from "../support/Contracts.sol";
import {Batch} from "../support/House.sol";
import {LyingTrainer} from "../support/LyingTrainer.sol";
import {Samples} from "../support/Samples.sol";
import {Twins} from "../support/Twins.sol";
import {Draft, Wire} from "../support/Wire.sol";

/// @title The packed Forwarder against the plain one
contract ForwarderTwinsTest is Twins {
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    bytes private _plain;

    function setUp() public override {
        super.setUp();
        _plain = _twin("PlainForwarder", abi.encode(WITHDRAWAL_DELAY_S));
    }

    // --- adding

    function testFuzz_adding_any_mixture_is_the_same(uint256 seed, uint8 count) external {
        _setLimits(uint96(_draw(seed, 1 << 16) % 0.4 ether), uint64(1 + _draw(seed, 1 << 17) % 20 gwei), TIP_CAP_WEI);
        for (uint256 round = 0; round < 3; ++round) {
            _sameAdding(_mixture(_draw(seed, round), count % 24));
        }
    }

    function testFuzz_adding_broken_bytes_is_the_same(uint256 seed, uint8 breaks) external {
        bytes memory items = _mixture(seed, 1 + seed % 6);
        for (uint256 i = 0; i <= breaks % 4; ++i) {
            items[_draw(seed, 900 + i) % items.length] = bytes1(uint8(_draw(seed, 950 + i)));
        }
        _sameAdding(items);
    }

    function testFuzz_adding_cut_or_lengthened_items_is_the_same(uint256 seed, uint16 length) external {
        bytes memory items = bytes.concat(_mixture(seed, 1 + seed % 4), new bytes(130));
        _sameAdding(Wire.slice(items, 0, length % items.length));
    }

    /// @dev Offset and length of the items say anything, inside and outside of calldata.
    function testFuzz_hostile_encodings_are_the_same(uint256 seed, uint256 offset, uint256 length) external {
        bytes memory items = _mixture(seed, 2);
        if (seed % 3 == 0) offset = _bound(offset, 0, 400);
        if (seed % 2 == 0) length = _bound(length, 0, 400);
        bytes memory head =
            abi.encodeWithSelector(ForwarderApi.addBatch.selector, sponsor, address(model.trainer), offset, length);
        _same(relayer, address(forwarder), bytes.concat(head, items), address(forwarder), _plain);
        uint256 kept = _draw(seed, 5) % (head.length + items.length);
        bytes memory cut = Wire.slice(bytes.concat(head, items), 0, kept);
        _same(relayer, address(forwarder), cut, address(forwarder), _plain);
    }

    function test_the_longest_batch_and_one_item_more_are_the_same() external {
        bytes memory items = _many(255);
        vm.assertTrue(_sameAdding(items), "255 items are a batch");
        vm.assertFalse(_sameAdding(bytes.concat(items, _item(_draft(0, 9)))), "256 are none");
    }

    function test_nothing_at_all_is_the_same() external {
        vm.assertTrue(_sameAdding(""), "an empty batch takes no effect");
    }

    function testFuzz_after_a_fork_adding_is_the_same(uint256 seed) external {
        bytes memory before = _mixture(seed, 3);
        vm.chainId(block.chainid + 1);
        separator = Wire.domainSeparator(address(forwarder), block.chainid);
        _sameAdding(bytes.concat(before, _mixture(_draw(seed, 1), 3)));
    }

    function test_who_may_not_add_is_told_the_same() external {
        bytes memory data = abi.encodeCall(ForwarderApi.addBatch, (sponsor, address(model.trainer), _items(1, 0)));
        _same(stranger, address(forwarder), data, address(forwarder), _plain);
        data = abi.encodeCall(ForwarderApi.addBatch, (sponsor, stranger, _items(1, 0)));
        _same(relayer, address(forwarder), data, address(forwarder), _plain);
    }

    // --- settling

    function testFuzz_settling_any_mixture_is_the_same(uint256 seed, uint8 count) external {
        // Points for some players first, so that what others forfeit becomes rewards.
        Batch memory first = _add(_sound(_draw(seed, 1), 6));
        _wait(REFUND_WAIT_S);
        _settleAll(first);
        Batch memory batch = _add(_sound(_draw(seed, 2), 1 + count % 20));
        vm.txGasPrice(BASE_FEE_WEI + _draw(seed, 3) % 20 gwei);
        for (uint256 i = 0; i < 3; ++i) {
            _wait(_draw(seed, 4 + i) % FORFEIT_WAIT_S);
            _sameSettling(batch, _draw(seed, 8 + i) | (i == 2 ? type(uint256).max : 0));
        }
    }

    function testFuzz_settling_what_was_never_added_is_the_same(uint256 seed) external {
        Batch memory batch = _add(_sound(seed, 3));
        _wait(REFUND_WAIT_S);
        uint256 field = _draw(seed, 1) % 6;
        if (field == 0) batch.terms.addPriceWei += 1;
        if (field == 1) batch.header.accepted += 1;
        if (field == 2) batch.header.payer = stranger;
        if (field == 3) batch.records[_draw(seed, 2) % batch.records.length] ^= 0x01;
        if (field == 4) batch.records = bytes.concat(batch.records, hex"00");
        if (field == 5) batch.terms.sponsor = stranger;
        _sameSettling(batch, 7);
    }

    function testFuzz_settling_at_the_word_of_a_liar_is_the_same(uint256 seed, uint8 refunded, uint8 forfeited)
        external
    {
        LyingTrainer liar = new LyingTrainer();
        vm.deal(address(liar), 50 ether);
        _open(sponsor, address(liar), _schedule());
        Batch memory batch = _add(_items(4, 0));
        batch.trainer = address(liar);
        batch.header.accepted = uint16(_draw(seed, 1) % 5);
        batch.header.newSlots = uint32(_draw(seed, 2) % 20);
        Settlement memory settlement;
        // One fault at a time: too few rewards, or records that are cut or too few for the maps.
        bool fewRewards = seed % 2 == 0;
        settlement.refundedMap = fewRewards ? refunded % 16 : refunded % 32;
        settlement.forfeitedMap = fewRewards ? forfeited % 16 : forfeited % 32;
        settlement.newSlots = _draw(seed, 3) % 6;
        settlement.refundWei = _draw(seed, 4) % 2 * 1 ether;
        settlement.rewardsWei = new uint256[](fewRewards ? _draw(seed, 5) % 5 : 5);
        for (uint256 i = 0; i < settlement.rewardsWei.length; ++i) {
            settlement.rewardsWei[i] = _draw(seed, 6 + i) % 2 * (_draw(seed, 16 + i) % 0.01 ether);
        }
        liar.tellSettled(_owed(settlement), settlement);
        if (seed % 5 == 1 && !fewRewards) {
            batch.records = Wire.slice(batch.records, 0, _draw(seed, 30) % batch.records.length);
        }
        _sameSettling(batch, seed);
    }

    // --- support

    function _sameAdding(bytes memory items) private returns (bool done) {
        bytes memory data = abi.encodeCall(ForwarderApi.addBatch, (sponsor, address(model.trainer), items));
        (done,) = _same(relayer, address(forwarder), data, address(forwarder), _plain);
    }

    function _sameSettling(Batch memory batch, uint256 mask) private {
        // The header names its terms, whatever they are, so that more than the first check is reached.
        if (batch.trainer != address(model.trainer)) batch.header.context = keccak256(abi.encode(batch.terms));
        bytes memory data =
            abi.encodeCall(ForwarderApi.settle, (batch.trainer, batch.terms, batch.header, batch.records, mask));
        _same(settler, address(forwarder), data, address(forwarder), _plain);
    }

    /// @dev What must have come for the Forwarder to believe it.
    function _owed(Settlement memory settlement) private pure returns (uint256 owedWei) {
        owedWei = settlement.refundWei;
        for (uint256 i = 0; i < settlement.rewardsWei.length; ++i) {
            if (((settlement.refundedMap | settlement.forfeitedMap) >> i) & 1 == 1) {
                owedWei += settlement.rewardsWei[i];
            }
        }
    }

    /// @dev Contributions that hold, with samples of several lengths; the model disagrees with some, some do not fit it.
    function _sound(uint256 seed, uint256 count) private view returns (bytes memory items) {
        for (uint256 i = 0; i < count; ++i) {
            items = bytes.concat(items, _item(_any(_draw(seed, i), uint32(_draw(seed, 1 << 20) % 1000 + i))));
        }
    }

    function _any(uint256 seed, uint32 nonce) private view returns (Draft memory draft) {
        draft = _draft(_draw(seed, 1) % 9, nonce);
        draft.label = _draw(seed, 2) % 3 == 0 ? 1 : 0;
        draft.sample = Samples.spread(seed, 1 + _draw(seed, 3) % 24, FEATURES);
        if (_draw(seed, 4) % 9 == 0) draft.sample = bytes.concat(draft.sample, hex"00");
        if (_draw(seed, 5) % 19 == 0) draft.sample = "";
    }

    /// @dev Every kind of item: sound, late, replayed, too dear, badly signed in many ways, unfit, of nobody.
    function _mixture(uint256 seed, uint256 count) private view returns (bytes memory items) {
        for (uint256 i = 0; i < count; ++i) {
            items = bytes.concat(items, _oddItem(_draw(seed, i)));
        }
    }

    function _oddItem(uint256 seed) private view returns (bytes memory) {
        Draft memory draft = _any(seed, uint32(_draw(seed, 7) % 150));
        uint256 kind = _draw(seed, 8) % 16;
        if (kind == 0) draft.deadline = uint40(block.timestamp - _draw(seed, 9) % 3);
        if (kind == 1) draft.maxFeeGwei = uint64(_draw(seed, 9) % 1_000_000);
        if (kind == 2) draft.nonce = uint32(_draw(seed, 9));
        if (kind == 3) draft.maxFeeGwei = type(uint64).max;
        if (kind == 4) draft.deadline = type(uint40).max;
        if (kind == 5) draft.label = uint16(_draw(seed, 9));
        if (kind == 6) draft.trainer = stranger;
        (bytes32 r, bytes32 vs) = vm.signCompact(draft.key, Wire.digest(draft, separator));
        if (kind == 7) draft.player = address(0);
        if (kind == 8) (r, vs) = (bytes32(0), bytes32(0));
        if (kind == 9) vs = bytes32(CURVE_ORDER - uint256(vs << 1 >> 1));
        if (kind == 10) vs ^= bytes32(uint256(1) << 255);
        if (kind == 11) r = bytes32(CURVE_ORDER);
        if (kind == 12) draft.player = _player(_draw(seed, 9) % 9);
        if (kind == 13) draft.sample = bytes.concat(draft.sample, hex"0001");
        return Wire.item(draft, r, vs);
    }

    /// @dev Halves are joined, since joining one by one would fill the memory with copies.
    function _many(uint256 count) private view returns (bytes memory) {
        if (count > 1) return bytes.concat(_many(count / 2), _many2(count / 2, count));
        return _item(_draft(0, 0));
    }

    function _many2(uint256 from, uint256 to) private view returns (bytes memory) {
        if (to - from > 1) return bytes.concat(_many2(from, (from + to) / 2), _many2((from + to) / 2, to));
        return _item(_draft(from % 50, uint32(from / 50 + 1)));
    }
}
