// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPredictionMarket, MarketRules, Phase} from "../../src/interfaces/IPredictionMarket.sol";
import {Settlement} from "../../src/interfaces/ITrainer.sol";
import {Batch} from "../support/House.sol";
import {MarketHouse} from "../support/MarketHouse.sol";
import {Draft} from "../support/Wire.sol";

/// @notice Claims again while it is being paid.
contract GreedyParticipant {
    IPredictionMarket private immutable _market;
    bool private _greedy = true;

    constructor(IPredictionMarket market_) {
        _market = market_;
    }

    function contribute() external {
        _market.contribute{value: 2 ether}(1, hex"0007");
    }

    function behave() external {
        _greedy = false;
    }

    function take() external {
        _market.claim();
    }

    receive() external payable {
        if (_greedy) _market.claim();
    }
}

/// @title Who is paid what when a market is scored
contract MarketPayoutsTest is MarketHouse {
    address private a = vm.addr(0xaaa);
    address private b = vm.addr(0xbbb);

    // --- the three examples of the design: stakes of 1, bounty of 100

    function test_both_improve_and_both_are_paid_by_their_share() external {
        _playTwo(_rights(5, 6, 8), _rules());
        vm.assertEq(_claim(a), 11 ether, "A: +10");
        vm.assertEq(_claim(b), 21 ether, "B: +20");
        vm.assertEq(_claim(provider), 70 ether, "what no accuracy was gained for returns");
        vm.assertEq(address(market).balance, 0, "nothing is left over");
    }

    function test_who_harms_loses_the_stake_and_the_other_keeps_all_its_gains() external {
        _playTwo(_rights(5, 7, 6), _rules());
        vm.assertEq(_claim(a), 21 ether, "A: +20");
        vm.assertEq(_claim(b), 0, "B: -1");
        vm.assertEq(_claim(provider), 81 ether, "B's stake is part of what returns");
    }

    function test_harming_less_loses_less() external {
        _playTwo(_rights(9, 8, 5), _rules());
        uint256 lostByA = STAKE_WEI - _claim(a);
        vm.assertEq(lostByA, uint256(1 ether) / 3 + 1, "A: -1/3, rounded against A by less than a wei");
        vm.assertEq(_claim(b), 0, "B: -1");
        vm.assertEq(_claim(provider), 100 ether + 1 ether + lostByA, "the whole bounty returns");
    }

    function test_a_third_is_exact_when_wei_allow_it() external {
        MarketRules memory rules = _rules();
        rules.stakeWei = 0.3 ether;
        _openMarket(_rights(9, 8, 5), rules);
        _contributeTwo();
        _score();
        _settleSupplied(0);
        vm.assertEq(_claim(a), (1 ether - 0.3 ether) + 0.2 ether, "A: -1/3 of 0.3, and the change");
    }

    // --- the same through the Forwarder

    function test_players_of_the_forwarder_get_gains_and_the_tank_its_stakes() external {
        Batch memory batch = _batchOfTwo(_rights(5, 6, 8));
        uint256 tankWei = forwarder.tank(sponsor).availableWei;
        (uint256 refunded, uint256 forfeited) = _settleAll(batch);
        vm.assertEq(refunded, 3, "both stakes are whole");
        vm.assertEq(forfeited, 0, "nothing lost");
        uint256 feesWei = forwarder.credit(relayer) + forwarder.credit(settler);
        uint256 playersWei = _balanceOf(_player(0)) + _balanceOf(_player(1));
        vm.assertGe(playersWei, 30 ether - feesWei, "30 in rewards, less at most the fees");
        vm.assertGe(forwarder.tank(sponsor).availableWei, tankWei + 2 ether, "two stakes came back");
        vm.assertEq(_claim(provider), 70 ether, "provider");
        vm.assertEq(address(market).balance, 0, "nothing is left over");
        _assertForwarderBooks();
    }

    function test_what_is_left_of_a_lost_stake_goes_to_the_tank() external {
        Batch memory batch = _batchOfTwo(_rights(9, 8, 5));
        uint256 before = address(forwarder).balance;
        (uint256 refunded, uint256 forfeited) = _settleAll(batch);
        vm.assertEq(refunded, 0, "no stake is whole");
        vm.assertEq(forfeited, 3, "both lost");
        vm.assertEq(address(forwarder).balance - before, uint256(2 ether) / 3, "two thirds of one stake came back");
        vm.assertEq(_balanceOf(_player(0)) + _balanceOf(_player(1)), 0, "no rewards");
        _assertForwarderBooks();
    }

    function test_a_batch_settles_in_parts_and_never_twice() external {
        Batch memory batch = _batchOfTwo(_rights(5, 7, 6));
        (uint256 refunded, uint256 forfeited) = _settle(batch, 2);
        vm.assertEq(refunded, 0, "A was not asked for");
        vm.assertEq(forfeited, 2, "B lost");
        (refunded, forfeited) = _settle(batch, type(uint256).max);
        vm.assertEq(refunded, 1, "A is whole");
        vm.assertEq(forfeited, 0, "B is settled already");
        vm.expectRevert();
        _settleAll(batch);
        vm.assertEq(market.openWei(), 0, "all paid");
        _assertMarketBooks();
    }

    function test_records_left_out_of_a_batch_shift_nobodys_payout() external {
        _openForSponsor(_rights(5, 6, 8));
        bytes memory items = _item(_marketDraft(0, 0));
        items = bytes.concat(items, _unfitItem(1), _item(_marketDraft(2, 0)), _unfitItem(3));
        Batch memory batch = _addToMarket(items);
        vm.assertEq(batch.outcomes, hex"00060006", "two do not fit");
        _score();
        (uint256 refunded,) = _settle(batch, 4);
        vm.assertEq(refunded, 4, "the third record");
        (refunded,) = _settle(batch, 1);
        vm.assertEq(refunded, 1, "the first record");
        vm.assertGt(_balanceOf(_player(2)), 19 ether, "the second contribution earned 20");
        vm.assertGt(_balanceOf(_player(0)), 9 ether, "the first contribution earned 10");
        vm.assertEq(address(market).balance, market.totalClaimableWei(), "only claimable money is left");
    }

    function test_before_the_market_is_closed_settling_does_nothing() external {
        Batch memory batch = _batchBeforeScoring();
        (uint256 refunded, uint256 forfeited) = _settleAll(batch);
        vm.assertEq(refunded | forfeited, 0, "nothing is due");
        _reveal();
        (refunded, forfeited) = _settleAll(batch);
        vm.assertEq(refunded | forfeited, 0, "nothing is due in the replay");
        vm.assertEq(market.openWei(), 2 ether, "stakes are where they were");
    }

    // --- grouped

    function test_grouped_contributors_have_one_score() external {
        MarketRules memory rules = _rules();
        rules.grouped = true;
        uint256[] memory rights = new uint256[](4);
        // A +3 and -1, B +1 in between: A as a whole gains 2 tenths.
        (rights[0], rights[1], rights[2], rights[3]) = (4, 7, 8, 7);
        _openMarket(rights, rules);
        _contribute(a);
        _contribute(b);
        _contribute(a);
        _score();
        vm.assertEq(market.payoutWei(1), 11 ether, "half of A's 2 stakes + 20");
        vm.assertEq(market.payoutWei(3), 11 ether, "the other half");
        vm.assertEq(market.payoutWei(2), 11 ether, "B: 1 + 10");
    }

    function test_a_group_below_its_stakes_drops_out_as_a_whole() external {
        MarketRules memory rules = _rules();
        rules.grouped = true;
        uint256[] memory rights = new uint256[](4);
        // A -4 and +1: the group loses both stakes; B alone is then scored against the initial model.
        (rights[0], rights[1], rights[2], rights[3]) = (5, 1, 8, 9);
        _openMarket(rights, rules);
        _contribute(a);
        _contribute(b);
        _contribute(a);
        _score();
        vm.assertEq(market.payoutWei(1), 0, "A lost everything");
        vm.assertEq(market.payoutWei(3), 0, "with both contributions");
        // Pass 1: 2 stakes / 0.3 = 6.66 rounds at +0.7; pass 2: the other 93.33 rounds at +0.3.
        uint256 rounds = uint256(20 ether) / 3;
        vm.assertEq(market.payoutWei(2), 1 ether + (rounds * 7 + (100 ether - rounds) * 3) / 10, "B");
    }

    function test_nobody_is_paid_for_the_same_accuracy_twice() external {
        _playTwo(_rights(5, 5, 5), _rules());
        vm.assertEq(_claim(a), 1 ether, "A: 0");
        vm.assertEq(_claim(b), 1 ether, "B: 0");
        vm.assertEq(_claim(provider), 100 ether, "the bounty returns");
    }

    // --- claiming

    function test_a_receiver_that_calls_back_takes_nothing_twice() external {
        _openMarket(_rights(5, 6, 8), _rules());
        GreedyParticipant greedy = new GreedyParticipant(market);
        vm.deal(address(greedy), 2 ether);
        greedy.contribute();
        _contribute(b);
        vm.expectRevert();
        greedy.take();
        greedy.behave();
        greedy.take();
        vm.assertEq(address(greedy).balance, 1 ether, "its change, once");
        _assertMarketBooks();
    }

    function test_money_sent_without_a_reason_is_refused() external {
        _openMarket(_rights(5, 6, 8), _rules());
        vm.deal(a, 1 ether);
        vm.prank(a);
        (bool taken,) = address(market).call{value: 1 ether}("");
        vm.assertFalse(taken, "the books would not hold");
    }

    // --- scenarios

    function _playTwo(uint256[] memory rights, MarketRules memory rules) private {
        _openMarket(rights, rules);
        _contributeTwo();
        _score();
        _assertPhase(Phase.Closed, "scored");
        _settleSupplied(0);
        _settleSupplied(1);
        _assertMarketBooks();
    }

    function _contributeTwo() private {
        _contribute(a);
        _contribute(b);
    }

    function _openForSponsor(uint256[] memory rights) private {
        _openMarket(rights, _rules());
        _open(sponsor, address(market), _schedule());
    }

    function _batchBeforeScoring() private returns (Batch memory) {
        _openForSponsor(_rights(5, 6, 8));
        return _addToMarket(bytes.concat(_item(_marketDraft(0, 0)), _item(_marketDraft(1, 0))));
    }

    function _batchOfTwo(uint256[] memory rights) private returns (Batch memory batch) {
        _openForSponsor(rights);
        batch = _addToMarket(bytes.concat(_item(_marketDraft(0, 0)), _item(_marketDraft(1, 0))));
        vm.assertEq(batch.acceptedMap, 3, "both accepted");
        _score();
    }

    function _unfitItem(uint256 player) private view returns (bytes memory) {
        Draft memory draft = _marketDraft(player, 0);
        draft.label = 2;
        return _item(draft);
    }

    function _assertForwarderBooks() private view {
        uint256 sumWei = uint256(forwarder.tank(sponsor).availableWei) + forwarder.tank(sponsor).reservedWei;
        for (uint256 i = 0; i < 4; ++i) {
            sumWei += _balanceOf(_player(i));
        }
        sumWei += forwarder.credit(relayer) + forwarder.credit(settler);
        vm.assertEq(address(forwarder).balance, sumWei, "forwarder: balance = tanks + players + credits");
        _assertMarketBooks();
    }
}
