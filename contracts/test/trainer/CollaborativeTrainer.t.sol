// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDataHandler} from "../../src/interfaces/IDataHandler.sol";
import {BatchHeader, ITrainer, Settlement} from "../../src/interfaces/ITrainer.sol";
import {Batch, House} from "../support/House.sol";
import {TrainerApi} from "../support/Contracts.sol";
import {Refuser} from "../support/Receivers.sol";
import {Samples} from "../support/Samples.sol";

/// @title A player may go without the house: with an own stake, refunded or lost by the same rules
contract CollaborativeTrainerTest is House {
    uint256 private constant STAKE_WEI = 0.01 ether;
    address private _own = vm.addr(0x0711);

    function setUp() public override {
        super.setUp();
        _useStake(STAKE_WEI);
        vm.deal(_own, 10 ether);
    }

    function test_a_direct_contribution_is_staked_and_refunded_to_its_author() external {
        BatchHeader memory header = _contribute(0, STAKE_WEI);
        vm.assertEq(header.payer, _own, "payer");
        vm.assertEq(header.context, bytes32(0), "no terms");
        vm.assertEq(model.mechanism.openStakesWei(), STAKE_WEI, "staked");
        _wait(REFUND_WAIT_S);
        vm.prank(stranger);
        Settlement memory settlement = model.trainer.settle(header, _recordOf(0), 1);
        vm.assertEq(settlement.refundedMap, 1, "refunded");
        vm.assertEq(model.mechanism.claimableWei(_own), STAKE_WEI, "to be claimed by its author");
        vm.prank(_own);
        model.mechanism.claim();
        vm.assertEq(_own.balance, 10 ether, "nothing lost");
        (uint256 points,) = model.mechanism.account(_own);
        vm.assertEq(points, 1, "a point");
    }

    function test_a_wrong_direct_contribution_loses_its_stake_to_those_with_points() external {
        _assertRefundedRound(0);
        BatchHeader memory header = _contribute(1, STAKE_WEI);
        _wait(FORFEIT_WAIT_S);
        Settlement memory settlement = model.trainer.settle(header, _recordOf(1), 1);
        vm.assertEq(settlement.forfeitedMap, 1, "forfeited");
        (, uint256 unclaimedWei) = model.mechanism.account(_player(0));
        vm.assertEq(unclaimedWei, STAKE_WEI, "to the holder of the only point");
    }

    function test_what_is_sent_above_the_stake_can_be_claimed() external {
        _contribute(0, STAKE_WEI + 123);
        vm.assertEq(model.mechanism.claimableWei(_own), 123, "the surplus");
        _assertMechanismBooks();
    }

    function test_too_little_is_refused() external {
        vm.prank(_own);
        vm.expectRevert(abi.encodeWithSelector(ITrainer.StakeNotCovered.selector, STAKE_WEI - 1, STAKE_WEI));
        model.trainer.contribute{value: STAKE_WEI - 1}(0, Samples.list(1));
    }

    function test_what_does_not_fit_is_refused() external {
        vm.startPrank(_own);
        vm.expectRevert(ITrainer.Unfit.selector);
        model.trainer.contribute{value: STAKE_WEI}(2, Samples.list(1));
        vm.expectRevert(ITrainer.Unfit.selector);
        model.trainer.contribute{value: STAKE_WEI}(0, Samples.list(2, 1));
        vm.assertEq(_own.balance, 10 ether, "nothing was taken");
    }

    function test_dividends_of_a_direct_player_can_be_claimed() external {
        BatchHeader memory header = _contribute(0, STAKE_WEI);
        _wait(FORFEIT_WAIT_S);
        model.trainer.settle(header, _recordOf(0), 1);
        Batch memory lost = _add(_item(_wrong(1, 0)));
        _wait(FORFEIT_WAIT_S);
        _settleAll(lost);
        vm.prank(_own);
        vm.assertEq(model.mechanism.claim(), 2 * STAKE_WEI, "refund and dividend");
        _assertMechanismBooks();
    }

    function test_a_claim_that_is_refused_loses_nothing() external {
        Refuser refuser = new Refuser();
        vm.deal(address(refuser), 1 ether);
        vm.prank(address(refuser));
        model.trainer.contribute{value: STAKE_WEI + 5}(0, Samples.list(1));
        vm.prank(address(refuser));
        vm.expectRevert();
        model.mechanism.claim();
        vm.assertEq(model.mechanism.claimableWei(address(refuser)), 5, "still there");
    }

    // --- each batch settles where its stakes came from

    function test_a_forwarders_batch_does_not_settle_directly() external {
        Batch memory batch = _add(_items(1, 0));
        _wait(REFUND_WAIT_S);
        vm.expectRevert(abi.encodeWithSelector(ITrainer.WrongPayer.selector, address(forwarder)));
        model.trainer.settle(batch.header, batch.records, 1);
    }

    function test_only_the_forwarder_brings_and_settles_batches() external {
        Batch memory batch = _add(_items(1, 0));
        _wait(REFUND_WAIT_S);
        bytes memory refusal = abi.encodeWithSelector(ITrainer.OnlyForwarder.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        model.trainer.addBatch(batch.records, 1, 0);
        vm.expectRevert(refusal);
        model.trainer.settleBatch(batch.header, batch.records, 1);
        vm.expectRevert(refusal);
        model.trainer.collect(_player(0));
    }

    function test_nobody_contributes_in_anothers_name() external {
        vm.deal(stranger, 1 ether);
        vm.prank(stranger);
        vm.expectRevert();
        model.trainer.addOwn{value: STAKE_WEI}(_recordOf(0), _own);
    }

    function test_a_direct_batch_settles_once() external {
        BatchHeader memory header = _contribute(0, STAKE_WEI);
        _wait(REFUND_WAIT_S);
        model.trainer.settle(header, _recordOf(0), 1);
        vm.expectRevert(abi.encodeWithSelector(IDataHandler.UnknownBatch.selector, header.id, header.slot));
        model.trainer.settle(header, _recordOf(0), 1);
    }

    function test_other_records_than_those_added_are_refused() external {
        BatchHeader memory header = _contribute(0, STAKE_WEI);
        _wait(REFUND_WAIT_S);
        vm.expectRevert(abi.encodeWithSelector(IDataHandler.UnknownBatch.selector, header.id, header.slot));
        model.trainer.settle(header, _recordOf(1), 1);
    }

    function test_a_header_with_another_payer_is_refused() external {
        BatchHeader memory header = _contribute(0, STAKE_WEI);
        _wait(REFUND_WAIT_S);
        header.payer = stranger;
        vm.expectPartialRevert(IDataHandler.UnknownBatch.selector);
        model.trainer.settle(header, _recordOf(0), 1);
    }

    function test_tells_what_it_is_made_of() external view {
        TrainerApi trainer = model.trainer;
        vm.assertEq(trainer.name(), "a model", "name");
        vm.assertEq(trainer.forwarder(), address(forwarder), "forwarder");
        vm.assertEq(trainer.mechanism(), address(model.mechanism), "mechanism");
        vm.assertEq(trainer.dataHandler(), address(model.data), "data handler");
        vm.assertEq(trainer.classifier(), model.classifier, "classifier");
        vm.assertEq(trainer.stakeWei(), STAKE_WEI, "stake");
        vm.assertEq(trainer.predict(Samples.list(1)), 0, "prediction");
    }

    // --- support

    function _contribute(uint16 label, uint256 valueWei) private returns (BatchHeader memory) {
        vm.prank(_own);
        return model.trainer.contribute{value: valueWei}(label, Samples.list(3, 4));
    }

    function _recordOf(uint16 label) private view returns (bytes memory) {
        return abi.encodePacked(_own, label, uint16(4), Samples.list(3, 4));
    }

    function _assertRefundedRound(uint256 player) private {
        Batch memory batch = _add(_item(_draft(player, 0)));
        _wait(REFUND_WAIT_S);
        (uint256 refundedMap,) = _settleAll(batch);
        vm.assertEq(refundedMap, 1, "refunded");
    }
}
