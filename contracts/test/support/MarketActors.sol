// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    IPredictionMarket,
    MarketRules,
    MarketState,
    Phase,
    Piece,
    SuppliedBatch
} from "../../src/interfaces/IPredictionMarket.sol";
import {BatchHeader} from "../../src/interfaces/ITrainer.sol";
import {Batch} from "./House.sol";
import {MarketHouse} from "./MarketHouse.sol";
import {Samples} from "./Samples.sol";
import {Draft} from "./Wire.sol";

/// @title Everybody around a market, each at the worst moment
/// @notice A provider that may never draw, open or reveal; participants with stakes of their own and through the
/// Forwarder, with data that does not fit; callers who take the smallest steps, repeat them and let time run out. What is
/// allowed is known here, so a call that the market refuses unexpectedly fails the run.
contract MarketActors is MarketHouse {
    uint256 private constant PARTICIPANTS = 4;

    uint32 private _nonce;
    Batch[] private _batches;
    BatchHeader[] private _ownHeaders;
    bytes[] private _ownRecords;
    uint256 public paidInWei;
    uint256 public takenOutWei;
    /// @dev Records that the Forwarder has settled, by batch.
    mapping(uint256 batch => uint256 map) private _settled;

    function start(uint256 seed, bool grouped) external {
        setUp();
        uint256[] memory rights = new uint256[](13);
        for (uint256 i = 0; i < rights.length; ++i) {
            rights[i] = _draw(seed, i) % (PIECE_RECORDS + 1);
        }
        MarketRules memory rules = _rules();
        rules.grouped = grouped;
        rules.maxContributions = 12;
        _announce(rights, rules);
        _addPiece(bytes32(uint256(3)), _numberedRecords(PIECE_RECORDS));
        _open(sponsor, address(market), _schedule());
    }

    function theMarket() external view returns (IPredictionMarket) {
        return market;
    }

    /// @notice The next step as everybody should take it, so that runs come to the end as well.
    function proceed(uint256 seed) external {
        Phase phase = market.phase();
        if (phase == Phase.Announced) commit(seed);
        else if (phase == Phase.Drawing) _drawAndOpen();
        else if (phase == Phase.Participation) _participate(seed);
        else if (phase == Phase.Reveal) market.reveal(leaves, 0, pieces);
        else if (phase == Phase.Replay) _replay(_bound(seed, 1, 12));
        else if (phase == Phase.Passes) market.playPasses(_bound(seed, 1, 3));
        else settleSome(seed, type(uint256).max);
    }

    // --- provider

    function commit(uint256 amountWei) public {
        if (market.phase() != Phase.Announced) return;
        // From single wei to amounts that dwarf the stakes.
        amountWei = _bound(amountWei, 1, 10 ** _bound(amountWei >> 128, 1, 22));
        paidInWei += amountWei;
        _commit(amountWei);
    }

    function draw(uint256 blocks) external {
        vm.roll(block.number + _bound(blocks, 0, 300));
        MarketState memory own = market.state();
        if (market.phase() != Phase.Drawing || own.drawn) return;
        if (block.number > own.drawBlock && block.number <= own.drawBlock + 256) market.draw();
    }

    function openDrawn() external {
        MarketState memory own = market.state();
        if (market.phase() == Phase.Drawing && own.drawn) market.open(leaves, pieces[own.openedPiece]);
    }

    function revealSome(uint256 from, uint256 count) external {
        if (market.phase() != Phase.Reveal) return;
        from = _bound(from, 0, market.state().nextPiece);
        count = _bound(count, 0, pieces.length - from);
        Piece[] memory some = new Piece[](count);
        for (uint256 i = 0; i < count; ++i) {
            some[i] = pieces[from + i];
        }
        market.reveal(leaves, from, some);
    }

    // --- participants

    function contribute(uint256 who, uint256 extraWei) public {
        if (market.phase() != Phase.Participation) return;
        extraWei = _bound(extraWei, 0, 1 ether);
        address account = _participant(who);
        bytes memory sample = Samples.list(uint16(who));
        vm.deal(account, STAKE_WEI + extraWei);
        vm.prank(account);
        BatchHeader memory header = market.contribute{value: STAKE_WEI + extraWei}(1, sample);
        paidInWei += STAKE_WEI + extraWei;
        _ownHeaders.push(header);
        _ownRecords.push(_record(account, 1, sample));
        supplied.push(SuppliedBatch(header, _record(account, 1, sample)));
    }

    function relay(uint256 count, uint256 unfit) public {
        count = _bound(count, 1, 5);
        bytes memory items;
        for (uint256 i = 0; i < count; ++i) {
            Draft memory draft = _marketDraft(i, _nonce);
            if ((unfit >> i) & 1 == 1) draft.label = 2;
            items = bytes.concat(items, _item(draft));
        }
        ++_nonce;
        Batch memory batch = _addToMarket(items);
        paidInWei += STAKE_WEI * batch.header.accepted;
        if (batch.header.accepted != 0) _batches.push(batch);
    }

    // --- callers

    function replaySome(uint256 limit) external {
        if (market.phase() == Phase.Replay) _replay(_bound(limit, 1, 12));
    }

    function playSome(uint256 limit) external {
        if (market.phase() == Phase.Passes) market.playPasses(_bound(limit, 0, 3));
    }

    function lapse() external {
        if (market.phase() == Phase.Lapsed) market.lapse();
    }

    function settleSome(uint256 index, uint256 mask) public {
        if (_batches.length != 0) _settleThroughForwarder(index % _batches.length, mask);
        if (_ownHeaders.length != 0) _settleOwn(index % _ownHeaders.length, mask);
    }

    function claimFor(uint256 who) external {
        _take(who % 2 == 0 ? provider : _participant(who));
    }

    function wait(uint256 durationS) external {
        _wait(_bound(durationS, 0, 8 hours));
    }

    // --- the end

    /// @notice Nobody does anything but let time pass, close, settle and claim. All money must leave.
    function drain() external {
        if (market.phase() == Phase.Announced) return;
        for (uint256 i = 0; i < 6 && market.phase() != Phase.Closed; ++i) {
            if (market.phase() == Phase.Lapsed) market.lapse();
            else _wait(2 days);
        }
        _assertPhase(Phase.Closed, "time alone closes a market");
        for (uint256 i = 0; i < _batches.length; ++i) {
            _settleThroughForwarder(i, type(uint256).max);
        }
        for (uint256 i = 0; i < _ownHeaders.length; ++i) {
            _settleOwn(i, type(uint256).max);
        }
        _take(provider);
        for (uint256 i = 0; i < PARTICIPANTS; ++i) {
            _take(_participant(i));
        }
        vm.assertEq(market.openWei(), 0, "nothing is owed any more");
        vm.assertEq(address(market).balance, 0, "all money has left");
        vm.assertEq(takenOutWei, paidInWei, "as much as came");
    }

    function _drawAndOpen() private {
        MarketState memory own = market.state();
        // A missed draw is not repeated: only time goes on from there.
        if (!own.drawn && block.number > own.drawBlock + 256) return _wait(OPENING_S);
        if (!own.drawn) _draw();
        market.open(leaves, pieces[market.state().openedPiece]);
    }

    function _participate(uint256 seed) private {
        if (seed % 5 == 0) vm.warp(market.state().endsAt);
        else if (seed % 5 < 3) contribute(seed >> 8, 0);
        else relay(seed >> 8, seed >> 16);
    }

    function _settleThroughForwarder(uint256 index, uint256 mask) private {
        Batch memory batch = _batches[index];
        if (batch.acceptedMap == 0) return;
        uint256 before = address(forwarder).balance;
        (uint256 refunded, uint256 forfeited) = _settle(batch, mask);
        vm.assertEq((refunded | forfeited) & ~mask, 0, "only what was asked for");
        takenOutWei += address(forwarder).balance - before;
        // Once nothing is open, the data handler forgets the batch.
        _settled[index] |= refunded | forfeited;
        if (_count(_settled[index]) == batch.header.accepted) _batches[index].acceptedMap = 0;
    }

    function _settleOwn(uint256 index, uint256 mask) private {
        if (_ownHeaders[index].accepted == 0) return;
        bool due = mask & 1 == 1;
        market.settle(_ownHeaders[index], _ownRecords[index], mask);
        if (due && market.phase() == Phase.Closed) _ownHeaders[index].accepted = 0;
    }

    function _take(address account) private {
        takenOutWei += _claim(account);
    }

    function _participant(uint256 who) private pure returns (address) {
        return vm.addr(0x9a47 + who % PARTICIPANTS);
    }

    function _count(uint256 map) private pure returns (uint256 count) {
        for (; map != 0; map &= map - 1) {
            ++count;
        }
    }
}
