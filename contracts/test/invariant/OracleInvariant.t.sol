// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OracleActors} from "../support/OracleActors.sol";
import {OracleApi} from "../support/OracleHouse.sol";
import {Test} from "../support/Test.sol";

/// @title An oracle's books hold whatever anybody does, and no request holds money for ever
contract OracleInvariantTest is Test {
    OracleActors internal actors;

    function setUp() public {
        actors = new OracleActors();
        actors.start();
    }

    /// @notice Forge calls these at random; everything else of the actors is theirs alone.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(actors);
    }

    /// @notice One sender that no money ever goes to.
    function targetSenders() public pure returns (address[] memory senders) {
        senders = new address[](1);
        senders[0] = vm.addr(0xca11);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = OracleActors.ask.selector;
        selectors[1] = OracleActors.commitSome.selector;
        selectors[2] = OracleActors.revealSome.selector;
        selectors[3] = OracleActors.carryThrough.selector;
        selectors[4] = OracleActors.settleSome.selector;
        selectors[5] = OracleActors.claimFor.selector;
        selectors[6] = OracleActors.govern.selector;
        selectors[7] = OracleActors.wait.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(actors), selectors);
    }

    function invariant_the_oracles_books_hold_to_the_wei() external view {
        OracleApi oracle = actors.theOracle();
        vm.assertEq(
            address(oracle).balance,
            oracle.escrowedWei() + oracle.totalClaimableWei(),
            "oracle: balance = escrowed fees + claimable"
        );
        vm.assertEq(
            address(oracle).balance, actors.paidInWei() - actors.takenOutWei(), "what came less what was taken out"
        );
    }

    function afterInvariant() external {
        actors.drain();
    }
}
