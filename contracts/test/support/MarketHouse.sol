// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    IPredictionMarket,
    MarketParts,
    MarketRules,
    Phase,
    Piece,
    SuppliedBatch
} from "../../src/interfaces/IPredictionMarket.sol";
import {IClassifier} from "../../src/interfaces/IClassifier.sol";
import {IDataHandler} from "../../src/interfaces/IDataHandler.sol";
import {BatchHeader, Settlement} from "../../src/interfaces/ITrainer.sol";
import {Bound, DataHandlerApi} from "./Contracts.sol";
import {Batch, House} from "./House.sol";
import {Samples} from "./Samples.sol";
import {ScriptedClassifier} from "./ScriptedClassifier.sol";
import {Draft} from "./Wire.sol";

/// @title A house with a prediction market
/// @notice Tests override what they care about and leave the rest: two pieces of ten records, stakes of one ether and a
/// bounty of a hundred.
abstract contract MarketHouse is House {
    uint96 internal constant STAKE_WEI = 1 ether;
    uint256 internal constant BOUNTY_WEI = 100 ether;
    uint32 internal constant OPENING_S = 1 hours;
    uint32 internal constant PARTICIPATION_S = 1 days;
    uint32 internal constant REVEAL_S = 2 hours;
    uint32 internal constant REPLAY_S = 3 hours;
    uint256 internal constant PIECES = 2;
    uint256 internal constant PIECE_RECORDS = 10;
    uint256 internal constant NO_LIMIT = type(uint256).max;

    IPredictionMarket internal market;
    DataHandlerApi internal marketData;
    address internal provider = vm.addr(0x9407);
    bytes32[] internal leaves;
    Piece[] internal pieces;
    SuppliedBatch[] internal supplied;

    // --- building

    function _rules() internal pure returns (MarketRules memory) {
        return MarketRules({
            stakeWei: STAKE_WEI,
            maxContributions: 100,
            grouped: false,
            openingS: OPENING_S,
            participationS: PARTICIPATION_S,
            revealS: REVEAL_S,
            replayS: REPLAY_S
        });
    }

    /// @dev A market with a scripted model, its test set made but nothing committed.
    function _announce(uint256[] memory rights, MarketRules memory rules) internal {
        _announceWith(address(new ScriptedClassifier(rights)), rules);
        for (uint256 i = 0; i < PIECES; ++i) {
            _addPiece(bytes32(i + 1), _numberedRecords(PIECE_RECORDS));
        }
    }

    function _announceWith(address classifier, MarketRules memory rules) internal {
        delete leaves;
        delete pieces;
        delete supplied;
        marketData = DataHandlerApi(_deploy("data/DataHandler", ""));
        MarketParts memory parts =
            MarketParts(provider, address(forwarder), IDataHandler(address(marketData)), IClassifier(classifier));
        market = IPredictionMarket(_deploy("market/PredictionMarket", abi.encode("a market", parts, rules)));
        marketData.bind(address(market));
        Bound(classifier).bind(address(market));
        vm.label(address(market), "market");
        vm.label(provider, "provider");
        vm.deal(provider, BOUNTY_WEI);
    }

    function _addPiece(bytes32 salt, bytes memory records) internal {
        pieces.push(Piece(salt, records));
        leaves.push(keccak256(abi.encodePacked(salt, keccak256(records))));
    }

    /// @dev Test records for the scripted model, numbered from zero.
    function _numberedRecords(uint256 count) internal pure returns (bytes memory records) {
        for (uint256 i = 0; i < count; ++i) {
            records = bytes.concat(records, _record(address(0), 0, Samples.list(uint16(i))));
        }
    }

    function _record(address player, uint16 label, bytes memory sample) internal pure returns (bytes memory) {
        return abi.encodePacked(player, label, uint16(sample.length), sample);
    }

    function _rights(uint256 a, uint256 b, uint256 c) internal pure returns (uint256[] memory rights) {
        rights = new uint256[](3);
        (rights[0], rights[1], rights[2]) = (a, b, c);
    }

    /// @dev A market that takes contributions.
    function _openMarket(uint256[] memory rights, MarketRules memory rules) internal {
        _announce(rights, rules);
        _commitAndOpen(BOUNTY_WEI);
    }

    // --- acting

    function _commit(uint256 amountWei) internal {
        vm.deal(provider, amountWei);
        vm.prank(provider);
        market.commit{value: amountWei}(leaves);
    }

    function _draw() internal {
        vm.roll(market.state().drawBlock + 1);
        market.draw();
    }

    function _commitAndOpen(uint256 amountWei) internal {
        _commit(amountWei);
        _draw();
        market.open(leaves, pieces[market.state().openedPiece]);
    }

    function _contribute(address player, uint16 label, bytes memory sample)
        internal
        returns (BatchHeader memory header)
    {
        vm.deal(player, player.balance + STAKE_WEI);
        vm.prank(player);
        header = market.contribute{value: STAKE_WEI}(label, sample);
        supplied.push(SuppliedBatch(header, _record(player, label, sample)));
    }

    function _contribute(address player) internal returns (BatchHeader memory) {
        return _contribute(player, 1, Samples.list(7));
    }

    /// @dev Contributions through the Forwarder; the market must be approved by the sponsor.
    function _addToMarket(bytes memory items) internal returns (Batch memory batch) {
        batch = _addTo(sponsor, address(market), items);
        if (batch.header.accepted != 0) supplied.push(SuppliedBatch(batch.header, batch.records));
    }

    function _marketDraft(uint256 player, uint32 nonce) internal view returns (Draft memory draft) {
        draft = _draft(player, nonce);
        draft.trainer = address(market);
        draft.sample = Samples.list(uint16(nonce + 1));
    }

    function _endParticipation() internal {
        uint256 endsAt = market.state().endsAt;
        if (block.timestamp < endsAt) vm.warp(endsAt);
    }

    function _reveal() internal {
        _endParticipation();
        market.reveal(leaves, 0, pieces);
    }

    function _replay(uint256 limit) internal {
        market.replay(leaves, 0, pieces, supplied, limit);
    }

    /// @dev From participation to the closed market.
    function _score() internal {
        _reveal();
        _replay(NO_LIMIT);
        market.playPasses(NO_LIMIT);
    }

    function _settleSupplied(uint256 index) internal returns (Settlement memory) {
        return market.settle(supplied[index].header, supplied[index].records, type(uint256).max);
    }

    /// @dev What a player has gained or lost by a market, all of it claimed.
    function _claim(address account) internal returns (uint256 amountWei) {
        vm.prank(account);
        return market.claim();
    }

    // --- looking

    function _assertPhase(Phase expected, string memory why) internal view {
        vm.assertEq(uint256(market.phase()), uint256(expected), why);
    }

    function _assertMarketBooks() internal view {
        vm.assertEq(
            address(market).balance,
            market.bountyWei() + market.openWei() + market.totalClaimableWei(),
            "market: balance = bounty + open + claimable"
        );
    }
}
