// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Tank} from "../../src/interfaces/IForwarder.sol";
import {IIncentiveMechanism} from "../../src/interfaces/IIncentiveMechanism.sol";
import {Batch} from "../support/House.sol";
import {RawCalls} from "../support/RawCalls.sol";
import {Draft} from "../support/Wire.sol";

/// @title Settling as an attacker encodes it: what was not committed to does not settle
contract RawSettlingTest is RawCalls {
    /// @dev Trainer, twelve words of terms, nine of the header; then the records' offset and the mask.
    uint256 private constant COMMITTED_WORDS = 22;
    uint256 private constant HEAD_WORDS = 25;
    uint256 private constant COUNT = 5;
    uint256 private constant STAKE_WEI = 0.01 ether;

    bytes private _plain;
    bytes private _plainMechanism;

    function setUp() public override {
        super.setUp();
        _useStake(STAKE_WEI);
        _plain = _twin("PlainForwarder", abi.encode(WITHDRAWAL_DELAY_S));
        _plainMechanism =
            _twin("PlainSelfAssessment", abi.encode(uint256(0), STAKE_WEI, STAKE_WEI, REFUND_WAIT_S, FORFEIT_WAIT_S));
    }

    function test_terms_and_header_forged_by_any_one_bit_do_not_settle() external {
        Batch memory batch = _dueBatch();
        bytes memory data = _settling(batch, type(uint256).max);
        bytes32 before = _state();
        for (uint256 word = 0; word < COMMITTED_WORDS; ++word) {
            uint256 genuine = _wordAt(data, word);
            for (uint256 bit = 0; bit < 256; ++bit) {
                _refused(settler, address(forwarder), _withWord(data, word, genuine ^ (1 << bit)));
            }
        }
        vm.assertEq(_state(), before, "nothing was settled");
        _assertSettlesWhole(batch);
    }

    function test_records_forged_by_any_one_bit_do_not_settle() external {
        Batch memory batch = _dueBatch();
        bytes memory genuine = batch.records;
        bytes32 before = _state();
        for (uint256 bit = 0; bit < 8 * genuine.length; ++bit) {
            batch.records = bytes.concat(genuine);
            batch.records[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
            _refused(settler, address(forwarder), _settling(batch, type(uint256).max));
        }
        vm.assertEq(_state(), before, "nothing was settled");
        batch.records = genuine;
        _assertSettlesWhole(batch);
    }

    /// @dev Of what an offset and a length may say, only records that lie in calldata byte for byte settle.
    function testFuzz_disfigured_settling_does_what_the_plain_forwarder_does(uint256 seed) external {
        bytes memory data = _disfigured(_settling(_dueBatch(), type(uint256).max), HEAD_WORDS, seed);
        _rawTwin(settler, address(forwarder), data, address(forwarder), _plain);
        _assertForwarderBooks(COUNT);
        _assertMechanismBooks();
    }

    function testFuzz_records_that_lie_at_any_byte_of_calldata_settle(bytes memory gap) external {
        bytes memory data = _movedBack(_settling(_dueBatch(), type(uint256).max), COMMITTED_WORDS, gap);
        (bool done, bytes memory result) = _rawTwin(settler, address(forwarder), data, address(forwarder), _plain);
        vm.assertTrue(done, "settles");
        vm.assertEq(result, abi.encode(uint256(21), uint256(10)), "all of them");
        _assertForwarderBooks(COUNT);
    }

    function testFuzz_bits_of_the_mask_beyond_the_records_are_nothing(uint256 mask) external {
        Batch memory batch = _dueBatch();
        uint256 world = vm.snapshotState();
        (, bytes memory expected) = _raw(settler, address(forwarder), _settling(batch, mask & ((1 << COUNT) - 1)));
        bytes32 expectedState = _state();
        vm.revertToState(world);
        (bool done, bytes memory result) =
            _rawTwin(settler, address(forwarder), _settling(batch, mask), address(forwarder), _plain);
        vm.assertTrue(done, "settles");
        vm.assertEq(result, expected, "the same answer");
        vm.assertEq(_state(), expectedState, "the same books");
        _assertForwarderBooks(COUNT);
    }

    function test_nothing_settles_twice_whatever_the_mask() external {
        Batch memory batch = _dueBatch();
        _assertSettlesWhole(batch);
        for (uint256 bit = 0; bit <= 256; ++bit) {
            uint256 mask = bit == 256 ? type(uint256).max : 1 << bit;
            _refused(settler, address(forwarder), _settling(batch, mask));
        }
    }

    /// @dev As if the trainer itself said anything, in any encoding.
    function testFuzz_a_mechanism_called_with_anything_does_what_the_plain_one_does(
        uint256 seed,
        uint256 candidates,
        uint256 agreeing
    ) external {
        Batch memory batch = _dueBatch();
        if (seed % 2 == 0) candidates &= 31;
        bytes memory data = abi.encodeCall(
            IIncentiveMechanism.settle,
            (
                batch.records,
                candidates,
                agreeing,
                _extreme(_draw(seed, 1), 64) % (2 * STAKE_WEI),
                block.timestamp - _draw(seed, 2) % (2 * FORFEIT_WAIT_S),
                seed % 3 == 0 ? address(0) : address(this),
                _player(1)
            )
        );
        if (seed % 5 < 2) data = _disfigured(data, 8, _draw(seed, 3));
        // A trainer's numbers may overflow what keeps them: then both panic. Only the twins are compared.
        _same(address(model.trainer), address(model.mechanism), data, address(model.mechanism), _plainMechanism);
    }

    // --- support

    /// @dev Right and wrong ones, the wrong ones due to be forfeited; player 0 holds points, so that they become rewards.
    function _dueBatch() private returns (Batch memory batch) {
        Batch memory earlier = _add(_item(_draft(0, 0)));
        _wait(REFUND_WAIT_S);
        _settleAll(earlier);
        bytes memory items;
        for (uint256 i = 0; i < COUNT; ++i) {
            Draft memory draft = i % 2 == 0 ? _draft(i, 1) : _wrong(i, 1);
            items = bytes.concat(items, _item(draft));
        }
        batch = _add(items);
        _wait(FORFEIT_WAIT_S);
    }

    function _assertSettlesWhole(Batch memory batch) private {
        (uint256 refundedMap, uint256 forfeitedMap) = _settleAll(batch);
        vm.assertEq(refundedMap, 21, "the genuine ones settle");
        vm.assertEq(forfeitedMap, 10, "all of them");
        _assertForwarderBooks(COUNT);
        _assertMechanismBooks();
    }

    /// @dev All that settling could change.
    function _state() private view returns (bytes32 state) {
        Tank memory tank = forwarder.tank(sponsor);
        state = keccak256(
            abi.encode(tank, forwarder.credit(relayer), forwarder.credit(settler), address(forwarder).balance)
        );
        for (uint256 i = 0; i < COUNT; ++i) {
            (uint256 points, uint256 unclaimedWei) = model.mechanism.account(_player(i));
            state = keccak256(abi.encode(state, points, unclaimedWei, _balanceOf(_player(i))));
        }
    }
}
