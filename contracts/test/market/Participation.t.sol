// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPredictionMarket, MarketRules, Phase} from "../../src/interfaces/IPredictionMarket.sol";
import {BatchHeader, ITrainer} from "../../src/interfaces/ITrainer.sol";
import {Batch} from "../support/House.sol";
import {MarketHouse} from "../support/MarketHouse.sol";
import {Samples} from "../support/Samples.sol";
import {ScriptedClassifier} from "../support/ScriptedClassifier.sol";

/// @title Contributing with stakes
contract MarketParticipationTest is MarketHouse {
    address private a = vm.addr(0xaaa);

    function test_the_model_learns_nothing_while_contributions_come() external {
        _openMarket(_rights(5, 6, 8), _rules());
        _contribute(a);
        vm.assertEq(ScriptedClassifier(address(_classifier())).learnt(), 0, "the model is as it was");
    }

    function test_participation_ends_when_there_are_enough() external {
        MarketRules memory rules = _rules();
        rules.maxContributions = 2;
        _openMarket(_rights(5, 6, 8), rules);
        _contribute(a);
        _assertPhase(Phase.Participation, "room for one more");
        _contribute(a);
        _assertPhase(Phase.Reveal, "enough");
        vm.deal(a, STAKE_WEI);
        vm.prank(a);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.WrongPhase.selector, Phase.Reveal));
        market.contribute{value: STAKE_WEI}(1, Samples.list(7));
    }

    function test_participation_ends_by_time() external {
        _openMarket(_rights(5, 6, 8), _rules());
        _contribute(a);
        vm.warp(uint256(market.state().endsAt) - 1);
        _contribute(a);
        _wait(1);
        _assertPhase(Phase.Reveal, "over");
    }

    function test_what_there_is_no_room_for_is_left_out_and_its_stake_handed_back() external {
        MarketRules memory rules = _rules();
        rules.maxContributions = 2;
        _openMarket(_rights(5, 6, 8), rules);
        _open(sponsor, address(market), _schedule());
        Batch memory batch = _addToMarket(_threeItems(0));
        vm.assertEq(batch.outcomes, hex"000006", "room for two");
        vm.assertEq(market.openWei(), 2 ether, "two stakes");
        _assertMarketBooks();
    }

    function test_a_late_batch_is_left_out_and_not_reverted() external {
        _openMarket(_rights(5, 6, 8), _rules());
        _open(sponsor, address(market), _schedule());
        _endParticipation();
        uint256 before = forwarder.tank(sponsor).availableWei;
        Batch memory batch = _addToMarket(_threeItems(0));
        vm.assertEq(batch.outcomes, hex"060606", "all too late");
        vm.assertEq(forwarder.tank(sponsor).availableWei, before, "the tank paid nothing");
        _assertMarketBooks();
    }

    function test_a_batch_before_the_opening_is_left_out() external {
        _announce(_rights(5, 6, 8), _rules());
        _open(sponsor, address(market), _schedule());
        Batch memory batch = _addToMarket(_threeItems(0));
        vm.assertEq(batch.acceptedMap, 0, "not open yet");
    }

    function test_what_is_sent_above_the_stake_can_be_claimed() external {
        _openMarket(_rights(5, 6, 8), _rules());
        vm.deal(a, 3 ether);
        vm.prank(a);
        market.contribute{value: 3 ether}(1, Samples.list(7));
        _assertMarketBooks();
        vm.assertEq(_claim(a), 2 ether, "the rest");
        _assertMarketBooks();
    }

    function test_too_small_a_stake_and_unfit_data_are_refused() external {
        _openMarket(_rights(5, 6, 8), _rules());
        vm.deal(a, 2 ether);
        vm.startPrank(a);
        vm.expectRevert(abi.encodeWithSelector(ITrainer.StakeNotCovered.selector, STAKE_WEI - 1, STAKE_WEI));
        market.contribute{value: STAKE_WEI - 1}(1, Samples.list(7));
        vm.expectRevert(ITrainer.Unfit.selector);
        market.contribute{value: STAKE_WEI}(2, Samples.list(7));
        vm.stopPrank();
    }

    function test_only_the_forwarder_brings_batches_for_others() external {
        _openMarket(_rights(5, 6, 8), _rules());
        bytes memory records = _record(a, 1, Samples.list(7));
        vm.deal(stranger, 1 ether);
        vm.startPrank(stranger);
        vm.expectRevert(abi.encodeWithSelector(ITrainer.OnlyForwarder.selector, stranger));
        market.addBatch{value: 1 ether}(records, 1, bytes32(0));
        BatchHeader memory header;
        vm.expectRevert(abi.encodeWithSelector(ITrainer.OnlyForwarder.selector, stranger));
        market.settleBatch(header, records, 1);
        vm.expectRevert(abi.encodeWithSelector(ITrainer.OnlyForwarder.selector, stranger));
        market.collect(a);
        vm.stopPrank();
    }

    function test_new_storage_is_reported_to_who_pays_for_it() external {
        _openMarket(_rights(5, 6, 8), _rules());
        _open(sponsor, address(market), _schedule());
        Batch memory batch = _addToMarket(_item(_marketDraft(0, 0)));
        vm.assertEq(batch.header.newSlots, 3, "two of the data handler, one for the numbers");
        batch = _addToMarket(_item(_marketDraft(0, 1)));
        vm.assertEq(batch.header.newSlots, 2, "the numbers of sixteen batches share a word");
    }

    function test_everybody_can_tell_the_numbers_of_a_batch() external {
        _openMarket(_rights(5, 6, 8), _rules());
        _open(sponsor, address(market), _schedule());
        uint256[] memory firsts = new uint256[](18);
        for (uint32 i = 0; i < 18; ++i) {
            firsts[i] = market.state().contributions + 1;
            if (i % 3 == 0) _contribute(a);
            else _addToMarket(_threeItems(i));
        }
        for (uint256 i = 0; i < 18; ++i) {
            vm.assertEq(market.firstNumber(i + 1), firsts[i], "numbered in the order of coming");
        }
    }

    function _threeItems(uint32 nonce) private view returns (bytes memory) {
        return bytes.concat(_item(_marketDraft(0, nonce)), _item(_marketDraft(1, nonce)), _item(_marketDraft(2, nonce)));
    }

    function _classifier() private view returns (address classifier) {
        (, bytes memory answer) = address(market).staticcall(abi.encodeWithSignature("classifier()"));
        return abi.decode(answer, (address));
    }
}
