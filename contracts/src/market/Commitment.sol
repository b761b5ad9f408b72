// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MarketState, Phase, Piece} from "../interfaces/IPredictionMarket.sol";
import {Records} from "../libraries/Records.sol";
import {TrainerBound} from "../trainer/TrainerBound.sol";
import {MarketBooks} from "./MarketBooks.sol";

/// @title The test set: committed first, opened by one drawn piece, revealed after participation
/// @notice The piece to be opened is drawn by the hash of one block after the commitment, which is fixed with the
/// commitment: whoever calls `draw`, and whenever, gets the same piece. When nobody calls it while the chain still knows
/// that hash (256 blocks) there is no second draw to hope for; the opening times out and the bounty goes back. Two ways
/// to influence the draw remain: a builder of that one block can try blocks, and a provider can give up a market before
/// anybody has contributed and announce another, in public.
///
/// The drawn piece does not score. Everybody knows it while contributing: paying for accuracy on it would pay for copying
/// it.
abstract contract Commitment is MarketBooks {
    /// @notice Blocks from the commitment to the one whose hash draws.
    uint256 public constant DRAW_AFTER_BLOCKS = 4;
    /// @notice Most pieces of a test set.
    uint256 public constant MAX_PIECES = 255;

    /// @dev keccak256 of all leaves.
    bytes32 private _commitment;

    /// @notice Locks the bounty (the value sent) and commits to the pieces of the test set, in order.
    function commit(bytes32[] calldata leaves) external payable nonReentrant {
        _require(Phase.Announced);
        if (msg.sender != provider) revert OnlyProvider(msg.sender);
        if (leaves.length < 2 || leaves.length > MAX_PIECES) revert BadParameters();
        if (msg.value == 0 || msg.value > type(uint96).max) revert BadParameters();
        _checkBound(address(dataHandler));
        _checkBound(address(classifier));
        uint256 drawBlock = block.number + DRAW_AFTER_BLOCKS;
        _commitment = keccak256(abi.encodePacked(leaves));
        _bounty.totalWei = uint96(msg.value);
        _state.pieceCount = uint8(leaves.length);
        _state.drawBlock = uint64(drawBlock);
        emit Committed(msg.value, leaves, drawBlock, _enter(Phase.Drawing, openingS));
    }

    /// @notice Draws the piece that is opened first, by the hash of a block after the commitment; anybody may.
    function draw() external nonReentrant {
        _require(Phase.Drawing);
        MarketState storage own = _state;
        if (own.drawn) revert AlreadyDrawn(own.openedPiece);
        bytes32 seed = blockhash(own.drawBlock);
        if (seed == 0) revert NoDraw(own.drawBlock);
        uint256 piece = uint256(keccak256(abi.encode(seed, address(this), _commitment))) % own.pieceCount;
        own.drawn = true;
        own.openedPiece = uint8(piece);
        emit PieceDrawn(piece);
    }

    /// @notice Opens the drawn piece and thereby participation; anybody who has it may.
    function open(bytes32[] calldata leaves, Piece calldata piece) external nonReentrant {
        _require(Phase.Drawing);
        if (!_state.drawn) revert NoDraw(_state.drawBlock);
        _checkLeaves(leaves);
        _publish(leaves, _state.openedPiece, piece);
        emit ParticipationOpened(_enter(Phase.Participation, participationS));
    }

    /// @notice Reveals pieces in order from `firstPiece` on; those revealed before are passed over.
    /// @dev Somebody who copies part of a provider's call and comes first therefore spoils nothing.
    function reveal(bytes32[] calldata leaves, uint256 firstPiece, Piece[] calldata pieces) external nonReentrant {
        _require(Phase.Reveal);
        _checkLeaves(leaves);
        uint256 next = _afterOpened(_state.nextPiece);
        uint256 testSize = _state.testSize;
        for (uint256 i = 0; i < pieces.length; ++i) {
            uint256 piece = firstPiece + i;
            if (piece < next || piece == _state.openedPiece) continue;
            if (piece > next) revert PieceMissing(next);
            testSize += _publish(leaves, piece, pieces[i]);
            next = _afterOpened(next + 1);
        }
        _state.testSize = uint16(testSize);
        if (next < leaves.length) _state.nextPiece = uint8(next);
        else emit TestSetRevealed(testSize, _enter(Phase.Replay, replayS));
    }

    function _checkLeaves(bytes32[] calldata leaves) internal view {
        if (keccak256(abi.encodePacked(leaves)) != _commitment) revert WrongLeaves();
    }

    /// @dev Two hashes deep, so that no piece can pass for a list of leaves.
    function _checkPiece(bytes32[] calldata leaves, uint256 index, Piece calldata piece) internal pure {
        if (index >= leaves.length) revert WrongPiece(index);
        bytes32 leaf = keccak256(abi.encodePacked(piece.salt, keccak256(piece.records)));
        if (leaves[index] != leaf) revert WrongPiece(index);
    }

    /// @dev Checks a piece against its leaf and its records against the model, and makes it public.
    function _publish(bytes32[] calldata leaves, uint256 index, Piece calldata piece) private returns (uint256 count) {
        _checkPiece(leaves, index, piece);
        bytes calldata records = piece.records;
        for (uint256 cursor = 0; cursor < records.length; ++count) {
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            if (!classifier.fits(label, sample)) revert UnfitPiece(index);
            cursor = next;
        }
        if (count == 0 || count > Records.MAX_RECORDS) revert UnfitPiece(index);
        emit PieceRevealed(index, piece.salt, records);
    }

    function _afterOpened(uint256 piece) private view returns (uint256) {
        return piece == _state.openedPiece ? piece + 1 : piece;
    }

    function _checkBound(address part) private view {
        if (TrainerBound(part).trainer() != address(this)) revert NotBound(part);
    }
}
