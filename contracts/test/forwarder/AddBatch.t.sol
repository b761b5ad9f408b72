// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IForwarder, Outcome, Tank} from "../../src/interfaces/IForwarder.sol";
import {Batch, House} from "../support/House.sol";
import {Samples} from "../support/Samples.sol";
import {Vm} from "../support/Vm.sol";
import {Draft, Wire} from "../support/Wire.sol";

/// @title Taking in a batch: what is accepted, what is skipped and why
contract AddBatchTest is House {
    // --- what an accepted batch does

    function test_accepts_sound_items_and_names_them() external {
        Batch memory batch = _add(_items(3, 0));
        _assertOutcomes(batch, hex"000000");
        vm.assertEq(batch.acceptedMap, 7, "accepted map");
        vm.assertEq(batch.header.accepted, 3, "accepted");
        vm.assertEq(batch.header.id, 1, "batch ids start at 1");
        vm.assertEq(batch.header.payer, address(forwarder), "the Forwarder put down the stakes");
        vm.assertEq(batch.header.addedAt, block.timestamp, "added now");
        vm.assertEq(batch.header.recordsHash, keccak256(batch.records), "header commits to the records");
        vm.assertEq(batch.header.context, keccak256(abi.encode(batch.terms)), "header commits to the terms");
    }

    function test_terms_say_who_pays_whom_and_how_much() external {
        Batch memory batch = _add(_items(2, 0));
        vm.assertEq(batch.terms.sponsor, sponsor, "sponsor");
        vm.assertEq(batch.terms.relayer, relayer, "relayer");
        vm.assertEq(batch.terms.addPriceWei, GAS_PRICE_WEI, "price");
        vm.assertEq(batch.terms.settlePriceCapWei, PRICE_CAP_WEI, "settle price cap");
        vm.assertEq(batch.terms.settleTipCapWei, TIP_CAP_WEI, "settle tip cap");
        vm.assertEq(batch.terms.newPlayers, 2, "both players are new");
        vm.assertEq(_add(_items(2, 1)).terms.newPlayers, 0, "nobody is new the second time");
    }

    function test_stakes_move_to_the_mechanism_and_fees_are_reserved() external {
        uint256 stakeWei = model.trainer.stakeWei();
        Batch memory batch = _add(_items(4, 0));
        Tank memory tank = forwarder.tank(sponsor);
        vm.assertEq(address(model.mechanism).balance, 4 * stakeWei, "stakes");
        vm.assertEq(batch.header.stakeWei, stakeWei, "stake in header");
        vm.assertGt(tank.reservedWei, 0, "fees are reserved");
        vm.assertEq(tank.availableWei, TANK_WEI - tank.reservedWei - 4 * stakeWei, "available");
        vm.assertEq(tank.spentTodayWei, tank.reservedWei + 4 * stakeWei, "both count to the day");
    }

    function test_publishes_the_batch_and_every_skipped_item() external {
        Draft memory late = _draft(1, 0);
        late.deadline = 0;
        bytes memory items = bytes.concat(_item(_draft(0, 0)), _item(late));
        vm.expectEmit(true, true, false, true, address(forwarder));
        emit IForwarder.ItemSkipped(address(model.trainer), late.player, 1, 0, Outcome.Expired);
        vm.recordLogs();
        Batch memory batch = _add(items);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        Vm.Log memory last = logs[logs.length - 1];
        vm.assertEq(last.topics[0], IForwarder.BatchAdded.selector, "BatchAdded");
        vm.assertEq(last.topics[3], bytes32(uint256(uint160(relayer))), "relayer");
        vm.assertEq(last.data, abi.encode(batch.header.id, uint256(1), batch.terms), "id, map and terms");
    }

    function test_nothing_at_all_is_no_error() external {
        Batch memory batch = _add("");
        vm.assertEq(batch.acceptedMap, 0, "nothing");
        vm.assertEq(batch.outcomes, "", "no outcome");
        vm.assertEq(forwarder.tank(sponsor).availableWei, TANK_WEI, "nothing spent");
    }

    function test_a_batch_in_which_everything_is_skipped_costs_nothing() external {
        Draft memory late = _draft(0, 0);
        late.deadline = uint40(block.timestamp - 1);
        Batch memory batch = _add(bytes.concat(_item(late), _item(late)));
        _assertOutcomes(batch, hex"0101");
        vm.assertEq(batch.header.accepted, 0, "nothing accepted");
        vm.assertEq(forwarder.tank(sponsor).availableWei, TANK_WEI, "nothing spent");
        vm.assertEq(model.data.batchCount(), 0, "no batch");
    }

    function test_takes_255_items_and_not_one_more() external {
        bytes memory items;
        Draft memory draft = _draft(0, 0);
        draft.deadline = 0;
        bytes memory late = Wire.item(draft, 0, 0);
        for (uint256 i = 0; i < 255; ++i) {
            items = bytes.concat(items, late);
        }
        vm.assertEq(_add(items).outcomes.length, 255, "255 outcomes");
        vm.prank(relayer);
        vm.expectRevert(IForwarder.TooManyItems.selector);
        forwarder.addBatch(sponsor, address(model.trainer), bytes.concat(items, late));
    }

    function test_255_accepted_items_settle_together() external {
        Batch memory batch = _add(_items(255, 0));
        vm.assertEq(batch.acceptedMap, (1 << 255) - 1, "all accepted");
        _wait(REFUND_WAIT_S);
        (uint256 refundedMap,) = _settleAll(batch);
        vm.assertEq(refundedMap, (1 << 255) - 1, "all refunded");
    }

    // --- skip reasons: each with sound neighbours

    function test_skips_an_expired_item() external {
        Draft memory draft = _draft(1, 0);
        draft.deadline = uint40(block.timestamp - 1);
        _assertSkipped(_item(draft), Outcome.Expired);
    }

    function test_takes_an_item_in_its_last_second() external {
        Draft memory draft = _draft(1, 0);
        draft.deadline = uint40(block.timestamp);
        _assertOutcomes(_add(_item(draft)), hex"00");
    }

    function test_skips_a_replayed_item() external {
        bytes memory items = _item(_draft(1, 0));
        _add(items);
        _assertSkipped(items, Outcome.NonceUsed);
    }

    function test_skips_a_copy_within_the_batch() external {
        bytes memory item = _item(_draft(1, 0));
        _assertOutcomes(_add(bytes.concat(item, item, item)), hex"000202");
    }

    function test_skips_a_second_contribution_under_the_same_nonce() external {
        Draft memory other = _draft(1, 0);
        other.label = 1;
        _assertOutcomes(_add(bytes.concat(_item(_draft(1, 0)), _item(other))), hex"0002");
    }

    function test_skips_an_item_whose_fee_is_above_its_maximum() external {
        Draft memory draft = _draft(1, 0);
        draft.maxFeeGwei = _quoteGwei(draft.sample.length) - 1;
        _assertSkipped(_item(draft), Outcome.FeeAboveMax);
    }

    /// @dev The smallest maximum that does not fit 64 bits in wei, the one that wraps to the least, and the largest.
    function test_takes_an_item_whose_maximum_is_huge() external {
        uint64[3] memory maxima = [uint64(18_446_744_074), 36_893_488_148, type(uint64).max];
        for (uint256 i = 0; i < maxima.length; ++i) {
            Draft memory draft = _draft(i, 0);
            draft.maxFeeGwei = maxima[i];
            _assertOutcomes(_add(_item(draft)), hex"00");
        }
    }

    function test_takes_an_item_whose_maximum_is_exactly_the_quote() external {
        Draft memory draft = _draft(1, 0);
        draft.maxFeeGwei = _quoteGwei(draft.sample.length);
        _assertOutcomes(_add(_item(draft)), hex"00");
    }

    function test_skips_a_badly_signed_item() external {
        Draft memory draft = _draft(1, 0);
        draft.key = _key(2);
        _assertSkipped(_item(draft), Outcome.BadSignature);
    }

    function test_skips_items_over_budget_and_takes_those_within() external {
        // Room for about two contributions of this size.
        Batch memory first = _add(_items(1, 0));
        uint256 costWei = forwarder.tank(sponsor).spentTodayWei;
        vm.assertEq(first.header.accepted, 1, "first");
        _wait(1 days);
        _setLimits(uint96(costWei * 5 / 2), PRICE_CAP_WEI, TIP_CAP_WEI);
        Batch memory batch = _add(_items(5, 1));
        vm.assertEq(uint8(batch.outcomes[0]), uint8(Outcome.Accepted), "first within");
        vm.assertEq(uint8(batch.outcomes[4]), uint8(Outcome.OverBudget), "last over");
        vm.assertLe(forwarder.tank(sponsor).spentTodayWei, costWei * 5 / 2, "within the limit");
    }

    function test_an_item_over_budget_keeps_its_nonce() external {
        _setLimits(0, PRICE_CAP_WEI, TIP_CAP_WEI);
        bytes memory item = _item(_draft(1, 0));
        _assertOutcomes(_add(item), hex"05");
        _setLimits(DAILY_LIMIT_WEI, PRICE_CAP_WEI, TIP_CAP_WEI);
        _assertOutcomes(_add(item), hex"00");
    }

    function test_skips_an_unfit_label() external {
        Draft memory draft = _draft(1, 0);
        draft.label = 2;
        _assertSkipped(_item(draft), Outcome.Unfit);
    }

    function test_skips_unordered_and_duplicate_features() external {
        Draft memory draft = _draft(1, 0);
        draft.sample = Samples.list(9, 9);
        _assertSkipped(_item(draft), Outcome.Unfit);
        draft = _draft(1, 1);
        draft.sample = Samples.list(10, 9);
        _assertUnfit(draft);
        draft = _draft(1, 2);
        draft.sample = Samples.list(1, 9, 9);
        _assertUnfit(draft);
    }

    function test_skips_samples_that_are_empty_odd_or_out_of_range() external {
        bytes[3] memory samples = [bytes(""), hex"000102", Samples.list(uint16(FEATURES))];
        for (uint32 i = 0; i < samples.length; ++i) {
            Draft memory draft = _draft(1, i);
            draft.sample = samples[i];
            _assertUnfit(draft);
        }
    }

    function test_an_unfit_item_spends_its_nonce_but_no_money() external {
        Draft memory draft = _draft(1, 0);
        draft.label = 9;
        bytes memory item = _item(draft);
        Batch memory batch = _add(item);
        vm.assertEq(batch.header.accepted, 0, "nothing accepted");
        vm.assertEq(forwarder.tank(sponsor).availableWei, TANK_WEI, "nothing spent");
        vm.assertEq(address(model.mechanism).balance, 0, "no stake kept");
        _assertOutcomes(_add(item), hex"02");
    }

    function test_every_reason_side_by_side() external {
        Draft[7] memory drafts;
        for (uint256 i = 0; i < 7; ++i) {
            drafts[i] = _draft(i, 7);
        }
        _add(_item(drafts[2]));
        drafts[1].deadline = uint40(block.timestamp - 1);
        drafts[3].maxFeeGwei = 0;
        drafts[4].key = _key(99);
        drafts[6].label = 2;
        bytes memory items;
        for (uint256 i = 0; i < 7; ++i) {
            items = bytes.concat(items, _item(drafts[i]));
        }
        Batch memory batch = _add(items);
        _assertOutcomes(batch, hex"00010203040006");
        vm.assertEq(batch.acceptedMap, 33, "first and sixth, by item index");
        vm.assertEq(model.data.openMap(batch.header), 3, "first and second, by record index");
    }

    // --- who may bring a batch

    function test_refuses_a_relayer_that_the_sponsor_did_not_allow() external {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IForwarder.RelayerNotAllowed.selector, sponsor, stranger));
        forwarder.addBatch(sponsor, address(model.trainer), "");
    }

    function test_refuses_a_relayer_that_the_sponsor_dismissed() external {
        vm.prank(sponsor);
        forwarder.setRelayer(relayer, false);
        vm.prank(relayer);
        vm.expectRevert(abi.encodeWithSelector(IForwarder.RelayerNotAllowed.selector, sponsor, relayer));
        forwarder.addBatch(sponsor, address(model.trainer), "");
    }

    function test_refuses_a_trainer_that_the_sponsor_did_not_approve() external {
        vm.prank(relayer);
        vm.expectRevert(abi.encodeWithSelector(IForwarder.TrainerNotAllowed.selector, sponsor, stranger));
        forwarder.addBatch(sponsor, stranger, "");
    }

    function test_a_retired_trainer_takes_nothing_new_but_settles() external {
        Batch memory batch = _add(_items(1, 0));
        vm.prank(sponsor);
        forwarder.setTrainer(address(model.trainer), false, _schedule());
        vm.prank(relayer);
        vm.expectRevert(abi.encodeWithSelector(IForwarder.TrainerNotAllowed.selector, sponsor, address(model.trainer)));
        forwarder.addBatch(sponsor, address(model.trainer), "");
        _wait(REFUND_WAIT_S);
        (uint256 refundedMap,) = _settleAll(batch);
        vm.assertEq(refundedMap, 1, "settled");
    }

    function test_a_paused_tank_takes_nothing() external {
        vm.prank(sponsor);
        forwarder.setPaused(true);
        vm.prank(relayer);
        vm.expectRevert(abi.encodeWithSelector(IForwarder.TankPaused.selector, sponsor));
        forwarder.addBatch(sponsor, address(model.trainer), "");
        vm.prank(sponsor);
        forwarder.setPaused(false);
        _assertOutcomes(_add(_items(1, 0)), hex"00");
    }

    // --- checking

    /// @dev The item is skipped for this reason, and both neighbours take effect.
    function _assertSkipped(bytes memory item, Outcome reason) private {
        bytes memory left = _item(_draft(7, 40));
        bytes memory right = _item(_draft(8, 40));
        Batch memory batch = _add(bytes.concat(left, item, right));
        _assertOutcomes(batch, abi.encodePacked(uint8(0), reason, uint8(0)));
        vm.assertEq(batch.acceptedMap, 5, "the neighbours");
        vm.assertEq(batch.header.accepted, 2, "two took effect");
        _wait(REFUND_WAIT_S);
        (uint256 refundedMap,) = _settleAll(batch);
        vm.assertEq(refundedMap, reason == Outcome.Unfit ? 5 : 3, "both settle");
    }

    function _assertUnfit(Draft memory draft) private {
        _assertOutcomes(_add(bytes.concat(_item(draft), _item(_draft(5, draft.nonce)))), hex"0600");
    }
}
