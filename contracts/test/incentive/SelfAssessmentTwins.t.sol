// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IIncentiveMechanism} from "../../src/interfaces/IIncentiveMechanism.sol";
import {ForwarderApi} from "../support/Contracts.sol";
import {Batch} from "../support/House.sol";
import {Twins} from "../support/Twins.sol";
import {Draft, Wire} from "../support/Wire.sol";

/// @title The packed mechanism against the plain one
contract SelfAssessmentTwinsTest is Twins {
    bytes private _plain;

    function setUp() public override {
        super.setUp();
        _useStake(0.01 ether);
        _plain = _twin(
            "PlainSelfAssessment",
            abi.encode(uint256(0), uint256(0.01 ether), uint256(0.01 ether), REFUND_WAIT_S, FORFEIT_WAIT_S)
        );
    }

    /// @dev Points, forfeits and rewards of three batches, settled in pieces at any time.
    function testFuzz_settling_is_the_same(uint256 seed) external {
        for (uint32 round = 0; round < 3; ++round) {
            Batch memory batch = _add(_rightAndWrong(_draw(seed, round), round));
            for (uint256 piece = 0; piece < 3; ++piece) {
                _wait(_draw(seed, 10 + 3 * round + piece) % FORFEIT_WAIT_S);
                uint256 mask = piece == 2 ? type(uint256).max : _draw(seed, 30 + 3 * round + piece);
                bytes memory data = abi.encodeCall(
                    ForwarderApi.settle, (batch.trainer, batch.terms, batch.header, batch.records, mask)
                );
                _same(settler, address(forwarder), data, address(model.mechanism), _plain);
            }
        }
    }

    /// @dev As if the trainer said anything: maps beyond the records, records that are cut.
    function testFuzz_any_maps_and_records_are_the_same(uint256 seed, uint16 candidates, uint16 agreeing, uint16 length)
        external
    {
        Batch memory batch = _add(_rightAndWrong(seed, 0));
        _wait(FORFEIT_WAIT_S);
        _settle(batch, 1);
        bytes memory records = Wire.slice(batch.records, 0, length % (batch.records.length + 1));
        uint256 addedAt = block.timestamp - _draw(seed, 1) % (2 * FORFEIT_WAIT_S);
        address payTo = seed % 2 == 0 ? address(this) : address(0);
        bytes memory data = abi.encodeCall(
            IIncentiveMechanism.settle,
            (records, candidates % 16, agreeing % 16, 0.001 ether, addedAt, payTo, _player(1))
        );
        _same(address(model.trainer), address(model.mechanism), data, address(model.mechanism), _plain);
    }

    function _rightAndWrong(uint256 seed, uint32 nonce) private view returns (bytes memory items) {
        for (uint256 i = 0; i < 5; ++i) {
            Draft memory draft = _draft(_draw(seed, i) % 4, uint32(8 * nonce + i));
            draft.label = uint16(_draw(seed, 20 + i) % 2);
            items = bytes.concat(items, _item(draft));
        }
    }
}
