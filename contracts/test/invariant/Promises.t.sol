// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Tank} from "../../src/interfaces/IForwarder.sol";
import {ForwarderApi, MechanismApi} from "../support/Contracts.sol";
import {Test} from "../support/Test.sol";
import {Actors} from "./Actors.sol";

/// @title The promises about money, whatever anybody does in whatever order
/// @notice That nonces and settlements happen once and that payments stay within what was signed is checked by `Actors`
/// at every step: a broken promise there reverts, and reverts fail the run.
contract PromisesTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Actors private _actors;
    ForwarderApi private _forwarder;
    MechanismApi private _mechanism;
    address private _sponsor;
    address[] private _earners;

    function setUp() external {
        _actors = new Actors();
        address forwarder;
        (forwarder, _sponsor, _earners) = _actors.cast();
        _forwarder = ForwarderApi(forwarder);
        _mechanism = MechanismApi(_actors.mechanism());
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
        bytes4[] memory deeds = new bytes4[](19);
        deeds[0] = Actors.addContributions.selector;
        deeds[1] = Actors.addSpoiltContributions.selector;
        deeds[2] = Actors.replay.selector;
        deeds[3] = Actors.withdrawCredits.selector;
        deeds[4] = Actors.settleSome.selector;
        deeds[5] = Actors.collectDividends.selector;
        deeds[6] = Actors.withdrawAsPlayer.selector;
        deeds[7] = Actors.withdrawBySignature.selector;
        deeds[8] = Actors.depositMore.selector;
        deeds[9] = Actors.announceWithdrawal.selector;
        deeds[10] = Actors.withdrawAsSponsor.selector;
        deeds[11] = Actors.changeRules.selector;
        deeds[12] = Actors.settleLate.selector;
        deeds[13] = Actors.changePrices.selector;
        deeds[14] = Actors.sendMoneyUnasked.selector;
        deeds[15] = Actors.contributeDirectly.selector;
        deeds[16] = Actors.claimAsOutsider.selector;
        deeds[17] = Actors.passTime.selector;
        deeds[18] = Actors.passDays.selector;
        selectors = new FuzzSelector[](1);
        selectors[0] = FuzzSelector(address(_actors), deeds);
    }

    function invariant_forwarder_holds_exactly_tanks_balances_and_credits() external view {
        Tank memory tank = _forwarder.tank(_sponsor);
        uint256 sumWei = uint256(tank.availableWei) + tank.reservedWei;
        for (uint256 i = 0; i < _actors.PLAYERS(); ++i) {
            sumWei += _balanceOf(_actors.playerAt(i));
        }
        for (uint256 i = 0; i < _earners.length; ++i) {
            sumWei += _forwarder.credit(_earners[i]);
        }
        vm.assertEq(address(_forwarder).balance, sumWei, "balance = tanks + players + credits");
    }

    function invariant_mechanism_holds_exactly_stakes_rewards_and_claims() external view {
        uint256 sumWei = _mechanism.openStakesWei() + _mechanism.rewardPoolWei() + _mechanism.totalClaimableWei();
        vm.assertEq(address(_mechanism).balance, sumWei, "balance = open stakes + rewards + claimable");
    }

    function invariant_dividends_never_exceed_the_reward_pool() external view {
        uint256 owedWei = _mechanism.waitingWei();
        for (uint256 i = 0; i < _actors.PLAYERS(); ++i) {
            owedWei += _unclaimedOf(_actors.playerAt(i));
        }
        owedWei += _unclaimedOf(_earners[2]);
        vm.assertLe(owedWei, _mechanism.rewardPoolWei(), "owed dividends are there");
    }

    function invariant_balances_change_by_rewards_and_own_withdrawals_only() external view {
        for (uint256 i = 0; i < _actors.PLAYERS(); ++i) {
            address player = _actors.playerAt(i);
            vm.assertEq(_balanceOf(player), _actors.expectedBalanceWei(player), "player balance");
        }
    }

    function invariant_no_day_costs_more_than_its_limit() external view {
        uint256 today = block.timestamp / 1 days;
        vm.assertLe(_actors.outflowWei(today), _actors.highestLimitWei(today), "outflow of the day");
    }

    /// @dev Runs after each sequence: whatever happened, everything can still be settled.
    function afterInvariant() external {
        _actors.settleEverything();
        vm.assertEq(_forwarder.tank(_sponsor).reservedWei, 0, "nothing stays reserved");
    }

    function _balanceOf(address player) private view returns (uint256 balanceWei) {
        (balanceWei,,) = _forwarder.player(player);
    }

    function _unclaimedOf(address account) private view returns (uint256 amountWei) {
        (, amountWei) = _mechanism.account(account);
    }
}
