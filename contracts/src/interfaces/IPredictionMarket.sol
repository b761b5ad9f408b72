// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClassifier} from "./IClassifier.sol";
import {IDataHandler} from "./IDataHandler.sol";
import {BatchHeader, ITrainer, Settlement} from "./ITrainer.sol";

/// @notice Where a market stands. `Lapsed` is never stored: a time-out has passed, and the next call closes the market.
enum Phase {
    Announced,
    Drawing,
    Participation,
    Reveal,
    Replay,
    Passes,
    Lapsed,
    Closed
}

/// @notice Who and what a market is made of.
/// @param provider brings bounty and test set
/// @param forwarder the only contract that may bring contributions for others
/// @param dataHandler bound to the market
/// @param classifier bound to the market, which trains it in the replay and never before
struct MarketParts {
    address provider;
    address forwarder;
    IDataHandler dataHandler;
    IClassifier classifier;
}

/// @notice What holds for a market for ever.
/// @param stakeWei stake of each contribution
/// @param maxContributions participation ends when so many have come
/// @param grouped whether a contributor has one balance and one score for all its contributions
/// @param openingS time for drawing and opening the first piece, from the commitment on
/// @param participationS time for contributing, from the opening on
/// @param revealS time for revealing the other pieces, from the end of participation on
/// @param replayS time for replay and passes together, from the end of the reveal on
struct MarketRules {
    uint96 stakeWei;
    uint16 maxContributions;
    bool grouped;
    uint32 openingS;
    uint32 participationS;
    uint32 revealS;
    uint32 replayS;
}

/// @notice One piece of the test set as its provider reveals it.
/// @param salt keeps the piece from being guessed before
/// @param records packed records like contributions, their player being zero
struct Piece {
    bytes32 salt;
    bytes records;
}

/// @notice A batch of contributions as the replay gets it from the `DataAdded` event.
struct SuppliedBatch {
    BatchHeader header;
    bytes records;
}

/// @notice State of a market beside its money.
/// @param phase the stored phase; `phase()` is the one that counts
/// @param drawn whether the piece to be opened first is drawn
/// @param voided whether a time-out ended the market
/// @param pieceCount pieces of the test set
/// @param openedPiece the piece that was drawn; it does not score
/// @param nextPiece first piece that is not revealed yet
/// @param batches batches added so far
/// @param contributions contributions added so far
/// @param testSize records of the revealed pieces that score
/// @param endsAt when the stored phase ends, unix seconds
/// @param drawBlock the block whose hash draws
struct MarketState {
    Phase phase;
    bool drawn;
    bool voided;
    uint8 pieceCount;
    uint8 openedPiece;
    uint8 nextPiece;
    uint16 batches;
    uint16 contributions;
    uint16 testSize;
    uint40 endsAt;
    uint64 drawBlock;
}

/// @notice How far the replay has come.
/// @param trained contributions that the model has learnt
/// @param scored states of the model that are scored, the initial one included
/// @param right right answers of the present state so far
/// @param account account of the contribution learnt last
/// @param accounts accounts met so far
/// @param piece first piece that the present state has not answered
/// @param batch id of the batch that the next contribution is in
/// @param record its record index there
/// @param offset where that record starts
struct ReplayCursor {
    uint16 trained;
    uint16 scored;
    uint16 right;
    uint16 account;
    uint16 accounts;
    uint8 piece;
    uint16 batch;
    uint8 record;
    uint32 offset;
}

/// @title A market in training data: a bounty for what raises a model's accuracy on a hidden test set
interface IPredictionMarket is ITrainer {
    /// @notice The provider locked a bounty and committed to its test set.
    event Committed(uint256 bountyWei, bytes32[] leaves, uint256 drawBlock, uint256 openUntil);
    /// @notice The first piece to be opened is drawn.
    event PieceDrawn(uint256 piece);
    /// @notice A piece is public from here on.
    event PieceRevealed(uint256 indexed piece, bytes32 salt, bytes records);
    /// @notice Contributions are taken until `endsAt`, or until there are enough.
    event ParticipationOpened(uint256 endsAt);
    /// @notice All pieces are public; `testSize` records score.
    event TestSetRevealed(uint256 testSize, uint256 replayUntil);
    /// @notice Right answers of the model after so many contributions.
    event Scored(uint256 indexed contributions, uint256 right);
    /// @notice A pass moved `roundsWei` of the bounty's rounds.
    event PassPlayed(uint256 roundsWei, uint256 roundsLeftWei);
    /// @notice All money is allotted: `payoutsWei` to the contributions, `returnedWei` to the provider.
    event MarketClosed(bool voided, uint256 payoutsWei, uint256 returnedWei);
    /// @notice Money was taken out.
    event Claimed(address indexed account, uint256 amountWei);

    /// @notice A parameter is out of its range.
    error BadParameters();
    /// @notice The call belongs to another phase.
    error WrongPhase(Phase phase);
    /// @notice Only the provider commits.
    error OnlyProvider(address caller);
    /// @notice Data handler or classifier obey somebody else.
    error NotBound(address part);
    /// @notice The drawing block is still to come, or its hash is no longer known.
    error NoDraw(uint256 drawBlock);
    /// @notice A piece was drawn already.
    error AlreadyDrawn(uint256 piece);
    /// @notice These are not the leaves that the provider committed to.
    error WrongLeaves();
    /// @notice The piece is not the one behind its leaf.
    error WrongPiece(uint256 piece);
    /// @notice The piece is empty, too long, or holds a record that does not fit the model.
    error UnfitPiece(uint256 piece);
    /// @notice Pieces are revealed in order; this one comes next.
    error PieceMissing(uint256 piece);
    /// @notice Nothing that was supplied comes next in the replay.
    error NothingToReplay(uint256 batch, uint256 piece);

    // --- commitment

    /// @notice Locks the bounty (the value sent) and commits to the pieces of the test set, in order.
    /// @param leaves `keccak256(salt | keccak256(records))` of each piece, with a salt of its own; 2 to 255
    function commit(bytes32[] calldata leaves) external payable;

    /// @notice Draws the piece that is opened first, by the hash of a block after the commitment; anybody may.
    function draw() external;

    /// @notice Opens the drawn piece and thereby participation; anybody who has it may.
    function open(bytes32[] calldata leaves, Piece calldata piece) external;

    // --- participation

    /// @notice Contributes directly with an own stake; what is sent above it can be claimed.
    /// @return header what replaying and settling must re-supply, with the record
    function contribute(uint16 label, bytes calldata sample) external payable returns (BatchHeader memory header);

    // --- reveal

    /// @notice Reveals pieces in order from `firstPiece` on; those revealed before are passed over.
    function reveal(bytes32[] calldata leaves, uint256 firstPiece, Piece[] calldata pieces) external;

    // --- replay and passes

    /// @notice Takes the replay as far as what is supplied and `limit` allow; anybody may.
    /// @param leaves all leaves of the commitment
    /// @param firstPiece number of the first supplied piece
    /// @param pieces supplied pieces
    /// @param batches supplied batches, in order
    /// @param limit most evaluations of one piece in this call
    function replay(
        bytes32[] calldata leaves,
        uint256 firstPiece,
        Piece[] calldata pieces,
        SuppliedBatch[] calldata batches,
        uint256 limit
    ) external;

    /// @notice Plays at most `limit` passes; anybody may. The last one closes the market.
    function playPasses(uint256 limit) external;

    /// @notice Closes a market that a time-out has ended; anybody may.
    function lapse() external;

    // --- pay-out

    /// @notice Settles directly added contributions; anybody may. Their payer claims the money.
    function settle(BatchHeader calldata header, bytes calldata records, uint256 mask)
        external
        returns (Settlement memory settlement);

    /// @notice Pays the caller what is kept for it.
    function claim() external returns (uint256 amountWei);

    // --- views

    /// @notice The phase that holds now, time-outs included.
    function phase() external view returns (Phase);

    /// @notice State of the market.
    function state() external view returns (MarketState memory);

    /// @notice How far the replay has come.
    function replayCursor() external view returns (ReplayCursor memory);

    /// @notice Right answers after `contributions` contributions, once scored.
    function rightAnswers(uint256 contributions) external view returns (uint256);

    /// @notice Number of the first contribution of a batch; those of its other accepted records follow in order.
    function firstNumber(uint256 batch) external view returns (uint256);

    /// @notice What contribution `number` (from 1 on) is paid, once the market is closed.
    function payoutWei(uint256 number) external view returns (uint256);

    /// @notice Bounty not allotted yet.
    function bountyWei() external view returns (uint256);

    /// @notice Rounds of the bounty that are still to be played.
    function roundsLeftWei() external view returns (uint256);

    /// @notice Stakes of the contributions; once the market is closed, what is still to be paid to them.
    function openWei() external view returns (uint256);

    /// @notice Money kept for an account.
    function claimableWei(address account) external view returns (uint256);

    /// @notice Sum of all claimable money.
    function totalClaimableWei() external view returns (uint256);
}
