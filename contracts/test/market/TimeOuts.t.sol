// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPredictionMarket, Phase} from "../../src/interfaces/IPredictionMarket.sol";
import {Settlement} from "../../src/interfaces/ITrainer.sol";
import {Batch} from "../support/House.sol";
import {MarketHouse} from "../support/MarketHouse.sol";

/// @title Every phase that nobody ends, ends by itself
contract MarketTimeOutsTest is MarketHouse {
    address private a = vm.addr(0xaaa);
    address private b = vm.addr(0xbbb);

    function test_a_market_that_is_never_opened_returns_the_bounty() external {
        _announce(_rights(5, 6, 8), _rules());
        _commit(BOUNTY_WEI);
        _wait(OPENING_S - 1);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.WrongPhase.selector, Phase.Drawing));
        market.lapse();
        _wait(1);
        _draws_nothing_any_more();
        vm.assertEq(_claim(provider), BOUNTY_WEI, "claiming is enough to close");
        _assertPhase(Phase.Closed, "closed");
    }

    function test_a_market_without_contributions_returns_the_bounty_when_participation_ends() external {
        _openMarket(_rights(5, 6, 8), _rules());
        _wait(PARTICIPATION_S);
        _assertPhase(Phase.Lapsed, "nobody came");
        vm.assertEq(_claim(provider), BOUNTY_WEI, "without any reveal");
    }

    function test_a_provider_that_does_not_reveal_loses_the_bounty_to_the_participants() external {
        _openTwo();
        _endParticipation();
        _wait(REVEAL_S);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.WrongPhase.selector, Phase.Lapsed));
        market.reveal(leaves, 0, pieces);
        _assertShared();
    }

    function test_half_a_reveal_is_no_reveal() external {
        _announce(_rights(5, 6, 8), _rules());
        _addPiece(bytes32(uint256(3)), _numberedRecords(PIECE_RECORDS));
        _commitAndOpen(BOUNTY_WEI);
        _contribute(a);
        _contribute(b);
        _endParticipation();
        pieces.pop();
        market.reveal(leaves, 0, pieces);
        _wait(REVEAL_S);
        _assertShared();
    }

    function test_a_replay_that_takes_too_long_shares_the_bounty() external {
        _openTwo();
        _reveal();
        _replay(1);
        _wait(REPLAY_S);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.WrongPhase.selector, Phase.Lapsed));
        _replay(1);
        _assertShared();
    }

    function test_passes_that_nobody_plays_share_the_bounty() external {
        _openTwo();
        _reveal();
        _replay(NO_LIMIT);
        _wait(REPLAY_S - 1);
        _assertPhase(Phase.Passes, "still time");
        _wait(1);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.WrongPhase.selector, Phase.Lapsed));
        market.playPasses(1);
        _assertShared();
    }

    function test_a_scored_market_waits_for_its_settlements_for_ever() external {
        _openTwo();
        _score();
        _wait(3650 days);
        Settlement memory settlement = _settleSupplied(0);
        vm.assertEq(settlement.rewardsWei[0], 10 ether, "as on the first day");
    }

    function test_the_forwarders_contributions_get_their_share_and_the_tank_its_stakes() external {
        _openMarket(_rights(5, 6, 8), _rules());
        _open(sponsor, address(market), _schedule());
        Batch memory batch = _addToMarket(bytes.concat(_item(_marketDraft(0, 0)), _item(_marketDraft(1, 0))));
        _endParticipation();
        _wait(REVEAL_S);
        uint256 before = address(forwarder).balance;
        (uint256 refunded,) = _settleAll(batch);
        vm.assertEq(refunded, 3, "both");
        vm.assertEq(address(forwarder).balance - before, 102 ether, "stakes and the bounty");
        vm.assertGt(_balanceOf(_player(0)), 49 ether, "half of it, less fees");
        vm.assertEq(address(market).balance, 0, "all paid");
    }

    function test_an_indivisible_rest_of_the_bounty_goes_back() external {
        _announce(_rights(5, 6, 8), _rules());
        _commitAndOpen(10);
        _contribute(a);
        _contribute(b);
        _contribute(stranger);
        _endParticipation();
        _wait(REVEAL_S);
        for (uint256 i = 0; i < 3; ++i) {
            _settleSupplied(i);
        }
        vm.assertEq(_claim(a) + _claim(b) + _claim(stranger), 3 ether + 9, "three wei each");
        vm.assertEq(_claim(provider), 1, "the rest");
        vm.assertEq(address(market).balance, 0, "all paid");
    }

    function _draws_nothing_any_more() private {
        vm.roll(market.state().drawBlock + 1);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.WrongPhase.selector, Phase.Lapsed));
        market.draw();
    }

    function _openTwo() private {
        _openMarket(_rights(5, 6, 8), _rules());
        _contribute(a);
        _contribute(b);
    }

    /// @dev Stakes back and half of the bounty for each; nothing for the provider.
    function _assertShared() private {
        _assertPhase(Phase.Lapsed, "timed out");
        _settleSupplied(0);
        _assertMarketBooks();
        _settleSupplied(1);
        vm.assertEq(_claim(a), 51 ether, "A");
        vm.assertEq(_claim(b), 51 ether, "B");
        vm.assertEq(_claim(provider), 0, "provider");
        vm.assertEq(address(market).balance, 0, "all paid");
    }
}
