// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IForwarder} from "../../src/interfaces/IForwarder.sol";
import {Withdrawal} from "../../src/libraries/SignedRequests.sol";
import {Batch, House} from "../support/House.sol";
import {Reentrant, Refuser} from "../support/Receivers.sol";

/// @title Players' balances and relayers' credits: pull payments, by the owner alone
contract WithdrawalsTest is House {
    uint256 private constant STAKE_WEI = 0.02 ether;
    uint256 private _ownedWei;

    function setUp() public override {
        super.setUp();
        _useStake(STAKE_WEI);
        _ownedWei = _earn(0);
    }

    // --- directly

    function test_a_player_withdraws_its_balance() external {
        vm.expectEmit(true, true, false, true, address(forwarder));
        emit IForwarder.Withdrawn(_player(0), stranger, 1 gwei, 0);
        vm.prank(_player(0));
        forwarder.withdraw(stranger, 1 gwei);
        vm.assertEq(stranger.balance, 1 gwei, "received");
        vm.assertEq(_balanceOf(_player(0)), _ownedWei - 1 gwei, "taken from the balance");
    }

    function testFuzz_never_more_than_the_balance(uint256 amountWei) external {
        amountWei = _bound(amountWei, _ownedWei + 1, type(uint256).max);
        vm.prank(_player(0));
        vm.expectRevert(abi.encodeWithSelector(IForwarder.NotEnough.selector, amountWei, _ownedWei));
        forwarder.withdraw(stranger, amountWei);
    }

    function test_nobody_else_can_withdraw_it() external {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IForwarder.NotEnough.selector, 1, 0));
        forwarder.withdraw(stranger, 1);
    }

    function test_the_replay_window_survives_a_withdrawal() external {
        (, uint32 highest, uint128 seen) = forwarder.player(_player(0));
        vm.prank(_player(0));
        forwarder.withdraw(stranger, _ownedWei);
        (uint256 balanceWei, uint32 highestAfter, uint128 seenAfter) = forwarder.player(_player(0));
        vm.assertEq(balanceWei, 0, "empty");
        vm.assertEq(highest, highestAfter, "highest");
        vm.assertEq(seen, seenAfter, "seen");
    }

    function test_a_receiver_that_refuses_changes_nothing() external {
        address refuser = address(new Refuser());
        vm.startPrank(_player(0));
        vm.expectRevert(abi.encodeWithSelector(IForwarder.TransferFailed.selector, refuser, 5));
        forwarder.withdraw(refuser, 5);
        vm.expectRevert(IForwarder.NoReceiver.selector);
        forwarder.withdraw(address(0), 5);
        vm.assertEq(_balanceOf(_player(0)), _ownedWei, "all still there");
    }

    function test_a_relayer_withdraws_its_credits() external {
        uint256 earnedWei = forwarder.credit(relayer);
        vm.startPrank(relayer);
        vm.expectRevert(abi.encodeWithSelector(IForwarder.NotEnough.selector, earnedWei + 1, earnedWei));
        forwarder.withdrawCredit(stranger, earnedWei + 1);
        vm.expectEmit(true, true, false, true, address(forwarder));
        emit IForwarder.CreditWithdrawn(relayer, stranger, earnedWei);
        forwarder.withdrawCredit(stranger, earnedWei);
        vm.assertEq(stranger.balance, earnedWei, "received");
        vm.assertEq(forwarder.credit(relayer), 0, "nothing left");
    }

    // --- by signed request

    function test_anybody_may_bring_a_signed_withdrawal_and_keeps_a_fee() external {
        uint256 feeWei = forwarder.WITHDRAWAL_UNITS() * GAS_PRICE_WEI;
        Withdrawal memory request = _request();
        _bring(request, _key(0));
        vm.assertEq(forwarder.credit(settler), feeWei + _settlerBefore, "fee");
        vm.assertEq(stranger.balance, request.amountWei - feeWei, "the rest");
        vm.assertEq(_balanceOf(_player(0)), _ownedWei - request.amountWei, "balance");
    }

    function testFuzz_the_fee_is_at_most_the_signed_maximum(uint64 maxFeeGwei, uint64 gasPrice) external {
        gasPrice = uint64(_bound(gasPrice, 0, 100_000 gwei));
        vm.txGasPrice(uint256(gasPrice) + BASE_FEE_WEI);
        Withdrawal memory request = _request();
        request.maxFeeGwei = uint64(_bound(maxFeeGwei, 0, request.amountWei / 1 gwei));
        _bring(request, _key(0));
        uint256 feeWei = forwarder.credit(settler) - _settlerBefore;
        vm.assertLe(feeWei, uint256(request.maxFeeGwei) * 1 gwei, "signed maximum");
        vm.assertLe(feeWei, forwarder.WITHDRAWAL_UNITS() * (uint256(gasPrice) + BASE_FEE_WEI), "schedule");
        vm.assertEq(stranger.balance + feeWei, request.amountWei, "nothing is lost");
    }

    function test_a_signed_withdrawal_works_once() external {
        Withdrawal memory request = _request();
        request.amountWei /= 3;
        _bring(request, _key(0));
        _expectRefused(
            request,
            _key(0),
            abi.encodeWithSelector(IForwarder.RequestNonceUsed.selector, request.player, request.nonce)
        );
    }

    function test_withdrawals_and_contributions_share_their_nonces() external {
        Withdrawal memory request = _request();
        request.nonce = 1;
        _expectRefused(
            request,
            _key(0),
            abi.encodeWithSelector(IForwarder.RequestNonceUsed.selector, request.player, request.nonce)
        );
        _bring(_request(), _key(0));
        _assertOutcomes(_add(_item(_draft(0, 7))), hex"02");
    }

    function test_a_signed_withdrawal_ends_with_its_deadline() external {
        Withdrawal memory request = _request();
        request.deadline = uint40(block.timestamp - 1);
        _expectRefused(request, _key(0), abi.encodeWithSelector(IForwarder.RequestExpired.selector, request.deadline));
        request.deadline = uint40(block.timestamp);
        _bring(request, _key(0));
    }

    function testFuzz_only_what_the_player_signed_is_done(uint8 field, uint256 change) external {
        Withdrawal memory request = _request();
        (bytes32 r, bytes32 vs) = vm.signCompact(_key(0), forwarder.withdrawalDigest(request));
        change = _bound(change, 1, 1000);
        field = uint8(_bound(field, 0, 5));
        if (field == 0) request.player = _player(change);
        if (field == 1) request.to = address(uint160(change));
        if (field == 2) request.amountWei -= change;
        if (field == 3) request.nonce += uint32(change);
        if (field == 4) request.deadline += uint40(change);
        if (field == 5) request.maxFeeGwei += uint64(change);
        vm.prank(settler);
        vm.expectRevert(abi.encodeWithSelector(IForwarder.RequestSignatureInvalid.selector, request.player));
        forwarder.withdrawFor(request, r, vs, new address[](0));
    }

    function test_nobody_signs_for_the_zero_address() external {
        Withdrawal memory request = _request();
        request.player = address(0);
        vm.expectRevert(abi.encodeWithSelector(IForwarder.RequestSignatureInvalid.selector, address(0)));
        forwarder.withdrawFor(request, 0, 0, new address[](0));
    }

    function test_an_amount_below_its_fee_or_above_the_balance_is_refused() external {
        Withdrawal memory request = _request();
        request.amountWei = 1000;
        uint256 feeWei = forwarder.WITHDRAWAL_UNITS() * GAS_PRICE_WEI;
        _expectRefused(request, _key(0), abi.encodeWithSelector(IForwarder.NotEnough.selector, feeWei, 1000));
        request.amountWei = _ownedWei + 1;
        _expectRefused(
            request, _key(0), abi.encodeWithSelector(IForwarder.NotEnough.selector, _ownedWei + 1, _ownedWei)
        );
    }

    // --- dividends that wait in a mechanism

    function test_dividends_are_taken_in_with_a_withdrawal() external {
        uint256 waitingWei = _earnDividends(0);
        Withdrawal memory request = _request();
        request.amountWei = _ownedWei + waitingWei;
        (bytes32 r, bytes32 vs) = vm.signCompact(_key(0), forwarder.withdrawalDigest(request));
        address[] memory trainers = new address[](1);
        trainers[0] = address(model.trainer);
        forwarder.withdrawFor(request, r, vs, trainers);
        vm.assertEq(_balanceOf(_player(0)), 0, "everything was withdrawn");
    }

    function test_anybody_may_collect_for_players() external {
        uint256 waitingWei = _earnDividends(0);
        vm.assertGt(waitingWei, 0, "dividends wait");
        address[] memory players = new address[](3);
        (players[0], players[1], players[2]) = (_player(0), _player(40), _player(0));
        vm.prank(stranger);
        forwarder.collect(address(model.trainer), players);
        vm.assertEq(_balanceOf(_player(0)), _ownedWei + waitingWei, "once, to the player");
        vm.assertEq(_balanceOf(_player(40)), 0, "nothing for others");
    }

    // --- reentrancy

    function test_a_receiver_cannot_enter_again() external {
        bytes[15] memory calls = _everyCall();
        Reentrant receiver = new Reentrant();
        for (uint256 i = 0; i < calls.length; ++i) {
            receiver.prepare(address(forwarder), calls[i], 0);
            vm.prank(_player(0));
            forwarder.withdraw(address(receiver), 100);
            vm.assertTrue(receiver.tried(), "the receiver tried");
            vm.assertFalse(receiver.succeeded(), "and was kept out");
            vm.assertEq(
                bytes32(receiver.reason()), bytes32(bytes4(keccak256("ReentrancyGuardReentrantCall()"))), "by the lock"
            );
        }
        vm.assertEq(_balanceOf(_player(0)), _ownedWei - 100 * calls.length, "each paid once");
    }

    function test_a_receiver_cannot_slip_money_into_the_books() external {
        Reentrant receiver = new Reentrant();
        receiver.prepare(address(forwarder), "", 100);
        vm.prank(_player(0));
        forwarder.withdraw(address(receiver), 100);
        vm.assertTrue(receiver.tried(), "the receiver tried");
        vm.assertFalse(receiver.succeeded(), "money without a purpose is refused");
    }

    // --- support

    uint256 private _settlerBefore;

    /// @dev One call of each function that changes something.
    function _everyCall() private view returns (bytes[15] memory calls) {
        Batch memory nothing;
        address trainer = address(model.trainer);
        calls[0] = abi.encodeCall(forwarder.withdraw, (stranger, 1));
        calls[1] = abi.encodeCall(forwarder.withdrawCredit, (stranger, 0));
        calls[2] = abi.encodeCall(forwarder.executeWithdrawal, (stranger));
        calls[3] = abi.encodeCall(forwarder.collect, (trainer, new address[](0)));
        calls[4] = abi.encodeCall(forwarder.addBatch, (sponsor, trainer, ""));
        calls[5] = abi.encodeCall(forwarder.setPaused, (true));
        calls[6] = abi.encodeCall(forwarder.deposit, (sponsor));
        calls[7] = abi.encodeCall(forwarder.setRelayer, (stranger, true));
        calls[8] = abi.encodeCall(forwarder.setTrainer, (stranger, true, _schedule()));
        calls[9] = abi.encodeCall(forwarder.setLimits, (1, 1, 1));
        calls[10] = abi.encodeCall(forwarder.requestWithdrawal, (1));
        calls[11] = abi.encodeCall(forwarder.cancelWithdrawal, ());
        calls[12] = abi.encodeCall(forwarder.settle, (trainer, nothing.terms, nothing.header, "", 0));
        calls[13] = abi.encodeCall(forwarder.validate, (trainer, nothing.terms, nothing.header, "", ""));
        calls[14] = abi.encodeCall(forwarder.withdrawFor, (_request(), 0, 0, new address[](0)));
    }

    /// @dev Player p earns a balance: a point first, then a forfeit, then a settlement that pays it out.
    function _earn(uint256 player) private returns (uint256) {
        _earnDividends(player);
        Batch memory batch = _add(_item(_draft(player, 1)));
        _wait(REFUND_WAIT_S);
        _settleAll(batch);
        _settlerBefore = forwarder.credit(settler);
        return _balanceOf(_player(player));
    }

    /// @dev Player p holds points and somebody loses a stake.
    function _earnDividends(uint256 player) private returns (uint256 unclaimedWei) {
        (uint256 points,) = model.mechanism.account(_player(player));
        if (points == 0) {
            Batch memory earned = _add(_item(_draft(player, 0)));
            _wait(REFUND_WAIT_S);
            _settleAll(earned);
        }
        Batch memory lost = _add(_item(_wrong(30, uint32(points))));
        _wait(FORFEIT_WAIT_S);
        _settleAll(lost);
        (, unclaimedWei) = model.mechanism.account(_player(player));
    }

    function _request() private view returns (Withdrawal memory) {
        return Withdrawal(_player(0), stranger, _ownedWei, 7, uint40(block.timestamp + 1 hours), 1_000_000);
    }

    function _bring(Withdrawal memory request, uint256 key) private {
        (bytes32 r, bytes32 vs) = vm.signCompact(key, forwarder.withdrawalDigest(request));
        vm.prank(settler);
        forwarder.withdrawFor(request, r, vs, new address[](0));
    }

    function _expectRefused(Withdrawal memory request, uint256 key, bytes memory reason) private {
        (bytes32 r, bytes32 vs) = vm.signCompact(key, forwarder.withdrawalDigest(request));
        vm.prank(settler);
        vm.expectRevert(reason);
        forwarder.withdrawFor(request, r, vs, new address[](0));
    }
}
