// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EIP712} from "solady/utils/EIP712.sol";

import {ITrainer} from "../interfaces/ITrainer.sol";
import {PlayerWord} from "../libraries/PlayerWord.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {SignedRequests, Withdrawal} from "../libraries/SignedRequests.sol";
import {Tanks} from "./Tanks.sol";

/// @title Players' balances and signed requests, relayers' credits
/// @notice A player's balance grows by rewards and falls by the player's own withdrawals, direct or signed, by nothing else.
abstract contract Players is Tanks, EIP712 {
    using PlayerWord for uint256;

    /// @notice Units of gas that a relayed withdrawal is charged with, at the transaction's own gas price.
    uint256 public constant WITHDRAWAL_UNITS = 90_000;

    mapping(address player => uint256 word) internal _players;
    mapping(address relayer => uint256 amountWei) public credit;

    /// @notice Withdraws from the caller's balance.
    function withdraw(address to, uint256 amountWei) external nonReentrant {
        _debitPlayer(msg.sender, amountWei);
        emit Withdrawn(msg.sender, to, amountWei, 0);
        _pay(to, amountWei);
    }

    /// @notice Withdraws by a player's signed request; the caller keeps a fee of at most the signed maximum.
    /// @param collectFrom trainers whose accrued dividends are taken in first
    function withdrawFor(Withdrawal calldata request, bytes32 r, bytes32 vs, address[] calldata collectFrom)
        external
        nonReentrant
    {
        _checkWithdrawal(request, r, vs);
        for (uint256 i = 0; i < collectFrom.length; ++i) {
            _collect(collectFrom[i], request.player);
        }
        _debitPlayer(request.player, request.amountWei);
        uint256 maxFeeWei = uint256(request.maxFeeGwei) * 1 gwei;
        uint256 feeWei = WITHDRAWAL_UNITS * tx.gasprice;
        if (feeWei > maxFeeWei) feeWei = maxFeeWei;
        if (feeWei > request.amountWei) revert NotEnough(feeWei, request.amountWei);
        credit[msg.sender] += feeWei;
        emit Withdrawn(request.player, request.to, request.amountWei, feeWei);
        _pay(request.to, request.amountWei - feeWei);
    }

    /// @notice Moves the accrued dividends of players from a trainer to their balances here; anybody may.
    function collect(address trainer, address[] calldata players) external nonReentrant {
        for (uint256 i = 0; i < players.length; ++i) {
            _collect(trainer, players[i]);
        }
    }

    /// @notice Pays out the caller's credits for bringing and settling.
    function withdrawCredit(address to, uint256 amountWei) external nonReentrant {
        uint256 own = credit[msg.sender];
        if (amountWei > own) revert NotEnough(amountWei, own);
        credit[msg.sender] = own - amountWei;
        emit CreditWithdrawn(msg.sender, to, amountWei);
        _pay(to, amountWei);
    }

    /// @notice A player's balance and replay window, see `PlayerWord`.
    function player(address account) external view returns (uint96 balanceWei, uint32 highestNonce, uint128 seen) {
        uint256 word = _players[account];
        return (word.balanceWei(), word.highestNonce(), uint128(word));
    }

    /// @notice EIP-712 domain separator for the current chain.
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparator();
    }

    /// @notice What a player signs to withdraw.
    function withdrawalDigest(Withdrawal calldata request) external view returns (bytes32) {
        return _hashTypedData(SignedRequests.hashWithdrawal(request));
    }

    function _checkWithdrawal(Withdrawal calldata request, bytes32 r, bytes32 vs) private {
        if (block.timestamp > request.deadline) revert RequestExpired(request.deadline);
        (bool fresh, uint256 updated) = _players[request.player].spendNonce(request.nonce);
        if (!fresh) revert RequestNonceUsed(request.player, request.nonce);
        if (!_signedBy(request.player, SignedRequests.hashWithdrawal(request), r, vs)) {
            revert RequestSignatureInvalid(request.player);
        }
        _players[request.player] = updated;
    }

    /// @dev What a trainer reports is believed only as far as the money arrived.
    function _collect(address trainer, address account) private {
        uint256 before = address(this).balance;
        uint256 reportedWei = ITrainer(trainer).collect(account);
        uint256 receivedWei = address(this).balance - before;
        if (reportedWei != receivedWei) revert TrainerMisreported(reportedWei, receivedWei);
        if (receivedWei == 0) return;
        _players[account] = _players[account].addBalance(receivedWei);
        emit PlayerCredited(account, trainer, 0, receivedWei, 0);
    }

    function _debitPlayer(address account, uint256 amountWei) private {
        uint256 word = _players[account];
        if (amountWei > word.balanceWei()) revert NotEnough(amountWei, word.balanceWei());
        _players[account] = word.subtractBalance(amountWei);
    }

    /// @dev Where a player's word lies, for whoever reads and writes it in one go.
    function _slotOf(address account) internal pure returns (uint256 slot) {
        // Memory: the two scratch words only.
        assembly ("memory-safe") {
            mstore(0x00, shr(96, shl(96, account)))
            mstore(0x20, _players.slot)
            slot := keccak256(0x00, 0x40)
        }
    }

    /// @dev ECDSA over an EIP-2098 signature; high s and the zero address never pass.
    function _signedBy(address account, bytes32 structHash, bytes32 r, bytes32 vs) internal view returns (bool) {
        return Signatures.isBy(account, SignedRequests.digestOf(_domainSeparator(), structHash), r, vs);
    }

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("On the House", "1");
    }
}
