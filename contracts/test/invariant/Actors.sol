// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IForwarder, Tank, Terms} from "../../src/interfaces/IForwarder.sol";
import {BatchHeader} from "../../src/interfaces/ITrainer.sol";
import {Withdrawal} from "../../src/libraries/SignedRequests.sol";
import {Batch, House} from "../support/House.sol";
import {Samples} from "../support/Samples.sol";
import {Vm} from "../support/Vm.sol";
import {Draft, Wire} from "../support/Wire.sol";

/// @title Everybody around a house, acting at random: honest, careless and crooked
/// @notice Keeps its own books beside the contracts' ones and complains at once when an action breaks a promise.
contract Actors is House {
    uint256 public constant PLAYERS = 6;
    uint256 private constant STAKE_WEI = 0.001 ether;

    Batch[] private _batches;
    /// @dev Signed items seen so far, for replays.
    bytes[] private _sent;
    mapping(address player => uint32 nonce) private _nextNonce;
    mapping(address player => mapping(uint32 nonce => uint256 times)) private _effects;
    mapping(uint256 batch => uint256 settledMap) private _settled;
    mapping(uint256 batch => mapping(uint256 record => uint256 maxFeeWei)) private _maxFeeWei;

    /// @notice What each player's balance must be: rewards left to it, less what it withdrew itself.
    mapping(address player => uint256 amountWei) public expectedBalanceWei;
    /// @notice Outflow of the sponsor's tank on each day, as seen from outside.
    mapping(uint256 day => uint256 amountWei) public outflowWei;
    /// @notice Highest daily limit that was in force on a day.
    mapping(uint256 day => uint256 amountWei) public highestLimitWei;

    constructor() {
        setUp();
        _useStake(STAKE_WEI);
        _setLimits(1 ether, PRICE_CAP_WEI, TIP_CAP_WEI);
        _noteLimit();
    }

    // --- the relayer

    function addContributions(uint256 seed) external {
        bytes memory items;
        uint256 count = 1 + seed % 5;
        for (uint256 i = 0; i < count; ++i) {
            Draft memory draft = _randomDraft(_draw(seed, i));
            bytes memory item = _item(draft);
            _sent.push(item);
            items = bytes.concat(items, item);
        }
        _bring(items);
    }

    function addSpoiltContributions(uint256 seed) external {
        Draft memory draft = _randomDraft(seed);
        if (seed % 4 == 0) draft.deadline = uint40(block.timestamp - 1);
        if (seed % 4 == 1) draft.key += 77;
        if (seed % 4 == 2) draft.sample = hex"00";
        if (seed % 4 == 3) draft.maxFeeGwei = 0;
        _bring(bytes.concat(_item(draft), _item(_randomDraft(_draw(seed, 1)))));
    }

    function replay(uint256 seed) external {
        if (_sent.length == 0) return;
        bytes memory old = _sent[seed % _sent.length];
        _bring(bytes.concat(old, old, _item(_randomDraft(seed))));
    }

    function withdrawCredits(uint256 seed) external {
        address earner = seed % 2 == 0 ? relayer : settler;
        uint256 ownedWei = forwarder.credit(earner);
        vm.prank(earner);
        forwarder.withdrawCredit(stranger, seed % (ownedWei + 1));
    }

    // --- settlers

    function settleSome(uint256 seed, uint256 mask) external {
        for (uint256 i = 0; i < _batches.length && i < 4; ++i) {
            _settleOne(_draw(seed, i) % _batches.length, mask, seed % 3 == 0 ? stranger : settler);
        }
    }

    function settleLate(uint256 seed) external {
        vm.warp(block.timestamp + FORFEIT_WAIT_S);
        for (uint256 i = 0; i < _batches.length && i < 4; ++i) {
            _settleOne(_draw(seed, i) % _batches.length, type(uint256).max, settler);
        }
    }

    function collectDividends(uint256 seed) external {
        address[] memory players = new address[](2);
        players[0] = _player(seed % PLAYERS);
        players[1] = _player(seed % PLAYERS);
        (, uint256 unclaimedWei) = model.mechanism.account(players[0]);
        forwarder.collect(address(model.trainer), players);
        expectedBalanceWei[players[0]] += unclaimedWei;
    }

    // --- players

    function withdrawAsPlayer(uint256 seed) external {
        address player = _player(seed % PLAYERS);
        uint256 amountWei = _draw(seed, 0) % (_balanceOf(player) + 1);
        vm.prank(player);
        forwarder.withdraw(stranger, amountWei);
        expectedBalanceWei[player] -= amountWei;
    }

    function withdrawBySignature(uint256 seed) external {
        uint256 key = _key(seed % PLAYERS);
        address player = vm.addr(key);
        uint256 balanceWei = _balanceOf(player);
        if (balanceWei == 0) return;
        uint32 nonce = _nextNonce[player]++;
        uint64 maxFeeGwei = uint64(balanceWei / 2 gwei);
        Withdrawal memory request = Withdrawal(player, stranger, balanceWei, nonce, uint40(block.timestamp), maxFeeGwei);
        (bytes32 r, bytes32 vs) = vm.signCompact(key, forwarder.withdrawalDigest(request));
        vm.prank(settler);
        forwarder.withdrawFor(request, r, vs, new address[](0));
        ++_effects[player][nonce];
        expectedBalanceWei[player] -= balanceWei;
    }

    // --- the sponsor

    function depositMore(uint256 seed) external {
        _fillTank(sponsor, seed % 2 ether);
    }

    function announceWithdrawal(uint256 seed) external {
        vm.prank(sponsor);
        forwarder.requestWithdrawal(uint128(seed));
    }

    /// @dev At the worst moment: everything that the tank still has, right when it is due.
    function withdrawAsSponsor() external {
        Tank memory tank = forwarder.tank(sponsor);
        if (tank.withdrawalAt == 0) return;
        if (block.timestamp < tank.withdrawalAt) vm.warp(tank.withdrawalAt);
        vm.prank(sponsor);
        forwarder.executeWithdrawal(stranger);
        vm.assertEq(forwarder.tank(sponsor).reservedWei, tank.reservedWei, "what is owed stays");
        _noteLimit();
    }

    function changeRules(uint256 seed) external {
        _setLimits(uint96(seed % 2 ether), uint64(_draw(seed, 1) % 30 gwei), uint64(_draw(seed, 2) % 5 gwei));
        _noteLimit();
        vm.startPrank(sponsor);
        forwarder.setPaused(_draw(seed, 3) % 6 == 0);
        forwarder.setTrainer(address(model.trainer), _draw(seed, 4) % 6 != 0, _schedule());
        vm.stopPrank();
    }

    // --- outsiders

    function sendMoneyUnasked(uint256 seed) external {
        vm.deal(stranger, stranger.balance + 1 ether);
        vm.prank(stranger);
        (bool taken,) = address(forwarder).call{value: seed % 1 ether}("");
        vm.assertFalse(taken, "money without a purpose");
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
        vm.warp(block.timestamp + 1 + seed % (FORFEIT_WAIT_S * 2));
        _noteLimit();
    }

    function passDays(uint256 seed) external {
        vm.warp(block.timestamp + seed % 2 days);
        _noteLimit();
    }

    function changePrices(uint256 seed) external {
        vm.fee(seed % 40 gwei);
        vm.txGasPrice(block.basefee + _draw(seed, 1) % 40 gwei);
    }

    // --- for the invariants

    /// @notice The house's forwarder, sponsor and earners.
    function cast() external view returns (address forwarder_, address sponsor_, address[] memory earners) {
        earners = new address[](3);
        (earners[0], earners[1], earners[2]) = (relayer, settler, stranger);
        return (address(forwarder), sponsor, earners);
    }

    /// @notice The mechanism under test.
    function mechanism() external view returns (address) {
        return address(model.mechanism);
    }

    /// @notice Address of a player.
    function playerAt(uint256 index) external pure returns (address) {
        return _player(index);
    }

    /// @notice Settles everything that is left, as if everybody waited long enough.
    function settleEverything() external {
        vm.warp(block.timestamp + FORFEIT_WAIT_S);
        for (uint256 i = 0; i < _batches.length; ++i) {
            if (_settled[i] != _allOf(_batches[i])) _settleAll(_batches[i]);
        }
    }

    function _settleOne(uint256 index, uint256 mask, address who) private {
        Batch memory batch = _batches[index];
        vm.recordLogs();
        vm.prank(who);
        try forwarder.settle(batch.trainer, batch.terms, batch.header, batch.records, mask) returns (
            uint256 refundedMap, uint256 forfeitedMap
        ) {
            _noteSettled(index, refundedMap, forfeitedMap, mask);
        } catch {
            require(_settled[index] == _allOf(batch), "an open batch can always be settled");
        }
        _noteCredits(index);
    }

    // --- noting

    function _randomDraft(uint256 seed) private returns (Draft memory draft) {
        uint256 player = seed % PLAYERS;
        draft = _draft(player, _nextNonce[_player(player)]++);
        draft.sample = Samples.spread(_draw(seed, 2), 3, FEATURES);
        draft.label = uint16(_draw(seed, 3) % 3 == 0 ? 1 : 0);
    }

    function _bring(bytes memory items) private {
        Tank memory before = forwarder.tank(sponsor);
        vm.prank(relayer);
        (bool done, bytes memory result) =
            address(forwarder).call(abi.encodeCall(forwarder.addBatch, (sponsor, address(model.trainer), items)));
        if (!done) {
            bytes4 reason = bytes4(result);
            bool allowed = reason == IForwarder.TankPaused.selector || reason == IForwarder.TrainerNotAllowed.selector;
            require(allowed, "only pausing and dismissing stop a batch");
            return;
        }
        outflowWei[block.timestamp / 1 days] += before.availableWei - forwarder.tank(sponsor).availableWei;
        _noteBatch(items, result);
    }

    function _noteBatch(bytes memory items, bytes memory result) private {
        Batch memory batch;
        batch.trainer = address(model.trainer);
        (batch.acceptedMap, batch.outcomes, batch.terms, batch.header) =
            abi.decode(result, (uint256, bytes, Terms, BatchHeader));
        batch.records = Wire.recordsOf(items, batch.outcomes);
        uint256 cursor = 0;
        uint256 record = 0;
        for (uint256 i = 0; i < batch.outcomes.length; ++i) {
            uint256 size = Wire.ITEM_BYTES + Wire.sampleBytesAt(items, cursor);
            uint8 outcome = uint8(batch.outcomes[i]);
            if (outcome == 0 || outcome == 6) {
                _noteEffect(Wire.slice(items, cursor, size), _batches.length, record++);
            }
            cursor += size;
        }
        if (batch.header.accepted != 0) _batches.push(batch);
    }

    function _noteEffect(bytes memory item, uint256 batch, uint256 record) private {
        address player = address(bytes20(Wire.slice(item, 0, 20)));
        bytes memory tail = Wire.slice(item, item.length - 81, 17);
        uint32 nonce = uint32(bytes4(Wire.slice(tail, 0, 4)));
        vm.assertEq(++_effects[player][nonce], 1, "a nonce takes effect once");
        _maxFeeWei[batch][record] = uint256(uint64(bytes8(Wire.slice(tail, 9, 8)))) * 1 gwei;
    }

    function _noteSettled(uint256 batch, uint256 refundedMap, uint256 forfeitedMap, uint256 mask) private {
        uint256 settledMap = refundedMap | forfeitedMap;
        vm.assertEq(settledMap & _settled[batch], 0, "a contribution settles once");
        vm.assertEq(settledMap & ~mask, 0, "only what was asked for settles");
        vm.assertEq(refundedMap & forfeitedMap, 0, "refunded or forfeited");
        _settled[batch] |= settledMap;
    }

    /// @dev Reads what players were credited from the events, and holds each against the highest signed maximum.
    function _noteCredits(uint256 batch) private {
        uint256 highestWei = 0;
        for (uint256 record = 0; record < 8; ++record) {
            if (_maxFeeWei[batch][record] > highestWei) highestWei = _maxFeeWei[batch][record];
        }
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != IForwarder.PlayerCredited.selector) continue;
            (, uint256 rewardWei, uint256 paidWei) = abi.decode(logs[i].data, (uint64, uint256, uint256));
            vm.assertLe(paidWei, highestWei, "at most the signed maximum");
            expectedBalanceWei[address(uint160(uint256(logs[i].topics[1])))] += rewardWei - paidWei;
        }
    }

    function _noteLimit() private {
        uint256 today = block.timestamp / 1 days;
        uint256 limitWei = forwarder.tank(sponsor).dailyLimitWei;
        if (limitWei > highestLimitWei[today]) highestLimitWei[today] = limitWei;
    }

    function _allOf(Batch memory batch) private pure returns (uint256 map) {
        uint256 record = 0;
        for (uint256 i = 0; i < batch.outcomes.length; ++i) {
            uint8 outcome = uint8(batch.outcomes[i]);
            if (outcome == 0) map |= 1 << record;
            if (outcome == 0 || outcome == 6) ++record;
        }
    }
}
