// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDataHandler} from "../../src/interfaces/IDataHandler.sol";
import {IForwarder, Outcome, Tank} from "../../src/interfaces/IForwarder.sol";
import {IValidatedTrainer} from "../../src/interfaces/IValidation.sol";
import {GamifiedHouse, Testimony, Verdict} from "../support/GamifiedHouse.sol";
import {Batch} from "../support/House.sol";
import {LyingTrainer} from "../support/LyingTrainer.sol";
import {Draft, Wire} from "../support/Wire.sol";

/// @title Validations through the Forwarder: signed, once, each for itself, and paid from what was set aside
contract ValidatingTest is GamifiedHouse {
    // --- what is paid

    function test_fees_are_settled_when_points_are_awarded() external {
        Batch memory batch = _addOf(3, 0);
        Tank memory before = forwarder.tank(sponsor);
        _validate(batch, bytes.concat(_says(1, 1, batch, 0), _says(2, 1, batch, 1)));
        Tank memory afterwards = forwarder.tank(sponsor);
        uint256 feesWei = forwarder.credit(relayer) + forwarder.credit(settler);
        vm.assertGt(forwarder.credit(relayer), 0, "the adding fee of the batch's relayer");
        vm.assertGt(forwarder.credit(settler), 0, "the fee of whoever brought the validations");
        vm.assertEq(
            uint256(before.availableWei) + before.reservedWei,
            uint256(afterwards.availableWei) + afterwards.reservedWei + feesWei,
            "out of the tank, to the wei"
        );
        vm.assertEq(address(forwarder).balance, TANK_WEI, "no money moved");
    }

    function test_a_validation_pays_what_settling_pays() external {
        Batch memory confirmed = _addOf(2, 0);
        _validate(confirmed, _says(1, 1, confirmed, 0));
        uint256 validatedWei = forwarder.credit(settler);
        Batch memory lapsed = _addOf(2, 2);
        _wait(LAPSE_WAIT_S);
        _settle(lapsed, 1);
        vm.assertEq(forwarder.credit(settler) - validatedWei, validatedWei, "the same fee");
    }

    function test_all_that_was_reserved_is_released() external {
        Batch memory batch = _addOf(2, 0);
        _validate(batch, bytes.concat(_says(1, 1, batch, 0), _says(0, 1, batch, 1)));
        vm.assertEq(forwarder.tank(sponsor).reservedWei, 0, "nothing is left reserved");
        vm.assertEq(forwarder.reservedFor(sponsor, address(model.trainer)), 0, "nor for this trainer");
    }

    function test_refused_validations_pay_nothing() external {
        Batch memory batch = _addOf(2, 0);
        _validate(batch, bytes.concat(_says(0, 1, batch, 0), _says(9, 0, batch, 1)));
        vm.assertEq(forwarder.credit(settler) + forwarder.credit(relayer), 0, "no fees");
    }

    function test_a_validators_money_is_never_touched() external {
        _giveBoth(1 ether);
        Batch memory batch = _addOf(2, 0);
        vm.assertEq(_validate(batch, _says(1, 1, batch, 0)).validatedMap, 1, "takes effect");
        vm.assertEq(_balanceOf(_player(0)), 1 ether, "the author's balance");
        vm.assertEq(_balanceOf(_player(1)), 1 ether, "the validator's balance");
    }

    function test_pausing_does_not_stop_validations() external {
        Batch memory batch = _addOf(2, 0);
        vm.prank(sponsor);
        forwarder.setPaused(true);
        vm.assertEq(_validate(batch, _says(1, 1, batch, 0)).validatedMap, 1, "as with settling");
    }

    // --- what is refused, and its neighbours

    function test_every_refusal_has_its_reason() external {
        Batch memory batch = _addOf(9, 0);
        Testimony[8] memory bad;
        for (uint8 i = 0; i < 8; ++i) {
            bad[i] = _testimony(i, 1, batch, 8);
        }
        bad[0].deadline = uint40(block.timestamp - 1);
        bad[1].nonce = 0;
        bad[2].maxFeeGwei = 1;
        bad[3].key = _key(77);
        bad[4].record = 200;
        bad[5].record = 5;
        bad[6].trainer = stranger;
        bytes memory items;
        for (uint256 i = 0; i < 8; ++i) {
            items = bytes.concat(items, _signed(bad[i]));
        }
        Verdict memory verdict = _validate(batch, items);
        vm.assertEq(verdict.outcomes, hex"0102030407080400", "each its own");
        vm.assertEq(verdict.validatedMap, 1 << 7, "the last one holds");
        vm.assertEq(_points(8), 1, "and counts");
    }

    function test_a_skipped_validation_is_told_by_event() external {
        Batch memory batch = _addOf(1, 0);
        vm.expectEmit(true, true, true, true, address(forwarder));
        emit IForwarder.ValidationSkipped(batch.trainer, _player(0), 0, 1, Outcome.OwnContribution);
        _validate(batch, _says(0, 1, batch, 0));
    }

    function test_each_validation_takes_effect_once() external {
        Batch memory first = _addOf(2, 0);
        bytes memory item = _says(1, 1, first, 0);
        _validate(first, item);
        vm.assertEq(_validate(first, item).outcomes, hex"02", "its nonce is spent");
    }

    function test_validations_and_contributions_share_their_nonces() external {
        Batch memory batch = _addOf(2, 0);
        _validate(batch, _says(1, 5, batch, 0));
        vm.assertEq(_add(_item(_draft(1, 5))).outcomes, hex"02", "spent by the validation");
        vm.assertEq(_validate(batch, _says(0, 0, batch, 1)).outcomes, hex"02", "spent by the contribution");
    }

    function test_a_validation_names_its_batch() external {
        Batch memory first = _addOf(2, 0);
        Batch memory second = _addOf(2, 1);
        bytes memory item = _says(1, 2, first, 0);
        vm.assertEq(_validate(second, item).outcomes, hex"04", "signed for another batch");
        vm.assertEq(_validate(first, item).validatedMap, 1, "good where it belongs");
    }

    function test_after_a_fork_only_validations_for_the_new_chain_count() external {
        Batch memory batch = _addOf(2, 0);
        bytes memory item = _says(1, 1, batch, 0);
        vm.chainId(block.chainid + 1);
        vm.assertEq(_validate(batch, item).outcomes, hex"04", "signed for the old chain");
    }

    function test_the_fee_that_a_validator_signs_covers_the_settling_of_that_sample() external {
        Batch memory batch = _addOf(2, 0);
        uint256 units = uint256(_schedule().settleUnits) + 4 * uint256(_schedule().settleUnitsPerByte);
        uint256 feeWei = units * GAS_PRICE_WEI;
        Testimony memory testimony = _testimony(1, 1, batch, 0);
        testimony.maxFeeGwei = uint64(feeWei / 1 gwei) - 1;
        vm.assertEq(_validate(batch, _signed(testimony)).outcomes, hex"03", "a gwei short");
        testimony.maxFeeGwei = uint64((feeWei + 1 gwei - 1) / 1 gwei);
        vm.assertEq(_validate(batch, _signed(testimony)).validatedMap, 1, "enough");
    }

    function testFuzz_any_changed_byte_spoils_its_own_validation_only(uint256 place, uint8 flip) external {
        Batch memory batch = _addOf(4, 0);
        bytes memory items = bytes.concat(_says(1, 1, batch, 0), _says(2, 1, batch, 1), _says(3, 1, batch, 2));
        place = VALIDATION_BYTES + place % VALIDATION_BYTES;
        if (flip == 0) flip = 1;
        items[place] = bytes1(uint8(items[place]) ^ flip);
        Verdict memory verdict = _validate(batch, items);
        vm.assertEq(verdict.validatedMap, 5, "the first and the third");
        vm.assertNotEq(uint8(verdict.outcomes[1]), 0, "the changed one has a reason");
        vm.assertEq(_points(1), 0, "and earns nothing");
    }

    function testFuzz_garbage_never_touches_the_books(uint256 seed) external {
        Batch memory batch = _addOf(2, 0);
        bytes memory garbage = new bytes(3 * VALIDATION_BYTES);
        for (uint256 i = 0; i < garbage.length; ++i) {
            garbage[i] = bytes1(uint8(uint256(keccak256(abi.encode(seed, i)))));
        }
        Tank memory before = forwarder.tank(sponsor);
        vm.assertEq(_validate(batch, garbage).validatedMap, 0, "nothing holds");
        vm.assertEq(keccak256(abi.encode(before)), keccak256(abi.encode(forwarder.tank(sponsor))), "same tank");
    }

    // --- what is reverted

    function test_items_that_do_not_end_where_the_last_one_ends_are_refused() external {
        Batch memory batch = _addOf(2, 0);
        bytes memory items = bytes.concat(_says(1, 1, batch, 0), hex"00");
        vm.expectRevert(IForwarder.BadFraming.selector);
        this.validate(batch, items);
    }

    function test_more_than_255_items_are_refused() external {
        Batch memory batch = _addOf(1, 0);
        vm.expectRevert(IForwarder.TooManyItems.selector);
        this.validate(batch, new bytes(256 * VALIDATION_BYTES));
    }

    function test_255_items_are_heard() external {
        Batch memory batch = _addOf(1, 0);
        vm.assertEq(_validate(batch, new bytes(255 * VALIDATION_BYTES)).outcomes.length, 255, "all have an outcome");
    }

    function test_changed_terms_header_or_records_are_refused() external {
        Batch memory batch = _addOf(2, 0);
        bytes memory item = _says(1, 1, batch, 0);
        Batch memory changed = _copy(batch);
        changed.terms.relayer = stranger;
        vm.expectRevert(IForwarder.WrongTerms.selector);
        this.validate(changed, item);
        changed = _copy(batch);
        changed.header.accepted = 1;
        vm.expectRevert(abi.encodeWithSelector(IDataHandler.UnknownBatch.selector, batch.header.id, batch.header.slot));
        this.validate(changed, item);
        changed = _copy(batch);
        changed.records[5] = bytes1(uint8(changed.records[5]) ^ 1);
        vm.expectRevert(abi.encodeWithSelector(IDataHandler.UnknownBatch.selector, batch.header.id, batch.header.slot));
        this.validate(changed, item);
    }

    function test_a_model_with_stakes_takes_no_validations() external {
        model = _deployModel(_deployPerceptron(FEATURES, INTERCEPT, 1));
        _open(sponsor, address(model.trainer), _schedule());
        _wait(1 days);
        Batch memory batch = _addOf(2, 0);
        bytes memory item = _says(1, 1, batch, 0);
        vm.expectRevert(IValidatedTrainer.NoValidations.selector);
        this.validate(batch, item);
    }

    /// @dev Any contract may give players money through `collect`.
    function _giveBoth(uint256 amountWei) private {
        LyingTrainer giver = new LyingTrainer();
        vm.deal(address(giver), 2 * amountWei);
        giver.tellCollected(amountWei, amountWei);
        address[] memory players = new address[](2);
        (players[0], players[1]) = (_player(0), _player(1));
        forwarder.collect(address(giver), players);
    }

    function validate(Batch memory batch, bytes memory items) external {
        _validate(batch, items);
    }

    function _copy(Batch memory batch) private pure returns (Batch memory) {
        return abi.decode(abi.encode(batch), (Batch));
    }
}
