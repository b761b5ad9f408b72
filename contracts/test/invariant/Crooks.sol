// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IForwarder, Tank, Terms} from "../../src/interfaces/IForwarder.sol";
import {BatchHeader, Settlement} from "../../src/interfaces/ITrainer.sol";
import {GamifiedApi} from "../support/Contracts.sol";
import {Batch} from "../support/House.sol";
import {LyingTrainer} from "../support/LyingTrainer.sol";
import {Reentrant} from "../support/Receivers.sol";
import {Vm} from "../support/Vm.sol";
import {Wire} from "../support/Wire.sol";
import {Actors} from "./Actors.sol";

/// @title Those who mean harm: sponsors at the worst moment, a trainer that lies, receivers that come back, rings
contract Crooks is Actors {
    LyingTrainer private _liar;
    Reentrant private _thief;
    address private _crook = vm.addr(0xc400c);
    mapping(address sponsor => uint256 at) private _announcedAt;
    mapping(address author => address[3]) private _lastValidators;

    constructor() {
        _liar = new LyingTrainer();
        _thief = new Reentrant();
        vm.deal(address(_liar), 1_000 ether);
        vm.deal(address(_thief), 1 ether);
        _fillTank(_crook, 10 ether);
        _open(_crook, address(_liar), _schedule());
        vm.prank(_crook);
        forwarder.setRelayer(_crook, true);
    }

    // --- sponsors

    function depositMore(uint256 seed) external {
        _fillTank(_anySponsor(seed), seed % 2 ether);
    }

    function announceWithdrawal(uint256 seed) external {
        address payer = _anySponsor(seed);
        vm.prank(payer);
        forwarder.requestWithdrawal(uint128(seed));
        _announcedAt[payer] = block.timestamp;
    }

    /// @dev Everything that the tank still has, right when it is due, paused or not; and before, in vain.
    function withdrawAsSponsor(uint256 seed) external {
        address payer = _anySponsor(seed);
        Tank memory before = forwarder.tank(payer);
        vm.startPrank(payer);
        (bool done,) = address(forwarder).call(abi.encodeCall(forwarder.executeWithdrawal, (vm.addr(0x9a1d))));
        if (!done && before.withdrawalAt != 0 && block.timestamp < before.withdrawalAt) {
            vm.warp(before.withdrawalAt);
            forwarder.executeWithdrawal(vm.addr(0x9a1d));
            done = true;
        }
        vm.stopPrank();
        bool inTime = _announcedAt[payer] != 0 && block.timestamp >= _announcedAt[payer] + WITHDRAWAL_DELAY_S;
        if (done && !inTime) ++earlyWithdrawals;
        if (forwarder.tank(payer).reservedWei != before.reservedWei) ++earlyWithdrawals;
        if (done) _announcedAt[payer] = 0;
        _noteLimits();
    }

    function changeRules(uint256 seed) external {
        address payer = _anySponsor(seed);
        vm.startPrank(payer);
        forwarder.setLimits(uint96(seed % 2 ether), uint64(_draw(seed, 1) % 30 gwei), uint64(_draw(seed, 2) % 5 gwei));
        forwarder.setPaused(_draw(seed, 3) % 6 == 0);
        forwarder.setTrainer(address(model.trainer), _draw(seed, 4) % 6 != 0, _schedule());
        vm.stopPrank();
        _noteLimits();
    }

    // --- a trainer that lies

    /// @dev Whatever it says of a batch and of its settlement: only its own sponsor's tank and its own money move.
    function lie(uint256 seed) external {
        bytes32 others = keccak256(abi.encode(forwarder.tank(sponsor), forwarder.tank(second)));
        (bool done, Terms memory terms, BatchHeader memory header, bytes memory records) = _lieWhenAdding(seed);
        if (done) _lieWhenSettling(seed, terms, header, records);
        if (others != keccak256(abi.encode(forwarder.tank(sponsor), forwarder.tank(second)))) ++thefts;
    }

    function _lieWhenAdding(uint256 seed)
        private
        returns (bool done, Terms memory terms, BatchHeader memory header, bytes memory records)
    {
        bytes memory items = bytes.concat(
            _item(_randomDraft(seed, address(_liar))), _item(_randomDraft(_draw(seed, 1), address(_liar)))
        );
        header.stakeWei = uint96(_draw(seed, 2) % 1 gwei);
        header.accepted = uint16(1 + _draw(seed, 3) % 2);
        header.newSlots = uint32(_draw(seed, 4) % 16);
        header.payer = address(forwarder);
        _liar.tellStake(header.stakeWei);
        _liar.tellAdded(header.stakeWei * (2 - _draw(seed, 5) % 2), 1 + _draw(seed, 6) % 3, header);
        bytes memory result;
        vm.prank(_crook);
        (done, result) = address(forwarder).call(abi.encodeCall(forwarder.addBatch, (_crook, address(_liar), items)));
        if (!done) return (false, terms, header, records);
        bytes memory outcomes;
        (, outcomes, terms,) = abi.decode(result, (uint256, bytes, Terms, BatchHeader));
        records = Wire.recordsOf(items, outcomes);
        for (uint256 i = 0; i < 2; ++i) {
            if (outcomes[i] != 0 && outcomes[i] != 0x06) continue;
            bytes memory item = Wire.slice(items, i * (Wire.ITEM_BYTES + SAMPLE_BYTES), Wire.ITEM_BYTES + SAMPLE_BYTES);
            _spend(address(bytes20(item)), uint32(bytes4(Wire.slice(item, item.length - 81, 4))));
        }
        header.context = keccak256(abi.encode(terms));
    }

    function _lieWhenSettling(uint256 seed, Terms memory terms, BatchHeader memory header, bytes memory records)
        private
    {
        (Settlement memory settlement, uint256 sentWei) = _madeUp(seed);
        _liar.tellSettled(sentWei, settlement);
        vm.recordLogs();
        vm.prank(_crook);
        (bool done,) = address(forwarder)
            .call(abi.encodeCall(forwarder.settle, (address(_liar), terms, header, records, type(uint256).max)));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; done && i < logs.length; ++i) {
            if (logs[i].topics[0] != IForwarder.PlayerCredited.selector) continue;
            (, uint256 rewardWei, uint256 paidWei) = abi.decode(logs[i].data, (uint64, uint256, uint256));
            expectedBalanceWei[address(uint160(uint256(logs[i].topics[1])))] += rewardWei - paidWei;
        }
    }

    function _madeUp(uint256 seed) private pure returns (Settlement memory settlement, uint256 sentWei) {
        settlement.refundedMap = _draw(seed, 7) % 4;
        settlement.refundWei = _draw(seed, 8) % 1 gwei;
        settlement.newSlots = _draw(seed, 9);
        settlement.rewardsWei = new uint256[](2);
        sentWei = settlement.refundWei;
        for (uint256 i = 0; i < 2; ++i) {
            if ((settlement.refundedMap >> i) & 1 == 1) settlement.rewardsWei[i] = _draw(seed, 10 + i) % 1 ether;
            sentWei += settlement.rewardsWei[i];
        }
        if (_draw(seed, 12) % 3 == 0) ++sentWei;
    }

    // --- receivers that come back

    function reenter(uint256 seed) external {
        address player = _players[seed % PLAYERS];
        uint256 amountWei = _balanceOf(player);
        if (amountWei == 0) return;
        bytes[4] memory calls = [
            abi.encodeCall(forwarder.withdraw, (address(_thief), 1)),
            abi.encodeCall(forwarder.deposit, (address(_thief))),
            abi.encodeCall(forwarder.withdrawCredit, (address(_thief), 0)),
            bytes("")
        ];
        uint256 choice = _draw(seed, 1) % 4;
        _thief.prepare(address(forwarder), calls[choice], choice % 2);
        vm.prank(player);
        forwarder.withdraw(address(_thief), amountWei);
        expectedBalanceWei[player] -= amountWei;
        if (!_thief.tried() || _thief.succeeded()) ++thefts;
    }

    function sendMoneyUnasked(uint256 seed) external {
        vm.deal(stranger, stranger.balance + 1 ether);
        vm.prank(stranger);
        (bool taken,) = address(forwarder).call{value: seed % 1 ether}("");
        if (taken) ++thefts;
    }

    // --- rings

    /// @dev Players confirm what they can: others' work, their own, the same friend's again.
    function validateSome(uint256 seed) external {
        if (_batches.length == 0) return;
        uint256 index = seed % _batches.length;
        Batch memory batch = _batches[index];
        uint256 openMap = _allOf(batch) & ~_settled[index];
        if (batch.trainer != address(game.trainer) || openMap == 0) return;
        uint256 newPlayers = 0;
        bytes memory items;
        for (uint256 i = 0; i < 3; ++i) {
            uint256 player = _draw(seed, i) % PLAYERS;
            uint32 nonce = _nextNonce[_players[player]]++;
            items = bytes.concat(items, _statement(batch, player, uint8(_draw(seed, 10 + i) % 5), nonce));
        }
        vm.recordLogs();
        vm.prank(settler);
        (, bytes memory outcomes, uint256 settledMap) =
            forwarder.validate(batch.trainer, batch.terms, batch.header, batch.records, items);
        for (uint256 i = 0; i < 3; ++i) {
            uint256 player = _draw(seed, i) % PLAYERS;
            // Unknown records are named before the nonce is read; everything else of ours passes the Forwarder.
            if (_authors[index][_draw(seed, 10 + i) % 5] == address(0)) continue;
            if (!_seen[_players[player]]) ++newPlayers;
            _spend(_players[player], uint32(bytes4(Wire.slice(items, i * 102 + 21, 4))));
            if (outcomes[i] == 0) _noteConfirmed(index, openMap, uint8(_draw(seed, 10 + i) % 5), player);
        }
        _noteSettled(index, settler, settledMap, 0, newPlayers);
    }

    function _statement(Batch memory batch, uint256 player, uint8 record, uint32 nonce)
        private
        view
        returns (bytes memory)
    {
        uint40 deadline = uint40(block.timestamp);
        bytes32 digest = forwarder.validationDigest(
            batch.trainer, _players[player], batch.header.id << 8 | record, nonce, deadline, MAX_FEE_GWEI
        );
        (bytes32 r, bytes32 vs) = vm.signCompact(_key(player), digest);
        return abi.encodePacked(_players[player], record, nonce, deadline, MAX_FEE_GWEI, r, vs);
    }

    /// @dev The rule: open, another's, by a contributor, not one of the author's last three.
    function _noteConfirmed(uint256 index, uint256 openMap, uint256 record, uint256 player) private {
        (address author, address validator) = (_authors[index][record], _players[player]);
        address[3] storage last = _lastValidators[author];
        if ((openMap >> record) & 1 == 0 || author == validator) ++brokenRings;
        if (GamifiedApi(address(game.mechanism)).standing(validator).contributed == 0) ++brokenRings;
        if (last[0] == validator || last[1] == validator || last[2] == validator) ++brokenRings;
        (last[2], last[1], last[0]) = (last[1], last[0], validator);
    }

    // --- for the invariants

    /// @notice Everybody whose money the Forwarder keeps: sponsors and those with credits.
    function cast() external view returns (address forwarder_, address[] memory sponsors, address[] memory earners) {
        sponsors = new address[](3);
        (sponsors[0], sponsors[1], sponsors[2]) = (sponsor, second, _crook);
        earners = new address[](4);
        (earners[0], earners[1], earners[2], earners[3]) = (relayer, settler, stranger, _crook);
        return (address(forwarder), sponsors, earners);
    }

    /// @notice The mechanism with stakes, and the one without.
    function mechanisms() external view returns (address, address) {
        return (address(model.mechanism), address(game.mechanism));
    }

    /// @notice The players.
    function players() external view returns (address[] memory) {
        return _players;
    }
}
