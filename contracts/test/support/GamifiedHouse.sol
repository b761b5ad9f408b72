// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GamifiedApi} from "./Contracts.sol";
import {Batch, House} from "./House.sol";
import {Vm} from "./Vm.sol";
import {Draft} from "./Wire.sol";

/// @notice A validation before it is signed, with the key that will sign it.
struct Testimony {
    uint256 key;
    address validator;
    address trainer;
    uint64 batchId;
    uint8 record;
    uint32 nonce;
    uint40 deadline;
    uint64 maxFeeGwei;
}

/// @notice What one validating call came to.
struct Verdict {
    uint256 validatedMap;
    bytes outcomes;
    uint256 settledMap;
}

/// @title A house whose model asks for no stakes: players confirm each other's contributions
abstract contract GamifiedHouse is House {
    uint256 internal constant DISTINCT_VALIDATORS = 3;
    uint256 internal constant LAPSE_WAIT_S = 7 days;
    /// @dev Bytes of a validation on the wire.
    uint256 internal constant VALIDATION_BYTES = 102;

    GamifiedApi internal gamified;

    function setUp() public virtual override {
        super.setUp();
        gamified = GamifiedApi(_deploy("incentive/Gamified", abi.encode(DISTINCT_VALIDATORS, LAPSE_WAIT_S)));
        model = _deployModel(_deployPerceptron(FEATURES, INTERCEPT, 1), address(gamified));
        _open(sponsor, address(model.trainer), _schedule());
    }

    /// @dev One contribution each of players 0 to `count` - 1, with one nonce.
    function _addOf(uint256 count, uint32 nonce) internal returns (Batch memory) {
        return _add(_items(count, nonce));
    }

    /// @dev A sound statement of a player about a record of a batch.
    function _testimony(uint256 player, uint32 nonce, Batch memory batch, uint8 record)
        internal
        view
        returns (Testimony memory testimony)
    {
        testimony.key = _key(player);
        testimony.validator = vm.addr(testimony.key);
        testimony.trainer = batch.trainer;
        testimony.batchId = batch.header.id;
        testimony.record = record;
        testimony.nonce = nonce;
        testimony.deadline = uint40(block.timestamp + 1 hours);
        testimony.maxFeeGwei = MAX_FEE_GWEI;
    }

    /// @dev The statement as it travels, written from its description: signed by the testimony's key.
    function _signed(Testimony memory testimony) internal view returns (bytes memory) {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(
                    "Validation(address trainer,address validator,uint64 contribution,uint32 nonce,uint40 deadline,uint64 maxFeeGwei)"
                ),
                testimony.trainer,
                testimony.validator,
                testimony.batchId * 256 + testimony.record,
                testimony.nonce,
                testimony.deadline,
                testimony.maxFeeGwei
            )
        );
        (bytes32 r, bytes32 vs) =
            vm.signCompact(testimony.key, keccak256(abi.encodePacked(hex"1901", separator, structHash)));
        return abi.encodePacked(
            testimony.validator, testimony.record, testimony.nonce, testimony.deadline, testimony.maxFeeGwei, r, vs
        );
    }

    function _says(uint256 player, uint32 nonce, Batch memory batch, uint8 record)
        internal
        view
        returns (bytes memory)
    {
        return _signed(_testimony(player, nonce, batch, record));
    }

    function _validate(Batch memory batch, bytes memory items) internal returns (Verdict memory verdict) {
        vm.prank(settler);
        (verdict.validatedMap, verdict.outcomes, verdict.settledMap) =
            forwarder.validate(batch.trainer, batch.terms, batch.header, batch.records, items);
    }

    function _points(uint256 player) internal view returns (uint256) {
        return gamified.standing(_player(player)).points;
    }
}
