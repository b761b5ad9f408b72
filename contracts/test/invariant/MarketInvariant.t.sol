// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPredictionMarket} from "../../src/interfaces/IPredictionMarket.sol";
import {MarketActors} from "../support/MarketActors.sol";
import {Test} from "../support/Test.sol";

/// @title A market's books hold whatever anybody does, and no state holds money for ever
abstract contract MarketInvariant is Test {
    MarketActors internal actors;

    function _grouped() internal pure virtual returns (bool);

    function setUp() public {
        actors = new MarketActors();
        actors.start(0x6d61726b6574, _grouped());
    }

    /// @notice Forge calls these at random; everything else of the actors is theirs alone.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(actors);
    }

    /// @notice Forge would send from any address that it has seen, a contract's as well, and hand the gas that a call did
    /// not use back to it as money from nowhere.
    function targetSenders() public pure returns (address[] memory senders) {
        senders = new address[](1);
        senders[0] = vm.addr(0xca11);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](15);
        selectors[0] = MarketActors.commit.selector;
        selectors[1] = MarketActors.draw.selector;
        selectors[2] = MarketActors.openDrawn.selector;
        selectors[3] = MarketActors.revealSome.selector;
        selectors[4] = MarketActors.contribute.selector;
        selectors[5] = MarketActors.relay.selector;
        selectors[6] = MarketActors.replaySome.selector;
        selectors[7] = MarketActors.playSome.selector;
        selectors[8] = MarketActors.lapse.selector;
        selectors[9] = MarketActors.settleSome.selector;
        selectors[10] = MarketActors.claimFor.selector;
        selectors[11] = MarketActors.wait.selector;
        // Three times as likely as anything else.
        selectors[12] = MarketActors.proceed.selector;
        selectors[13] = MarketActors.proceed.selector;
        selectors[14] = MarketActors.proceed.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(actors), selectors);
    }

    function invariant_the_markets_books_hold_to_the_wei() external view {
        IPredictionMarket market = actors.theMarket();
        vm.assertEq(
            address(market).balance,
            market.bountyWei() + market.openWei() + market.totalClaimableWei(),
            "market: balance = bounty + open + claimable"
        );
        vm.assertEq(
            address(market).balance, actors.paidInWei() - actors.takenOutWei(), "what came less what was taken out"
        );
    }

    function afterInvariant() external {
        actors.drain();
    }
}

contract MarketInvariantTest is MarketInvariant {
    function _grouped() internal pure override returns (bool) {
        return false;
    }
}

contract GroupedMarketInvariantTest is MarketInvariant {
    function _grouped() internal pure override returns (bool) {
        return true;
    }
}
