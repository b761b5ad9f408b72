// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Withdrawal} from "../../src/libraries/SignedRequests.sol";
import {ForwarderApi} from "../support/Contracts.sol";
import {Batch} from "../support/House.sol";
import {RawCalls} from "../support/RawCalls.sol";

/// @title Withdrawals and collections as an attacker encodes them
contract RawPlayersTest is RawCalls {
    uint256 private constant STAKE_WEI = 0.02 ether;
    /// @dev Six words of the request and two of its signature; then offset and number of the trainers.
    uint256 private constant SIGNED_WORDS = 8;
    uint256 private constant HEAD_WORDS = 10;

    uint256 private _ownedWei;
    address private _receiver = vm.addr(0x7ece17e7);

    function setUp() public override {
        super.setUp();
        _useStake(STAKE_WEI);
        // Player 0 holds a point, somebody loses a stake, and player 0's next contribution brings the reward home.
        _settledOne(0, 0, false, REFUND_WAIT_S);
        _settledOne(30, 0, true, FORFEIT_WAIT_S);
        _settledOne(0, 1, false, REFUND_WAIT_S);
        _ownedWei = _balanceOf(_player(0));
    }

    function test_a_withdrawal_changed_by_any_one_bit_is_refused() external {
        bytes memory data = _withdrawing(new address[](0));
        for (uint256 word = 0; word < SIGNED_WORDS; ++word) {
            uint256 genuine = _wordAt(data, word);
            for (uint256 bit = 0; bit < 256; ++bit) {
                _refused(settler, address(forwarder), _withWord(data, word, genuine ^ (1 << bit)));
            }
        }
        vm.assertEq(_balanceOf(_player(0)), _ownedWei, "nothing was taken");
        (bool done,) = _raw(settler, address(forwarder), data);
        vm.assertTrue(done, "the genuine one is paid, its nonce unspent");
        _refused(settler, address(forwarder), data);
        _assertForwarderBooks(40);
    }

    /// @dev Whatever else is said, the player's balance falls by what it signed, to whom it signed, or not at all.
    function testFuzz_disfigured_withdrawals_pay_what_was_signed_or_nothing(uint256 seed) external {
        address[] memory trainers = new address[](seed % 3);
        for (uint256 i = 0; i < trainers.length; ++i) {
            trainers[i] = address(model.trainer);
        }
        bytes memory data = _disfigured(_withdrawing(trainers), HEAD_WORDS + trainers.length, seed);
        uint256 feesWei = forwarder.credit(settler);
        (bool done,) = _raw(settler, address(forwarder), data);
        uint256 feeWei = forwarder.credit(settler) - feesWei;
        vm.assertEq(_ownedWei - _balanceOf(_player(0)), done ? _ownedWei : 0, "what was signed or nothing");
        vm.assertEq(_receiver.balance, done ? _ownedWei - feeWei : 0, "to whom it was signed");
        vm.assertLe(feeWei, 1_000_000 gwei, "for a fee within what was signed");
        _assertForwarderBooks(40);
    }

    /// @dev Anybody may collect for anybody, from whatever contract: nobody's balance grows but by money that came.
    function testFuzz_disfigured_collections_take_nothing_from_anybody(uint256 seed) external {
        address[] memory players = new address[](1 + seed % 4);
        for (uint256 i = 0; i < players.length; ++i) {
            players[i] = _player(_draw(seed, i) % 2);
        }
        bytes memory data = abi.encodeCall(ForwarderApi.collect, (address(model.trainer), players));
        _foreign(stranger, _disfigured(data, 3 + players.length, seed));
        vm.assertGe(_balanceOf(_player(0)), _ownedWei, "nothing lost");
        _assertForwarderBooks(40);
        _assertMechanismBooks();
    }

    function testFuzz_disfigured_direct_withdrawals_stay_within_what_one_owns(uint256 seed) external {
        bytes memory own = abi.encodeCall(ForwarderApi.withdraw, (_receiver, _ownedWei));
        uint256 before = _receiver.balance;
        (bool done,) = _foreign(stranger, _disfigured(own, 2, seed));
        vm.assertEq(_balanceOf(_player(0)), _ownedWei, "nobody else's");
        vm.assertEq(_receiver.balance, before, done ? "only nothing was paid" : "nothing was paid");
        _assertForwarderBooks(40);
    }

    // --- support

    /// @dev Like `_raw`, where the attacker also names the contract that is called: that one may refuse as it likes.
    function _foreign(address sender, bytes memory data) private returns (bool done, bytes memory result) {
        vm.prank(sender);
        (done, result) = address(forwarder).call{gas: 3_000_000}(data);
        vm.assertFalse(!done && bytes4(result) == bytes4(0x4e487b71), "no panic");
    }

    function _withdrawing(address[] memory trainers) private view returns (bytes memory) {
        Withdrawal memory request =
            Withdrawal(_player(0), _receiver, _ownedWei, 7, uint40(block.timestamp + 1 hours), 1_000_000);
        (bytes32 r, bytes32 vs) = vm.signCompact(_key(0), forwarder.withdrawalDigest(request));
        return abi.encodeCall(ForwarderApi.withdrawFor, (request, r, vs, trainers));
    }

    function _settledOne(uint256 player, uint32 nonce, bool wrong, uint256 waitS) private {
        Batch memory batch = _add(_item(wrong ? _wrong(player, nonce) : _draft(player, nonce)));
        _wait(waitS);
        _settleAll(batch);
    }
}
