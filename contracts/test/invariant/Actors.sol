// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IForwarder, Terms} from "../../src/interfaces/IForwarder.sol";
import {BatchHeader} from "../../src/interfaces/ITrainer.sol";
import {Withdrawal} from "../../src/libraries/SignedRequests.sol";
import {Batch, Model} from "../support/House.sol";
import {Samples} from "../support/Samples.sol";
import {Draft, Wire} from "../support/Wire.sol";
import {Ledger} from "./Ledger.sol";

/// @title Everybody around a house, acting at random: players, a relayer, settlers, two sponsors
/// @notice Two sponsors pay for two models, one with stakes and one without. What is not supposed to fail reverts the run.
abstract contract Actors is Ledger {
    uint256 private constant STAKE_WEI = 0.001 ether;

    address internal second = vm.addr(0x5706);
    /// @dev The model in which players confirm each other.
    Model internal game;
    /// @dev Signed items seen so far, for replays.
    bytes[] private _sent;
    mapping(bytes32 item => address trainer) private _sentTo;
    mapping(address player => uint32 nonce) internal _nextNonce;

    constructor() {
        setUp();
        _useStake(STAKE_WEI);
        address gamified = _deploy("incentive/Gamified", abi.encode(3, 2 days));
        game = _deployModel(_deployPerceptron(FEATURES, INTERCEPT, 1), gamified);
        _open(sponsor, address(game.trainer), _schedule());
        _fillTank(second, 10 ether);
        _open(second, address(model.trainer), _schedule());
        _open(second, address(game.trainer), _schedule());
        for (uint256 i = 0; i < PLAYERS; ++i) {
            _players.push(_player(i));
        }
        _noteLimits();
    }

    // --- the relayer

    function addContributions(uint256 seed) external {
        bytes memory items;
        address trainer = _anyTrainer(seed);
        for (uint256 i = 0; i < 1 + seed % 5; ++i) {
            bytes memory item = _item(_randomDraft(_draw(seed, i), trainer));
            _sent.push(item);
            _sentTo[keccak256(item)] = trainer;
            items = bytes.concat(items, item);
        }
        _bring(_anySponsor(seed), trainer, items);
    }

    function addSpoiltContributions(uint256 seed) external {
        address trainer = _anyTrainer(seed);
        Draft memory draft = _randomDraft(seed, trainer);
        if (seed % 4 == 0) draft.deadline = uint40(block.timestamp - 1);
        if (seed % 4 == 1) draft.key += 77;
        if (seed % 4 == 2) draft.sample = hex"00";
        if (seed % 4 == 3) draft.maxFeeGwei = 0;
        bytes memory spoilt = _item(draft);
        if (seed % 4 == 1) _forged[keccak256(spoilt)] = true;
        bytes memory before = _item(_randomDraft(_draw(seed, 1), trainer));
        _bring(_anySponsor(seed), trainer, bytes.concat(before, spoilt, _item(_randomDraft(_draw(seed, 2), trainer))));
    }

    function replay(uint256 seed) external {
        if (_sent.length == 0) return;
        bytes memory old = _sent[seed % _sent.length];
        _bring(_anySponsor(seed), _sentTo[keccak256(old)], bytes.concat(old, old));
    }

    /// @dev A player that signs far ahead, far behind and the same twice.
    function flood(uint256 seed) external {
        uint256 player = PLAYERS - 1;
        bytes memory items;
        for (uint256 i = 0; i < 8; ++i) {
            Draft memory draft = _randomDraft(_draw(seed, i), address(model.trainer));
            (draft.key, draft.player) = (_key(player), _players[player]);
            uint256 ahead = _draw(seed, 20 + i) % 300;
            draft.nonce = uint32(_highest[draft.player] + ahead < 200 ? ahead : _highest[draft.player] + ahead - 200);
            items = bytes.concat(items, _item(draft));
        }
        _bring(_anySponsor(seed), address(model.trainer), items);
        // What was signed before and is still to come keeps its nonces.
        uint256 next = _highest[_players[player]] + 1;
        if (next > _nextNonce[_players[player]]) _nextNonce[_players[player]] = uint32(next);
    }

    function withdrawCredits(uint256 seed) external {
        address earner = seed % 3 == 0 ? relayer : seed % 3 == 1 ? settler : stranger;
        uint256 amountWei = seed % (forwarder.credit(earner) + 1);
        vm.prank(earner);
        forwarder.withdrawCredit(vm.addr(0x9a1d), amountWei);
        expectedCreditWei[earner] -= amountWei;
    }

    // --- settlers

    /// @dev At a price of the settler's own choice.
    function settleSome(uint256 seed, uint256 mask) external {
        vm.txGasPrice(block.basefee + _draw(seed, 9) % 60 gwei);
        for (uint256 i = 0; i < _batches.length && i < 3; ++i) {
            _settleOne(_draw(seed, i) % _batches.length, mask, seed % 3 == 0 ? stranger : settler);
        }
    }

    function settleLate(uint256 seed) external {
        vm.warp(block.timestamp + FORFEIT_WAIT_S);
        for (uint256 i = 0; i < _batches.length && i < 3; ++i) {
            _settleOne(_draw(seed, i) % _batches.length, type(uint256).max, settler);
        }
    }

    function collectDividends(uint256 seed) external {
        address[] memory players = new address[](2);
        players[0] = players[1] = _players[seed % PLAYERS];
        (, uint256 unclaimedWei) = model.mechanism.account(players[0]);
        forwarder.collect(address(model.trainer), players);
        expectedBalanceWei[players[0]] += unclaimedWei;
    }

    // --- players

    function withdrawAsPlayer(uint256 seed) external {
        address player = _players[seed % PLAYERS];
        uint256 amountWei = _draw(seed, 0) % (_balanceOf(player) + 1);
        vm.prank(player);
        forwarder.withdraw(vm.addr(0x9a1d), amountWei);
        expectedBalanceWei[player] -= amountWei;
    }

    function withdrawBySignature(uint256 seed) external {
        uint256 key = _key(seed % PLAYERS);
        address player = _players[seed % PLAYERS];
        uint256 balanceWei = _balanceOf(player);
        if (balanceWei == 0) return;
        uint32 nonce = _nextNonce[player]++;
        uint64 maxFeeGwei = uint64(balanceWei / 2 gwei);
        Withdrawal memory request =
            Withdrawal(player, vm.addr(0x9a1d), balanceWei, nonce, uint40(block.timestamp), maxFeeGwei);
        (bytes32 r, bytes32 vs) = vm.signCompact(key, forwarder.withdrawalDigest(request));
        vm.prank(settler);
        forwarder.withdrawFor(request, r, vs, new address[](0));
        _spend(player, nonce);
        expectedBalanceWei[player] -= balanceWei;
        expectedCreditWei[settler] += _min(forwarder.WITHDRAWAL_UNITS() * tx.gasprice, uint256(maxFeeGwei) * 1 gwei);
    }

    function contributeDirectly(uint256 seed) external {
        vm.deal(stranger, stranger.balance + 1 ether);
        vm.prank(stranger);
        model.trainer.contribute{value: STAKE_WEI + seed % 1 gwei}(0, Samples.list(uint16(seed % FEATURES)));
    }

    function claimAsOutsider() external {
        vm.prank(stranger);
        model.mechanism.claim();
    }

    // --- the world

    function passTime(uint256 seed) external {
        vm.warp(block.timestamp + 1 + seed % (seed % 3 == 0 ? 2 days : FORFEIT_WAIT_S * 2));
        _noteLimits();
    }

    function changePrices(uint256 seed) external {
        vm.fee(seed % 40 gwei);
        vm.txGasPrice(block.basefee + _draw(seed, 1) % 40 gwei);
    }

    // --- the end

    /// @notice Settles everything that is left, as if everybody waited long enough.
    function settleEverything() external {
        vm.warp(block.timestamp + 2 days);
        for (uint256 i = 0; i < _batches.length; ++i) {
            _settleOne(i, type(uint256).max, settler);
            require(_settled[i] == _allOf(_batches[i]), "everything can be settled in the end");
        }
    }

    // --- parts

    function _settleOne(uint256 index, uint256 mask, address who) internal {
        if (_settled[index] == _allOf(_batches[index])) return;
        Batch memory batch = _batches[index];
        vm.recordLogs();
        vm.prank(who);
        (uint256 refundedMap, uint256 forfeitedMap) =
            forwarder.settle(batch.trainer, batch.terms, batch.header, batch.records, mask);
        require((refundedMap | forfeitedMap) & ~mask == 0, "only what was asked for settles");
        _noteSettled(index, who, refundedMap, forfeitedMap, 0);
    }

    function _bring(address payer, address trainer, bytes memory items) internal {
        uint256 availableWei = forwarder.tank(payer).availableWei;
        _noteLimits();
        vm.prank(relayer);
        (bool done, bytes memory result) =
            address(forwarder).call(abi.encodeCall(forwarder.addBatch, (payer, trainer, items)));
        if (!done) {
            bytes4 reason = bytes4(result);
            bool allowed = reason == IForwarder.TankPaused.selector || reason == IForwarder.TrainerNotAllowed.selector;
            if (!allowed) ++spoiltNeighbours;
            return;
        }
        outflowWei[payer][block.timestamp / 1 days] += availableWei - forwarder.tank(payer).availableWei;
        Batch memory batch;
        batch.trainer = trainer;
        (batch.acceptedMap, batch.outcomes, batch.terms, batch.header) =
            abi.decode(result, (uint256, bytes, Terms, BatchHeader));
        batch.records = Wire.recordsOf(items, batch.outcomes);
        _noteBatch(batch, items);
    }

    function _randomDraft(uint256 seed, address trainer) internal returns (Draft memory draft) {
        uint256 player = seed % PLAYERS;
        draft.key = _key(player);
        draft.player = _players[player];
        draft.trainer = trainer;
        draft.nonce = _nextNonce[draft.player]++;
        draft.deadline = uint40(block.timestamp + 1 hours);
        draft.maxFeeGwei = uint64(_draw(seed, 5) % 4 == 0 ? _draw(seed, 6) % 2_000_000 : MAX_FEE_GWEI);
        draft.sample = Samples.spread(_draw(seed, 2), 3, FEATURES);
        draft.label = uint16(_draw(seed, 3) % 3 == 0 ? 1 : 0);
    }

    function _anyTrainer(uint256 seed) private view returns (address) {
        return _draw(seed, 101) % 3 == 0 ? address(game.trainer) : address(model.trainer);
    }

    function _anySponsor(uint256 seed) internal view returns (address) {
        return _draw(seed, 102) % 3 == 0 ? second : sponsor;
    }

    function _noteLimits() internal {
        uint256 today = block.timestamp / 1 days;
        _noteLimit(sponsor, today);
        _noteLimit(second, today);
    }

    function _noteLimit(address payer, uint256 today) private {
        uint256 limitWei = forwarder.tank(payer).dailyLimitWei;
        if (limitWei > highestLimitWei[payer][today]) highestLimitWei[payer][today] = limitWei;
    }
}
