// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Tank} from "../../src/interfaces/IForwarder.sol";
import {ForwarderApi, MechanismApi} from "../support/Contracts.sol";
import {Test} from "../support/Test.sol";
import {Actors} from "./Actors.sol";
import {Crooks} from "./Crooks.sol";

/// @title The promises about money and execution, whatever anybody does in whatever order
/// @notice The actors count what breaks a promise (see `Ledger`); each invariant names the promise that it holds.
contract PromisesTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Crooks private _actors;
    ForwarderApi private _forwarder;
    MechanismApi private _mechanism;
    address private _gamified;
    address[] private _players;
    address[] private _sponsors;
    address[] private _earners;

    function setUp() external {
        _actors = new Crooks();
        address forwarder;
        address mechanism;
        (forwarder, _sponsors, _earners) = _actors.cast();
        (mechanism, _gamified) = _actors.mechanisms();
        _players = _actors.players();
        _forwarder = ForwarderApi(forwarder);
        _mechanism = MechanismApi(mechanism);
    }

    /// @dev Read by forge: whose functions to call.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_actors);
    }

    /// @dev Read by forge. One outsider sends everything: forge tops up a sender for its gas, which must not hit the books.
    function targetSenders() external pure returns (address[] memory senders) {
        senders = new address[](1);
        senders[0] = vm.addr(0x5e4de4);
    }

    /// @dev Read by forge: which of them.
    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        bytes4[] memory deeds = new bytes4[](22);
        deeds[0] = Actors.addContributions.selector;
        deeds[1] = Actors.addSpoiltContributions.selector;
        deeds[2] = Actors.replay.selector;
        deeds[3] = Actors.flood.selector;
        deeds[4] = Actors.withdrawCredits.selector;
        deeds[5] = Actors.settleSome.selector;
        deeds[6] = Actors.settleLate.selector;
        deeds[7] = Actors.collectDividends.selector;
        deeds[8] = Actors.withdrawAsPlayer.selector;
        deeds[9] = Actors.withdrawBySignature.selector;
        deeds[10] = Actors.contributeDirectly.selector;
        deeds[11] = Actors.claimAsOutsider.selector;
        deeds[12] = Actors.passTime.selector;
        deeds[13] = Actors.changePrices.selector;
        deeds[14] = Crooks.depositMore.selector;
        deeds[15] = Crooks.announceWithdrawal.selector;
        deeds[16] = Crooks.withdrawAsSponsor.selector;
        deeds[17] = Crooks.changeRules.selector;
        deeds[18] = Crooks.lie.selector;
        deeds[19] = Crooks.reenter.selector;
        deeds[20] = Crooks.sendMoneyUnasked.selector;
        deeds[21] = Crooks.validateSome.selector;
        selectors = new FuzzSelector[](1);
        selectors[0] = FuzzSelector(address(_actors), deeds);
    }

    function invariant_promise_1_the_books_hold_to_the_wei() external view {
        uint256 sumWei = 0;
        for (uint256 i = 0; i < _sponsors.length; ++i) {
            Tank memory tank = _forwarder.tank(_sponsors[i]);
            sumWei += uint256(tank.availableWei) + tank.reservedWei;
        }
        for (uint256 i = 0; i < _players.length; ++i) {
            sumWei += _balanceOf(_players[i]);
        }
        for (uint256 i = 0; i < _earners.length; ++i) {
            sumWei += _forwarder.credit(_earners[i]);
        }
        vm.assertEq(address(_forwarder).balance, sumWei, "balance = tanks + players + credits");
        uint256 keptWei = _mechanism.openStakesWei() + _mechanism.rewardPoolWei() + _mechanism.totalClaimableWei();
        vm.assertEq(address(_mechanism).balance, keptWei, "balance = open stakes + rewards + claimable");
        vm.assertEq(_gamified.balance, 0, "no money where none is played for");
        vm.assertEq(_actors.thefts(), 0, "nobody took what was not theirs");
    }

    function invariant_promise_1_dividends_never_exceed_the_reward_pool() external view {
        uint256 owedWei = _mechanism.waitingWei() + _unclaimedOf(_earners[2]);
        for (uint256 i = 0; i < _players.length; ++i) {
            owedWei += _unclaimedOf(_players[i]);
        }
        vm.assertLe(owedWei, _mechanism.rewardPoolWei(), "owed dividends are there");
    }

    function invariant_promise_2_players_pay_from_rewards_what_they_signed_at_most() external view {
        vm.assertEq(_actors.overcharges(), 0, "payments within what was signed and earned");
        for (uint256 i = 0; i < _players.length; ++i) {
            vm.assertEq(_balanceOf(_players[i]), _actors.expectedBalanceWei(_players[i]), "player balance");
        }
    }

    function invariant_promise_3_relayers_earn_what_the_schedule_says() external view {
        for (uint256 i = 0; i < 3; ++i) {
            vm.assertEq(_forwarder.credit(_earners[i]), _actors.expectedCreditWei(_earners[i]), "credit");
        }
    }

    function invariant_promise_4_no_day_costs_more_than_its_limit() external view {
        uint256 today = block.timestamp / 1 days;
        for (uint256 i = 0; i < 2; ++i) {
            uint256 limitWei = _actors.highestLimitWei(_sponsors[i], today);
            vm.assertLe(_actors.outflowWei(_sponsors[i], today), limitWei, "outflow of the day");
        }
        vm.assertEq(_actors.earlyWithdrawals(), 0, "withdrawals after their delay, of what is not owed");
    }

    function invariant_promise_5_nonces_and_settlements_take_effect_once() external view {
        vm.assertEq(_actors.repetitions(), 0, "nothing happens twice");
    }

    function invariant_promise_6_every_item_has_its_own_outcome() external view {
        vm.assertEq(_actors.spoiltNeighbours(), 0, "each item is judged by itself");
        vm.assertEq(_actors.brokenRings(), 0, "and each validation by the rule");
    }

    /// @dev Runs after each sequence: whatever happened, everything can still be settled.
    function afterInvariant() external {
        _actors.settleEverything();
        vm.assertEq(_forwarder.tank(_sponsors[0]).reservedWei, 0, "nothing stays reserved");
        vm.assertEq(_forwarder.tank(_sponsors[1]).reservedWei, 0, "with nobody");
    }

    function _balanceOf(address player) private view returns (uint256 balanceWei) {
        (balanceWei,,) = _forwarder.player(player);
    }

    function _unclaimedOf(address account) private view returns (uint256 amountWei) {
        (, amountWei) = _mechanism.account(account);
    }
}
