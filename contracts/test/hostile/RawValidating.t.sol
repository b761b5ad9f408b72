// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IForwarder} from "../../src/interfaces/IForwarder.sol";
import {IValidatingMechanism} from "../../src/interfaces/IValidation.sol";
import {ForwarderApi} from "../support/Contracts.sol";
import {GamifiedHouse, Testimony, Verdict} from "../support/GamifiedHouse.sol";
import {Batch, House} from "../support/House.sol";
import {RawCalls} from "../support/RawCalls.sol";
import {Wire} from "../support/Wire.sol";

/// @title Validations as an attacker encodes them
contract RawValidatingTest is RawCalls, GamifiedHouse {
    uint256 private constant COMMITTED_WORDS = 22;
    uint256 private constant HEAD_WORDS = 25;
    uint256 private constant COUNT = 4;

    bytes private _plain;

    function setUp() public override(House, GamifiedHouse) {
        GamifiedHouse.setUp();
        _plain = _twin("PlainForwarder", abi.encode(WITHDRAWAL_DELAY_S));
    }

    function testFuzz_any_validations_do_what_the_plain_forwarder_does(uint256 seed) external {
        Batch memory batch = _addOf(COUNT, 0);
        bytes memory items;
        for (uint256 i = 0; i < 1 + seed % 9; ++i) {
            items = bytes.concat(items, _odd(_draw(seed, i), batch));
        }
        if (_draw(seed, 40) % 3 == 0) {
            items[_draw(seed, 41) % items.length] ^= bytes1(uint8(1 << (_draw(seed, 42) % 8)));
        }
        _sameVerdict(_validating(batch, items));
    }

    function testFuzz_disfigured_validations_do_what_the_plain_forwarder_does(uint256 seed) external {
        Batch memory batch = _addOf(COUNT, 0);
        bytes memory items = bytes.concat(_says(1, 1, batch, 0), _says(0, 1, batch, 2));
        _sameVerdict(_disfigured(_validating(batch, items), HEAD_WORDS, seed));
    }

    function test_terms_header_and_records_forged_by_any_one_bit_take_no_validation() external {
        Batch memory batch = _addOf(2, 0);
        bytes memory item = _says(1, 1, batch, 0);
        bytes memory data = _validating(batch, item);
        for (uint256 word = 0; word < COMMITTED_WORDS; ++word) {
            for (uint256 bit = 0; bit < 256; ++bit) {
                _withoutEffect(_withWord(data, word, _wordAt(data, word) ^ (1 << bit)));
            }
        }
        bytes memory genuine = batch.records;
        for (uint256 bit = 0; bit < 8 * genuine.length; ++bit) {
            batch.records = bytes.concat(genuine);
            batch.records[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
            _withoutEffect(_validating(batch, item));
        }
        batch.records = genuine;
        vm.assertEq(_validate(batch, item).settledMap, 1, "the genuine one takes effect, its nonce unspent");
    }

    function test_a_validation_changed_by_any_one_bit_is_left_out_and_its_neighbours_are_not() external {
        Batch memory batch = _addOf(COUNT, 0);
        bytes memory before = _says(1, 1, batch, 0);
        bytes memory victim = _says(2, 1, batch, 1);
        bytes memory behind = _says(3, 1, batch, 2);
        for (uint256 bit = 0; bit < 8 * VALIDATION_BYTES; ++bit) {
            bytes memory changed = bytes.concat(victim);
            changed[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
            uint256 world = vm.snapshotState();
            Verdict memory verdict = _validate(batch, bytes.concat(before, changed, behind));
            vm.assertEq(verdict.validatedMap, 5, "the neighbours");
            vm.assertEq(verdict.settledMap, 5, "settle theirs");
            vm.assertNotEq(uint256(uint8(verdict.outcomes[1])), 0, "the changed one has a reason");
            vm.revertToState(world);
        }
    }

    function test_a_list_of_validations_is_whole_or_refused() external {
        Batch memory batch = _addOf(COUNT, 0);
        bytes memory items = bytes.concat(_says(1, 1, batch, 0), _says(2, 1, batch, 1), new bytes(2));
        for (uint256 length = 0; length <= items.length; ++length) {
            if (length % VALIDATION_BYTES == 0) continue;
            bytes memory reason =
                _refused(settler, address(forwarder), _validating(batch, Wire.slice(items, 0, length)));
            vm.assertEq(bytes32(reason), bytes32(IForwarder.BadFraming.selector), "not a list of validations");
        }
        bytes memory many = new bytes(256 * VALIDATION_BYTES);
        vm.assertEq(_validate(batch, Wire.slice(many, 0, 255 * VALIDATION_BYTES)).outcomes.length, 255, "255 are heard");
        bytes memory refusal = _refused(settler, address(forwarder), _validating(batch, many));
        vm.assertEq(bytes32(refusal), bytes32(IForwarder.TooManyItems.selector), "256 are not");
    }

    /// @dev As if the trainer itself said anything: whole statements about any record are judged, others refused.
    function testFuzz_a_mechanism_told_any_statements_judges_each_or_refuses_all(
        bytes memory statements,
        uint256 openMap,
        uint256 seed
    ) external {
        Batch memory batch = _addOf(COUNT, 0);
        if (seed % 2 == 0) statements = Wire.slice(statements, 0, statements.length / 21 * 21);
        bytes memory data =
            abi.encodeCall(IValidatingMechanism.validate, (batch.header.id, batch.records, openMap & 15, statements));
        (bool done, bytes memory result) = _raw(address(model.trainer), address(gamified), data);
        vm.assertEq(done, statements.length % 21 == 0, "whole statements only");
        if (!done) return;
        (uint256 settledMap, bytes memory outcomes) = abi.decode(result, (uint256, bytes));
        vm.assertEq(settledMap & ~(openMap & 15), 0, "only what is open");
        vm.assertEq(outcomes.length, statements.length / 21, "one outcome each");
    }

    // --- support

    function _validating(Batch memory batch, bytes memory items) private pure returns (bytes memory) {
        return abi.encodeCall(ForwarderApi.validate, (batch.trainer, batch.terms, batch.header, batch.records, items));
    }

    function _sameVerdict(bytes memory data) private {
        _rawTwin(settler, address(forwarder), data, address(forwarder), _plain);
        _assertForwarderBooks(COUNT);
    }

    /// @dev Refused, or every statement left out: a forged id or record makes a signature somebody else's.
    function _withoutEffect(bytes memory data) private {
        (bool done, bytes memory result) = _raw(settler, address(forwarder), data);
        if (!done) return;
        (uint256 validatedMap,, uint256 settledMap) = abi.decode(result, (uint256, bytes, uint256));
        vm.assertEq(validatedMap | settledMap, 0, "no effect");
    }

    /// @dev Sound ones, and ones with a number at the end of its type.
    function _odd(uint256 seed, Batch memory batch) private view returns (bytes memory) {
        Testimony memory testimony =
            _testimony(_draw(seed, 0) % 6, uint32(_draw(seed, 1) % 4), batch, uint8(_draw(seed, 2) % COUNT));
        uint256 kind = _draw(seed, 3) % 14;
        if (kind == 0) testimony.deadline = uint40(_draw(seed, 4) % 2 == 0 ? 0 : block.timestamp - 1);
        if (kind == 1) testimony.deadline = uint40(_draw(seed, 4) % 2 == 0 ? type(uint40).max : block.timestamp);
        if (kind == 2) testimony.record = uint8(COUNT + _draw(seed, 4) % (256 - COUNT));
        if (kind == 3) testimony.record = 255;
        if (kind == 4) testimony.maxFeeGwei = uint64(_draw(seed, 4) % 200_000);
        if (kind == 5) testimony.maxFeeGwei = type(uint64).max;
        if (kind == 6) testimony.nonce = uint32(type(uint32).max - _draw(seed, 4) % 2);
        if (kind == 7) testimony.batchId += 1;
        if (kind == 8) testimony.validator = address(0);
        if (kind == 9) testimony.trainer = stranger;
        return _signed(testimony);
    }
}
