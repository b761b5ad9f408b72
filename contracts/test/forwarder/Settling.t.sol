// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDataHandler} from "../../src/interfaces/IDataHandler.sol";
import {IForwarder} from "../../src/interfaces/IForwarder.sol";
import {Batch, House} from "../support/House.sol";
import {Vm} from "../support/Vm.sol";
import {Draft} from "../support/Wire.sol";

/// @title The reward stage: once, by anyone, with exactly what was added
contract SettlingTest is House {
    function test_nothing_settles_before_the_reward_stage() external {
        Batch memory batch = _add(_items(2, 0));
        _wait(REFUND_WAIT_S - 1);
        _assertSettles(batch, type(uint256).max, 0, 0);
        vm.assertEq(forwarder.credit(settler), 0, "nothing earned");
        _wait(1);
        _assertSettles(batch, type(uint256).max, 3, 0);
    }

    function test_a_disagreeing_contribution_stays_open_until_it_is_forfeited() external {
        Batch memory batch = _add(bytes.concat(_item(_draft(0, 0)), _item(_wrong(1, 0))));
        _wait(FORFEIT_WAIT_S - 1);
        _assertSettles(batch, type(uint256).max, 1, 0);
        _wait(1);
        _assertSettles(batch, type(uint256).max, 0, 2);
    }

    function test_each_contribution_settles_once() external {
        Batch memory batch = _add(_items(3, 0));
        _wait(REFUND_WAIT_S);
        _assertSettles(batch, 2, 2, 0);
        uint256 earnedWei = forwarder.credit(settler);
        _assertSettles(batch, 2, 0, 0);
        vm.assertEq(forwarder.credit(settler), earnedWei, "not paid twice");
        _assertSettles(batch, type(uint256).max, 5, 0);
        vm.expectRevert(abi.encodeWithSelector(IDataHandler.UnknownBatch.selector, batch.header.id, batch.header.slot));
        this.settleAll(batch);
    }

    function testFuzz_any_order_of_masks_settles_each_once(uint256 seed) external {
        Batch memory batch = _add(_items(10, 0));
        _wait(REFUND_WAIT_S);
        uint256 settledMap = 0;
        for (uint256 i = 0; settledMap != 1023; ++i) {
            uint256 mask = _draw(seed, i) | (i > 5 ? 1023 : 0);
            (uint256 refundedMap,) = _settle(batch, mask);
            vm.assertEq(refundedMap, mask & ~settledMap & 1023, "what was asked for and open");
            settledMap |= refundedMap;
        }
        vm.assertEq(model.mechanism.openStakesWei(), 0, "all stakes are back");
        vm.assertEq(forwarder.tank(sponsor).reservedWei, 0, "all reserves are released");
    }

    function test_anybody_may_settle_and_is_paid() external {
        Batch memory batch = _add(_items(2, 0));
        _wait(REFUND_WAIT_S);
        vm.prank(stranger);
        forwarder.settle(batch.trainer, batch.terms, batch.header, batch.records, 3);
        vm.assertGt(forwarder.credit(stranger), 0, "the stranger's part");
        vm.assertGt(forwarder.credit(relayer), 0, "the relayer's part");
    }

    function test_an_item_left_out_by_the_model_is_no_part_of_settling() external {
        Draft memory odd = _draft(1, 0);
        odd.sample = hex"00";
        bytes memory unfit = _item(odd);
        Batch memory batch = _add(bytes.concat(unfit, _item(_draft(2, 0))));
        vm.assertEq(batch.acceptedMap, 2, "by item index");
        _wait(FORFEIT_WAIT_S);
        _assertSettles(batch, type(uint256).max, 2, 0);
    }

    function test_settling_what_is_not_due_publishes_nothing() external {
        Batch memory batch = _add(_items(2, 0));
        vm.recordLogs();
        _assertSettles(batch, type(uint256).max, 0, 0);
        vm.assertEq(vm.getRecordedLogs().length, 0, "no event");
    }

    function test_events_tell_the_whole_settlement() external {
        Batch memory batch = _add(bytes.concat(_item(_draft(0, 0)), _item(_wrong(1, 0))));
        _wait(FORFEIT_WAIT_S);
        vm.recordLogs();
        _settleAll(batch);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        Vm.Log memory last = logs[logs.length - 1];
        vm.assertEq(last.topics[0], IForwarder.BatchSettled.selector, "BatchSettled");
        vm.assertEq(last.topics[3], bytes32(uint256(uint160(settler))), "settler");
        (uint64 id, uint256 refundedMap, uint256 forfeitedMap, uint256 feesWei, uint256 fromRewardsWei) =
            abi.decode(last.data, (uint64, uint256, uint256, uint256, uint256));
        vm.assertEq(id, batch.header.id, "id");
        vm.assertEq(refundedMap, 1, "refunded");
        vm.assertEq(forfeitedMap, 2, "forfeited");
        vm.assertEq(feesWei, forwarder.credit(relayer) + forwarder.credit(settler), "fees");
        vm.assertEq(fromRewardsWei, 0, "no rewards yet");
    }

    // --- only what was added

    function testFuzz_a_changed_header_is_refused(uint8 field, uint256 change) external {
        Batch memory batch = _add(_items(2, 0));
        _wait(REFUND_WAIT_S);
        change = _bound(change, 1, 1000);
        field = uint8(_bound(field, 0, 8));
        if (field == 0) batch.header.id += uint64(change);
        if (field == 1) batch.header.slot += uint32(change);
        if (field == 2) batch.header.addedAt -= uint40(change);
        if (field == 3) batch.header.stakeWei += uint96(change);
        if (field == 4) batch.header.accepted += uint16(change);
        if (field == 5) batch.header.newSlots += uint32(change);
        if (field == 6) batch.header.payer = address(uint160(change));
        if (field == 7) batch.header.context = bytes32(change);
        if (field == 8) batch.header.recordsHash = bytes32(change);
        vm.expectRevert();
        this.settleAll(batch);
    }

    function testFuzz_changed_terms_are_refused(uint8 field, uint64 change) external {
        Batch memory batch = _add(_items(2, 0));
        _wait(REFUND_WAIT_S);
        change = uint64(_bound(change, 1, 1000));
        field = uint8(_bound(field, 0, 6));
        if (field == 0) batch.terms.relayer = address(uint160(change));
        if (field == 1) batch.terms.addPriceWei += change;
        if (field == 2) batch.terms.settlePriceCapWei += change;
        if (field == 3) batch.terms.settleTipCapWei += change;
        if (field == 4) batch.terms.newPlayers += uint32(change);
        if (field == 5) batch.terms.schedule.addUnits += uint32(change);
        if (field == 6) batch.terms.schedule.settleBatchUnits += uint32(change);
        vm.expectRevert(IForwarder.WrongTerms.selector);
        this.settleAll(batch);
    }

    function test_terms_of_another_sponsor_are_refused() external {
        Batch memory batch = _add(_items(1, 0));
        _wait(REFUND_WAIT_S);
        batch.terms.sponsor = stranger;
        vm.expectRevert(abi.encodeWithSelector(IForwarder.TrainerNotAllowed.selector, stranger, address(model.trainer)));
        this.settleAll(batch);
        vm.prank(stranger);
        forwarder.setTrainer(address(model.trainer), true, _schedule());
        vm.expectRevert(IForwarder.WrongTerms.selector);
        this.settleAll(batch);
    }

    function testFuzz_changed_records_are_refused(uint256 position, uint8 change) external {
        Batch memory batch = _add(_items(2, 0));
        _wait(REFUND_WAIT_S);
        vm.assume(change != 0);
        position = _bound(position, 0, batch.records.length - 1);
        batch.records[position] ^= bytes1(change);
        vm.expectRevert(abi.encodeWithSelector(IDataHandler.UnknownBatch.selector, batch.header.id, batch.header.slot));
        this.settleAll(batch);
    }

    function test_a_header_does_not_fit_another_batch() external {
        Batch memory first = _add(_items(2, 0));
        Batch memory second = _add(_items(2, 1));
        _wait(REFUND_WAIT_S);
        first.header.slot = second.header.slot;
        vm.expectRevert(abi.encodeWithSelector(IDataHandler.UnknownBatch.selector, first.header.id, second.header.slot));
        this.settleAll(first);
    }

    // --- storage in steady state

    /// @dev Steady: somebody's stake is always open, everybody has been here before.
    function test_a_steady_state_makes_no_new_storage() external {
        _add(_item(_draft(50, 0)));
        for (uint32 i = 0; i < 2; ++i) {
            Batch memory warm = _add(_items(10, i));
            _wait(REFUND_WAIT_S);
            _settleAll(warm);
        }
        vm.startStateDiffRecording();
        Batch memory batch = _add(_items(10, 2));
        _wait(REFUND_WAIT_S);
        _settleAll(batch);
        Vm.AccountAccess[] memory accesses = vm.stopAndReturnStateDiff();
        vm.assertEq(_wordsMade(accesses), 0, "words from zero to non-zero");
        vm.assertEq(model.data.slotCount(), 2, "the slot is used again");
    }

    function test_new_storage_is_counted_as_it_is_made() external {
        vm.startStateDiffRecording();
        bytes memory items = bytes.concat(_item(_wrong(0, 0)), _item(_wrong(1, 0)), _item(_draft(2, 0)));
        Batch memory batch = _add(items);
        Vm.AccountAccess[] memory accesses = vm.stopAndReturnStateDiff();
        uint256 countedInModel = batch.header.newSlots;
        uint256 made = _wordsMade(accesses, model.classifier) + _wordsMade(accesses, address(model.data));
        vm.assertEq(countedInModel, made, "classifier and data handler");
        vm.assertEq(batch.terms.newPlayers, 3, "players");
    }

    function test_slots_are_used_again_last_freed_first() external {
        Batch memory first = _add(_items(1, 0));
        Batch memory second = _add(_items(1, 1));
        Batch memory third = _add(_items(1, 2));
        vm.assertEq(model.data.slotCount(), 3, "three at once");
        _wait(REFUND_WAIT_S);
        _settleAll(second);
        _settleAll(first);
        vm.assertEq(_add(_items(1, 3)).header.slot, first.header.slot, "last freed first");
        vm.assertEq(_add(_items(1, 4)).header.slot, second.header.slot, "then the other");
        vm.assertEq(_add(_items(1, 5)).header.slot, 4, "then a new one");
        _settleAll(third);
    }

    // --- support

    function settleAll(Batch calldata batch) external {
        forwarder.settle(batch.trainer, batch.terms, batch.header, batch.records, type(uint256).max);
    }

    function _assertSettles(Batch memory batch, uint256 mask, uint256 refunded, uint256 forfeited) private {
        (uint256 refundedMap, uint256 forfeitedMap) = _settle(batch, mask);
        vm.assertEq(refundedMap, refunded, "refunded");
        vm.assertEq(forfeitedMap, forfeited, "forfeited");
    }

    function _wordsMade(Vm.AccountAccess[] memory accesses) private pure returns (uint256) {
        return _wordsMade(accesses, address(0));
    }

    /// @dev First writes of words that were zero and are not any more; the same word counts once.
    function _wordsMade(Vm.AccountAccess[] memory accesses, address only) private pure returns (uint256 made) {
        for (uint256 i = 0; i < accesses.length; ++i) {
            for (uint256 j = 0; j < accesses[i].storageAccesses.length; ++j) {
                Vm.StorageAccess memory access = accesses[i].storageAccesses[j];
                if (only != address(0) && access.account != only) continue;
                if (access.isWrite && access.previousValue == 0 && access.newValue != 0) ++made;
            }
        }
    }
}
