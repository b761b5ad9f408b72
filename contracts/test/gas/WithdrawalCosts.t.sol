// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Withdrawal} from "../../src/libraries/SignedRequests.sol";
import {Batch, House} from "../support/House.sol";

/// @title What a relayed withdrawal costs whoever brings it
/// @notice Method as in Gas.t.sol: isolated transactions, in which fees come to nothing; what changing a credit costs is
/// added. The receiver is an account that exists.
contract WithdrawalCostsTest is House {
    uint256 private constant ONE_CREDIT = 2_800;

    /// @dev Neither does bringing a withdrawal lose money, nor is it a business.
    /// forge-config: default.isolate = true
    function test_the_units_of_a_withdrawal_are_what_it_costs() external {
        uint256 plain = _measure(0, new address[](0));
        address[] memory from = new address[](1);
        from[0] = address(model.trainer);
        uint256 collecting = _measure(1, from);
        vm.assertLe(plain, collecting, "collecting costs more");
        vm.assertLe(collecting, forwarder.WITHDRAWAL_UNITS(), "covers a withdrawal that collects from one trainer");
        vm.assertLe(forwarder.WITHDRAWAL_UNITS(), plain * 2, "and not much more than a plain one");
    }

    function _measure(uint256 player, address[] memory collectFrom) private returns (uint256 gasUsed) {
        _earn(player);
        vm.deal(stranger, 1 ether);
        Withdrawal memory request = Withdrawal({
            player: _player(player),
            to: stranger,
            amountWei: _balanceOf(_player(player)) / 2,
            nonce: 50,
            deadline: uint40(block.timestamp + 1 hours),
            maxFeeGwei: MAX_FEE_GWEI
        });
        (bytes32 r, bytes32 vs) = vm.signCompact(_key(player), forwarder.withdrawalDigest(request));
        vm.prank(settler);
        forwarder.withdrawFor(request, r, vs, collectFrom);
        return vm.lastCallGas().gasTotalUsed + ONE_CREDIT;
    }

    /// @dev Gives a player a balance and further dividends that wait at the mechanism.
    function _earn(uint256 player) private {
        uint32 nonce = uint32(player) * 2;
        Batch memory first = _add(_item(_draft(player, nonce)));
        _wait(REFUND_WAIT_S);
        _settleAll(first);
        for (uint256 round = 0; round < 2; ++round) {
            Batch memory lost = _add(_item(_wrong(20 + player, uint32(round))));
            Batch memory later = _add(_item(_draft(player, nonce + 1 + uint32(round) * 10)));
            _wait(FORFEIT_WAIT_S);
            _settleAll(lost);
            if (round == 0) _settleAll(later);
        }
    }
}
