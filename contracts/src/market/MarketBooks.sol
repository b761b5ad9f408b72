// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IClassifier} from "../interfaces/IClassifier.sol";
import {IDataHandler} from "../interfaces/IDataHandler.sol";
import {IPredictionMarket, MarketParts, MarketRules, MarketState, Phase} from "../interfaces/IPredictionMarket.sol";

/// @title A market's rules, clock and money
/// @notice Books, to the wei: balance = bounty + stakes (later pay-outs) of open contributions + claimable money.
///
/// Whatever ends a market before its passes are over ends it here, in one of two ways: without contributions the bounty
/// goes back to the provider; with contributions all stakes come back and the bounty goes to the participants, in equal
/// shares for each contribution. The provider alone chose how long everything takes, and by its test set what the replay
/// costs; so it must gain nothing when time runs out.
abstract contract MarketBooks is IPredictionMarket, ReentrancyGuardTransient {
    /// @dev `roundsLeftWei` counts from the bounty down to zero while passes are played.
    struct Bounty {
        uint96 totalWei;
        uint96 roundsLeftWei;
    }

    struct Held {
        uint128 openWei;
        uint128 claimableWei;
    }

    /// @notice Most contributions of a market: one pass over so many stays far below a block's gas.
    uint256 public constant MAX_CONTRIBUTIONS = 768;

    address public immutable provider;
    address public immutable forwarder;
    IDataHandler public immutable dataHandler;
    IClassifier public immutable classifier;
    uint256 public immutable stakeWei;
    uint256 public immutable maxContributions;
    bool public immutable grouped;
    uint256 public immutable openingS;
    uint256 public immutable participationS;
    uint256 public immutable revealS;
    uint256 public immutable replayS;

    MarketState internal _state;
    Bounty internal _bounty;
    Held internal _held;
    /// @dev What a time-out pays each contribution beside its stake.
    uint256 internal _shareWei;
    /// @inheritdoc IPredictionMarket
    mapping(address account => uint256 amountWei) public claimableWei;

    constructor(MarketParts memory parts, MarketRules memory rules) {
        if (parts.provider == address(0) || rules.stakeWei == 0) revert BadParameters();
        if (rules.maxContributions == 0 || rules.maxContributions > MAX_CONTRIBUTIONS) revert BadParameters();
        if (rules.openingS == 0 || rules.participationS == 0) revert BadParameters();
        if (rules.revealS == 0 || rules.replayS == 0) revert BadParameters();
        provider = parts.provider;
        forwarder = parts.forwarder;
        dataHandler = parts.dataHandler;
        classifier = parts.classifier;
        stakeWei = rules.stakeWei;
        maxContributions = rules.maxContributions;
        grouped = rules.grouped;
        openingS = rules.openingS;
        participationS = rules.participationS;
        revealS = rules.revealS;
        replayS = rules.replayS;
    }

    /// @inheritdoc IPredictionMarket
    function lapse() external nonReentrant {
        if (phase() != Phase.Lapsed) revert WrongPhase(phase());
        _closeLapsed();
    }

    /// @inheritdoc IPredictionMarket
    function claim() external nonReentrant returns (uint256 amountWei) {
        if (phase() == Phase.Lapsed) _closeLapsed();
        amountWei = claimableWei[msg.sender];
        claimableWei[msg.sender] = 0;
        _held.claimableWei -= uint128(amountWei);
        emit Claimed(msg.sender, amountWei);
        _pay(msg.sender, amountWei);
    }

    /// @inheritdoc IPredictionMarket
    function state() external view returns (MarketState memory) {
        return _state;
    }

    /// @inheritdoc IPredictionMarket
    function bountyWei() external view returns (uint256) {
        return _bounty.totalWei;
    }

    /// @inheritdoc IPredictionMarket
    function roundsLeftWei() external view returns (uint256) {
        return _bounty.roundsLeftWei;
    }

    /// @inheritdoc IPredictionMarket
    function openWei() external view returns (uint256) {
        return _held.openWei;
    }

    /// @inheritdoc IPredictionMarket
    function totalClaimableWei() external view returns (uint256) {
        return _held.claimableWei;
    }

    /// @inheritdoc IPredictionMarket
    /// @dev A phase lasts while the time is below its end, so no two phases share a second and nobody can choose.
    function phase() public view returns (Phase) {
        Phase stored = _state.phase;
        if (stored == Phase.Announced || stored == Phase.Closed) return stored;
        uint256 endsAt = _state.endsAt;
        if (block.timestamp < endsAt) return stored;
        if (stored != Phase.Participation || _state.contributions == 0) return Phase.Lapsed;
        return block.timestamp < endsAt + revealS ? Phase.Reveal : Phase.Lapsed;
    }

    function _require(Phase needed) internal view {
        Phase present = phase();
        if (present != needed) revert WrongPhase(present);
    }

    /// @dev Begins a phase that lasts `durationS`.
    function _enter(Phase next, uint256 durationS) internal returns (uint256 endsAt) {
        endsAt = block.timestamp + durationS;
        _state.phase = next;
        _state.endsAt = uint40(endsAt);
    }

    function _closeLapsed() internal {
        uint256 contributions = _state.contributions;
        if (contributions == 0) {
            _close(0);
            return;
        }
        uint256 shareWei = _bounty.totalWei / contributions;
        _shareWei = shareWei;
        _state.voided = true;
        _close(contributions * (stakeWei + shareWei));
    }

    /// @dev Allots all money: `payoutsWei` to the contributions, the rest to the provider.
    function _close(uint256 payoutsWei) internal {
        uint256 returnedWei = uint256(_bounty.totalWei) + _held.openWei - payoutsWei;
        _bounty = Bounty(0, 0);
        _held.openWei = uint128(payoutsWei);
        _state.phase = Phase.Closed;
        _credit(provider, returnedWei);
        emit MarketClosed(_state.voided, payoutsWei, returnedWei);
    }

    function _credit(address account, uint256 amountWei) internal {
        if (amountWei == 0) return;
        claimableWei[account] += amountWei;
        _held.claimableWei += uint128(amountWei);
    }

    /// @dev Money leaves only here, always as the last step, always under the lock.
    function _pay(address to, uint256 amountWei) internal {
        if (amountWei == 0) return;
        (bool paid,) = to.call{value: amountWei}("");
        if (!paid) revert TransferFailed(to, amountWei);
    }
}
