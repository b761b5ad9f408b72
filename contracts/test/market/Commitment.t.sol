// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPredictionMarket, MarketParts, MarketRules, Phase, Piece} from "../../src/interfaces/IPredictionMarket.sol";
import {IClassifier} from "../../src/interfaces/IClassifier.sol";
import {IDataHandler} from "../../src/interfaces/IDataHandler.sol";
import {MarketHouse} from "../support/MarketHouse.sol";
import {Samples} from "../support/Samples.sol";
import {ScriptedClassifier} from "../support/ScriptedClassifier.sol";

/// @title Committing to a test set, drawing a piece, opening and revealing
contract MarketCommitmentTest is MarketHouse {
    // --- committing

    function test_only_the_provider_commits_and_only_once() external {
        _announce(_rights(5, 6, 8), _rules());
        vm.deal(stranger, 1 ether);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.OnlyProvider.selector, stranger));
        market.commit{value: 1 ether}(leaves);
        _commit(BOUNTY_WEI);
        vm.deal(provider, 1 ether);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.WrongPhase.selector, Phase.Drawing));
        market.commit{value: 1 ether}(leaves);
    }

    function test_a_commitment_needs_a_bounty_and_two_pieces() external {
        _announce(_rights(5, 6, 8), _rules());
        vm.prank(provider);
        vm.expectRevert(IPredictionMarket.BadParameters.selector);
        market.commit(leaves);
        leaves.pop();
        vm.prank(provider);
        vm.expectRevert(IPredictionMarket.BadParameters.selector);
        market.commit{value: 1 ether}(leaves);
    }

    function test_a_model_that_obeys_somebody_else_is_refused() external {
        _announce(_rights(5, 6, 8), _rules());
        ScriptedClassifier other = new ScriptedClassifier(_rights(1, 1, 1));
        other.bind(stranger);
        MarketParts memory parts =
            MarketParts(provider, address(forwarder), IDataHandler(address(marketData)), IClassifier(address(other)));
        IPredictionMarket foreign =
            IPredictionMarket(_deploy("market/PredictionMarket", abi.encode("a market", parts, _rules())));
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.NotBound.selector, address(marketData)));
        foreign.commit{value: 1 ether}(leaves);
    }

    function test_rules_out_of_range_are_refused() external {
        _announce(_rights(5, 6, 8), _rules());
        MarketRules memory rules = _rules();
        rules.stakeWei = 0;
        _expectRefused(rules);
        rules = _rules();
        rules.maxContributions = 0;
        _expectRefused(rules);
        rules.maxContributions = 769;
        _expectRefused(rules);
        rules = _rules();
        rules.revealS = 0;
        _expectRefused(rules);
    }

    // --- drawing

    function test_the_draw_is_the_same_whenever_it_is_called_and_whoever_calls() external {
        _announceManyPieces();
        _commit(BOUNTY_WEI);
        uint256 drawBlock = market.state().drawBlock;
        bytes32 expectedSeed = keccak256(abi.encode(_hashOf(drawBlock), address(market), _commitment()));
        vm.roll(drawBlock + 200);
        vm.prank(stranger);
        market.draw();
        vm.assertEq(uint256(market.state().openedPiece), uint256(expectedSeed) % leaves.length, "by that block's hash");
        vm.expectRevert(
            abi.encodeWithSelector(IPredictionMarket.AlreadyDrawn.selector, uint256(market.state().openedPiece))
        );
        market.draw();
    }

    function test_nothing_is_drawn_before_the_block_is_past() external {
        _announce(_rights(5, 6, 8), _rules());
        _commit(BOUNTY_WEI);
        uint256 drawBlock = market.state().drawBlock;
        vm.assertGt(drawBlock, block.number, "a block that nobody knows when committing");
        vm.roll(drawBlock);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.NoDraw.selector, drawBlock));
        market.draw();
    }

    function test_a_missed_draw_is_not_repeated() external {
        _announce(_rights(5, 6, 8), _rules());
        _commit(BOUNTY_WEI);
        uint256 drawBlock = market.state().drawBlock;
        vm.roll(drawBlock + 257);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.NoDraw.selector, drawBlock));
        market.draw();
        _wait(OPENING_S);
        market.lapse();
        vm.assertEq(_claim(provider), BOUNTY_WEI, "the bounty goes back");
    }

    // --- opening

    function test_only_the_drawn_piece_opens_the_market() external {
        _announce(_rights(5, 6, 8), _rules());
        _commit(BOUNTY_WEI);
        uint256 drawBlock = market.state().drawBlock;
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.NoDraw.selector, drawBlock));
        market.open(leaves, pieces[0]);
        _draw();
        uint256 drawn = market.state().openedPiece;
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.WrongPiece.selector, drawn));
        market.open(leaves, pieces[1 - drawn]);
        Piece memory salted = pieces[drawn];
        salted.salt = bytes32(uint256(99));
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.WrongPiece.selector, drawn));
        market.open(leaves, salted);
        bytes32[] memory others = leaves;
        others[0] = bytes32(0);
        vm.expectRevert(IPredictionMarket.WrongLeaves.selector);
        market.open(others, pieces[drawn]);
        market.open(leaves, pieces[drawn]);
        _assertPhase(Phase.Participation, "open");
    }

    function test_a_piece_that_does_not_fit_the_model_cannot_be_opened() external {
        _announceWith(address(new ScriptedClassifier(_rights(5, 6, 8))), _rules());
        _addPiece(bytes32(uint256(1)), _record(address(0), 0, hex"010203"));
        _addPiece(bytes32(uint256(2)), "");
        _commit(BOUNTY_WEI);
        _draw();
        uint256 drawn = market.state().openedPiece;
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.UnfitPiece.selector, drawn));
        market.open(leaves, pieces[drawn]);
    }

    // --- revealing

    function test_pieces_are_revealed_in_order_in_as_many_calls_as_one_likes() external {
        _announceManyPieces();
        _commitAndOpen(BOUNTY_WEI);
        _contribute(stranger);
        _endParticipation();
        for (uint256 i = 0; i < pieces.length; ++i) {
            _assertPhase(Phase.Reveal, "not all revealed");
            if (i == market.state().openedPiece) continue;
            market.reveal(leaves, i, _single(i));
        }
        _assertPhase(Phase.Replay, "all revealed");
        vm.assertEq(market.state().testSize, 4 * PIECE_RECORDS, "the opened piece does not score");
    }

    function test_a_piece_cannot_be_skipped_or_replaced() external {
        _announceManyPieces();
        _commitAndOpen(BOUNTY_WEI);
        _contribute(stranger);
        _endParticipation();
        uint256 first = market.state().openedPiece == 0 ? 1 : 0;
        uint256 later = market.state().openedPiece == 4 ? 3 : 4;
        Piece[] memory one = _single(later);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.PieceMissing.selector, first));
        market.reveal(leaves, later, one);
        one[0].records = _numberedRecords(3);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.WrongPiece.selector, first));
        market.reveal(leaves, first, one);
    }

    /// @dev Attack: copy the first piece of the provider's pending call and reveal it alone, so that the call fails.
    function test_coming_first_with_a_part_of_the_reveal_spoils_nothing() external {
        _announceManyPieces();
        _commitAndOpen(BOUNTY_WEI);
        _contribute(stranger);
        _endParticipation();
        uint256 first = market.state().openedPiece == 0 ? 1 : 0;
        Piece[] memory one = _single(first);
        vm.prank(stranger);
        market.reveal(leaves, first, one);
        market.reveal(leaves, 0, pieces);
        _assertPhase(Phase.Replay, "revealed all the same");
        vm.assertEq(market.state().testSize, 4 * PIECE_RECORDS, "nothing counts twice");
    }

    function test_nothing_is_revealed_while_contributions_are_taken() external {
        _openMarket(_rights(5, 6, 8), _rules());
        _contribute(stranger);
        vm.expectRevert(abi.encodeWithSelector(IPredictionMarket.WrongPhase.selector, Phase.Participation));
        market.reveal(leaves, 0, pieces);
    }

    // --- building

    function _announceManyPieces() private {
        _announce(_rights(5, 6, 8), _rules());
        for (uint256 i = PIECES; i < 5; ++i) {
            _addPiece(bytes32(i + 1), _numberedRecords(PIECE_RECORDS));
        }
    }

    function _single(uint256 index) private view returns (Piece[] memory one) {
        one = new Piece[](1);
        one[0] = pieces[index];
    }

    function _commitment() private view returns (bytes32) {
        return keccak256(abi.encodePacked(leaves));
    }

    function _hashOf(uint256 blockNumber) private returns (bytes32 hash) {
        vm.roll(blockNumber + 1);
        hash = blockhash(blockNumber);
        vm.assertNotEq(hash, bytes32(0), "a known hash");
    }

    function _expectRefused(MarketRules memory rules) private {
        MarketParts memory parts =
            MarketParts(provider, address(forwarder), IDataHandler(address(marketData)), IClassifier(model.classifier));
        bytes memory arguments = abi.encode("a market", parts, rules);
        vm.expectRevert();
        this.deployMarket(arguments);
    }

    function deployMarket(bytes memory arguments) external {
        _deploy("market/PredictionMarket", arguments);
    }
}
