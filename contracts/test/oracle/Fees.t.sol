// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOracleClassifier, OracleStage} from "../../src/interfaces/IOracleClassifier.sol";
import {OracleHouse} from "../support/OracleHouse.sol";
import {Reentrant, Refuser} from "../support/Receivers.sol";

/// @title Where a request's fee goes, to the wei
contract OracleFeesTest is OracleHouse {
    bytes4 private constant REENTRANCY = bytes4(keccak256("ReentrancyGuardReentrantCall()"));

    function test_the_fee_is_shared_by_all_who_agreed_and_not_only_the_fastest() external {
        bytes32 id = _request(SAMPLE, 1 ether + 3);
        _answer(id, _said(1, 2, 1, 1, 1));
        for (uint256 i = 0; i < SEATS; ++i) {
            _assertShare(i, i == 1 ? 0 : uint256(1 ether + 3) / 4);
        }
        vm.assertEq(_claim(requester), 3, "what cannot be divided");
        vm.assertEq(_claim(_responder(4)), 0.25 ether, "paid out");
        vm.assertEq(_responder(4).balance, 0.25 ether, "received");
        _assertOracleBooks();
    }

    function test_who_committed_and_never_revealed_gets_nothing() external {
        bytes32 id = _request();
        for (uint256 i = 0; i < SEATS; ++i) {
            _commit(i, id, 1);
        }
        _reveal(0, id, 1);
        _reveal(1, id, 1);
        _reveal(2, id, 1);
        vm.assertEq(oracle.settle(_one(id)), 0, "the others still may");
        vm.warp(oracle.requestOf(id).deadline);
        vm.assertEq(oracle.settle(_one(id)), 1, "now they may not");
        _assertShare(2, FEE_WEI / 3);
        _assertShare(3, 0);
    }

    function test_the_fee_comes_back_at_half_time_when_too_few_have_committed() external {
        bytes32 id = _request();
        _commit(0, id, 1);
        _commit(1, id, 1);
        vm.warp(oracle.requestOf(id).commitUntil);
        _assertStage(id, OracleStage.Closed, "no quorum can come");
        oracle.settle(_one(id));
        vm.assertEq(_claim(requester), FEE_WEI, "all of it");
        _assertStage(id, OracleStage.Settled, "for ever");
    }

    function test_the_fee_comes_back_when_the_quorum_keeps_silent() external {
        bytes32 id = _request();
        for (uint256 i = 0; i < SEATS; ++i) {
            _commit(i, id, 1);
        }
        _reveal(0, id, 1);
        _reveal(1, id, 1);
        vm.warp(oracle.requestOf(id).deadline - 1);
        vm.assertEq(oracle.settle(_one(id)), 0, "they still may");
        _wait(1);
        oracle.settle(_one(id));
        vm.assertEq(_claim(requester), FEE_WEI, "all of it");
        _assertUnanswered(SAMPLE);
    }

    function test_a_request_settles_once() external {
        bytes32 id = _request();
        _answer(id, _said(1, 1, 1));
        bytes32[] memory twice = new bytes32[](2);
        (twice[0], twice[1]) = (id, id);
        vm.assertEq(oracle.settle(twice), 0, "settled already");
        _assertShare(0, FEE_WEI / 3);
        bytes32 other = _request("other", FEE_WEI);
        vm.warp(oracle.requestOf(other).deadline);
        (twice[0], twice[1]) = (other, other);
        vm.assertEq(oracle.settle(twice), 1, "once within one call");
        _assertOracleBooks();
    }

    function test_an_unknown_request_has_no_fee() external {
        vm.assertEq(oracle.settle(_one(keccak256("no such request"))), 0, "nothing");
        _assertOracleBooks();
    }

    function test_a_fee_smaller_than_its_winners_goes_back() external {
        oracle.changeMinFee(1);
        bytes32 id = _request(SAMPLE, 4);
        _answer(id, _said(1, 1, 1, 1, 1));
        _assertShare(0, 0);
        vm.assertEq(_claim(requester), 4, "indivisible");
        _assertOracleBooks();
    }

    function test_what_a_responder_earns_adds_up_until_it_claims() external {
        _teach("first", 1);
        _teach("second", 2);
        vm.assertEq(_claim(_responder(0)), 2 * FEE_WEI / 5, "both shares");
        vm.assertEq(_claim(_responder(0)), 0, "once");
        _assertOracleBooks();
    }

    // --- attacks

    function test_a_claimer_cannot_enter_again() external {
        bytes[5] memory calls = [
            abi.encodeCall(IOracleClassifier.claim, ()),
            abi.encodeCall(IOracleClassifier.settle, (_one(bytes32(0)))),
            abi.encodeCall(IOracleClassifier.request, ("again", uint40(block.timestamp) + WINDOW_S)),
            abi.encodeCall(IOracleClassifier.commit, (_one(bytes32(0)), _one(bytes32(0)))),
            abi.encodeCall(IOracleClassifier.reveal, (_one(bytes32(0)), new uint16[](1), _one(bytes32(0))))
        ];
        Reentrant robber = new Reentrant();
        for (uint256 i = 0; i < calls.length; ++i) {
            _fail(address(robber), abi.encode("for", i));
            robber.prepare(address(oracle), calls[i], 0);
            robber.run(address(oracle), abi.encodeCall(IOracleClassifier.claim, ()));
            vm.assertTrue(robber.tried(), "it tried");
            vm.assertFalse(robber.succeeded(), "in vain");
            vm.assertEq(bytes32(robber.reason()), bytes32(REENTRANCY), "locked");
            vm.assertEq(address(robber).balance, (i + 1) * FEE_WEI, "its own, once");
        }
        _assertOracleBooks();
    }

    function test_a_claimer_that_refuses_money_blocks_nobody_but_itself() external {
        Refuser refuser = new Refuser();
        _fail(address(refuser), SAMPLE);
        vm.prank(address(refuser));
        vm.expectRevert(abi.encodeWithSelector(IOracleClassifier.TransferFailed.selector, address(refuser), FEE_WEI));
        oracle.claim();
        vm.assertEq(oracle.claimableWei(address(refuser)), FEE_WEI, "still its own");
        _teach("other", 1);
        vm.assertEq(_claim(_responder(0)), FEE_WEI / 5, "others are paid");
    }

    function testFuzz_the_fee_is_all_there_is(uint96 feeWei, uint256 seed) external {
        feeWei = uint96(_bound(feeWei, MIN_FEE_WEI, type(uint96).max));
        bytes32 id = _request(SAMPLE, feeWei);
        uint16[] memory labels = new uint16[](seed % (SEATS + 1));
        for (uint256 i = 0; i < labels.length; ++i) {
            labels[i] = uint16(_draw(seed, i) % 2);
        }
        _answer(id, labels);
        uint256 paidWei = _claim(requester);
        for (uint256 i = 0; i < SEATS; ++i) {
            paidWei += _claim(_responder(i));
        }
        vm.assertEq(paidWei, feeWei, "no more and no less");
        vm.assertEq(address(oracle).balance, 0, "nothing stays");
        vm.assertEq(oracle.escrowedWei() + oracle.totalClaimableWei(), 0, "nor in the books");
    }

    /// @dev A request by `who` that nobody answers, its fee ready to be claimed.
    function _fail(address who, bytes memory sample) private {
        vm.deal(who, who.balance + FEE_WEI);
        vm.prank(who);
        bytes32 id = oracle.request{value: FEE_WEI}(sample, uint40(block.timestamp) + WINDOW_S);
        _wait(WINDOW_S);
        oracle.settle(_one(id));
    }
}
