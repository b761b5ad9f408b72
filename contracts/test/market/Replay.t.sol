// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDataHandler} from "../../src/interfaces/IDataHandler.sol";
import {
    IPredictionMarket,
    MarketRules,
    Phase,
    Piece,
    ReplayCursor,
    SuppliedBatch
} from "../../src/interfaces/IPredictionMarket.sol";
import {Batch} from "../support/House.sol";
import {MarketHouse} from "../support/MarketHouse.sol";
import {Samples} from "../support/Samples.sol";
import {ScriptedClassifier} from "../support/ScriptedClassifier.sol";
import {Draft} from "../support/Wire.sol";

/// @title The replay in steps of any size
contract MarketReplayTest is MarketHouse {
    uint256 private constant BATCHES = 4;

    // --- steps

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: ci.fuzz.runs = 256
    function testFuzz_however_the_replay_is_cut_the_scores_are_the_same(uint256 seed) external {
        _playRandomly(seed);
        uint256[] memory rights = _script(seed);
        for (uint256 i = 0; i <= market.state().contributions; ++i) {
            vm.assertEq(market.rightAnswers(i), rights[i] * (pieces.length - 1), "as scripted");
        }
    }

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: ci.fuzz.runs = 256
    function testFuzz_contributions_are_learnt_in_order_and_once(uint256 seed) external {
        _playRandomly(seed);
        ScriptedClassifier classifier = ScriptedClassifier(_classifier());
        uint256 number = 0;
        for (uint256 i = 0; i < supplied.length; ++i) {
            bytes memory records = supplied[i].records;
            for (uint256 cursor = 0; cursor < records.length; cursor += 26) {
                if (records[cursor + 21] == 0x02) continue;
                vm.assertEq(classifier.lessons(number), _slice(records, cursor), "this record, in its turn");
                ++number;
            }
        }
        vm.assertEq(classifier.learnt(), number, "and no other");
    }

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: ci.fuzz.runs = 256
    function testFuzz_passes_in_steps_pay_like_passes_at_once(uint256 seed, bool grouped) external {
        _prepare(seed, grouped);
        _reveal();
        _replay(NO_LIMIT);
        uint256 contributions = market.state().contributions;
        market.playPasses(NO_LIMIT);
        uint256[] memory atOnce = new uint256[](contributions + 1);
        for (uint256 i = 1; i <= contributions; ++i) {
            atOnce[i] = market.payoutWei(i);
        }

        _prepare(seed, grouped);
        _reveal();
        _replay(NO_LIMIT);
        while (market.phase() == Phase.Passes) {
            market.playPasses(1);
            _assertMarketBooks();
        }
        for (uint256 i = 1; i <= contributions; ++i) {
            vm.assertEq(market.payoutWei(i), atOnce[i], "step by step");
        }
    }

    // --- what is refused

    function test_other_records_than_those_contributed_are_refused() external {
        _prepare(1, false);
        _reveal();
        supplied[0].records[25] ^= 0x01;
        vm.expectRevert(
            abi.encodeWithSelector(IDataHandler.UnknownBatch.selector, supplied[0].header.id, supplied[0].header.slot)
        );
        market.replay(leaves, 0, pieces, supplied, NO_LIMIT);
    }

    function test_another_header_than_the_batchs_is_refused() external {
        _prepare(1, false);
        _reveal();
        supplied[0].header.payer = stranger;
        vm.expectRevert(
            abi.encodeWithSelector(IDataHandler.UnknownBatch.selector, supplied[0].header.id, supplied[0].header.slot)
        );
        market.replay(leaves, 0, pieces, supplied, NO_LIMIT);
    }

    function test_other_pieces_than_those_committed_to_are_refused() external {
        _prepare(1, false);
        _reveal();
        pieces[0].records = _numberedRecords(1);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.WrongPiece.selector, 0));
        market.replay(leaves, 0, pieces, supplied, NO_LIMIT);
    }

    function test_a_call_that_supplies_nothing_of_use_says_what_comes_next() external {
        _prepare(1, false);
        _reveal();
        Piece[] memory nothing = new Piece[](0);
        uint256 first = market.state().openedPiece == 0 ? 1 : 0;
        market.replay(leaves, 0, pieces, new SuppliedBatch[](0), NO_LIMIT);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.NothingToReplay.selector, 1, 0));
        market.replay(leaves, 0, nothing, new SuppliedBatch[](0), NO_LIMIT);
        market.replay(leaves, 0, nothing, supplied, NO_LIMIT);
        uint256 batch = market.replayCursor().batch;
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.NothingToReplay.selector, batch, first));
        market.replay(leaves, 0, nothing, supplied, NO_LIMIT);
    }

    function test_a_later_batch_does_not_overtake() external {
        _prepare(1, false);
        _reveal();
        SuppliedBatch[] memory later = new SuppliedBatch[](1);
        later[0] = supplied[1];
        market.replay(leaves, 0, pieces, later, NO_LIMIT);
        vm.assertEq(market.replayCursor().trained, 0, "the first batch comes first");
    }

    function test_passes_wait_for_the_replay() external {
        _prepare(1, false);
        _reveal();
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.WrongPhase.selector, Phase.Replay));
        market.playPasses(1);
    }

    // --- scenarios

    function _playRandomly(uint256 seed) private {
        _prepare(seed, seed % 2 == 1);
        _reveal();
        for (uint256 step = 0; market.phase() == Phase.Replay; ++step) {
            uint256 limit = _draw(seed, step) % 4 + 1;
            if (_draw(seed, step) % 3 == 0) market.replay(leaves, 0, pieces, supplied, limit);
            else _replayNarrowly(limit);
        }
        _assertPhase(Phase.Passes, "replayed");
    }

    /// @dev Supplies the next batch and the next piece only.
    function _replayNarrowly(uint256 limit) private {
        ReplayCursor memory cursor = market.replayCursor();
        uint256 piece = cursor.piece == market.state().openedPiece ? cursor.piece + 1 : cursor.piece;
        if (piece == pieces.length) piece = 0;
        Piece[] memory one = new Piece[](1);
        one[0] = pieces[piece];
        SuppliedBatch[] memory batch = new SuppliedBatch[](1);
        uint256 index = cursor.batch == 0 ? 0 : cursor.batch - 1;
        if (index == supplied.length) batch = new SuppliedBatch[](0);
        else batch[0] = supplied[index];
        market.replay(leaves, piece, one, batch, limit);
    }

    /// @dev Batches of the Forwarder with unfit records in between, and direct contributions.
    function _prepare(uint256 seed, bool grouped) private {
        MarketRules memory rules = _rules();
        rules.grouped = grouped;
        _announce(_script(seed), rules);
        _addPiece(bytes32(uint256(3)), _numberedRecords(PIECE_RECORDS));
        _commitAndOpen(BOUNTY_WEI);
        _open(sponsor, address(market), _schedule());
        uint256 contributed = 0;
        for (uint256 i = 0; i < BATCHES; ++i) {
            if (_draw(seed, 10 + i) % 3 == 0) _contribute(_player(i % 2), 1, Samples.list(uint16(i)));
            else contributed += _addMixed(seed, uint32(i + BATCHES * _prepared));
        }
        ++_prepared;
        _contribute(_player(0));
    }

    uint256 private _prepared;

    function _addMixed(uint256 seed, uint32 nonce) private returns (uint256) {
        bytes memory items;
        uint256 count = _draw(seed, 20 + nonce % BATCHES) % 4 + 1;
        for (uint256 i = 0; i < count; ++i) {
            Draft memory draft = _marketDraft(i, nonce);
            draft.sample = Samples.list(uint16(nonce % BATCHES));
            if (_draw(seed, 30 + i) % 3 == 0) draft.label = 2;
            items = bytes.concat(items, _item(draft));
        }
        return _addToMarket(items).header.accepted;
    }

    function _script(uint256 seed) private pure returns (uint256[] memory rights) {
        rights = new uint256[](30);
        for (uint256 i = 0; i < rights.length; ++i) {
            rights[i] = _draw(seed, 40 + i) % (PIECE_RECORDS + 1);
        }
    }

    function _classifier() private view returns (address classifier) {
        (, bytes memory answer) = address(market).staticcall(abi.encodeWithSignature("classifier()"));
        return abi.decode(answer, (address));
    }

    function _slice(bytes memory records, uint256 from) private pure returns (bytes memory record) {
        record = new bytes(26);
        for (uint256 i = 0; i < 26; ++i) {
            record[i] = records[from + i];
        }
    }
}
