// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClassifier} from "./IClassifier.sol";

/// @notice What never changes in the life of an oracle, but for the least fee, with which it begins.
/// @param labelCount number of labels; answers are below it
/// @param maxSampleBytes longest sample that may be asked about
/// @param minFeeWei least fee of a request
/// @param minWindowS shortest time from a request to its deadline
/// @param cacheLifetimeS how long an answer is good; zero: as long as the model's version
struct OracleRules {
    uint16 labelCount;
    uint16 maxSampleBytes;
    uint96 minFeeWei;
    uint32 minWindowS;
    uint32 cacheLifetimeS;
}

/// @notice The latest answer to a sample.
/// @param label what a quorum said
/// @param version model version that said it; zero: never answered
/// @param answeredAt when
struct Answer {
    uint16 label;
    uint32 version;
    uint40 answeredAt;
}

/// @notice A request as it stands.
/// @param requester who asked and paid; zero: there is no such request
/// @param feeWei what is shared by those who agree with the quorum, or goes back
/// @param sampleHash keccak256 of the sample
/// @param panel number of the panel that answers; later panels change nothing about it
/// @param version model version that was asked
/// @param commitUntil commitments are taken before this time
/// @param deadline labels are revealed before this time
/// @param seats responders of the panel
/// @param quorum equal labels that make an answer
/// @param committedMap responders that committed, by seat
/// @param revealedMap responders that revealed, by seat
/// @param label the answer, once there is one
/// @param answered whether a quorum agreed
/// @param settled whether the fee is shared out
/// @param labels revealed labels, sixteen bits for each seat, the first one in the lowest
struct OracleRequest {
    address requester;
    uint96 feeWei;
    bytes32 sampleHash;
    uint32 panel;
    uint32 version;
    uint40 commitUntil;
    uint40 deadline;
    uint8 seats;
    uint8 quorum;
    uint16 committedMap;
    uint16 revealedMap;
    uint16 label;
    bool answered;
    bool settled;
    uint256 labels;
}

/// @notice Where a request is in its life.
enum OracleStage {
    Unknown,
    Committing,
    Revealing,
    Closed,
    Settled
}

/// @title A model behind a machine-learning service, asked for a fee and answered by a quorum of responders
interface IOracleClassifier is IClassifier {
    /// @notice Somebody asks; responders of the panel answer.
    event Requested(
        bytes32 indexed id,
        bytes32 indexed sampleHash,
        address indexed requester,
        uint256 feeWei,
        uint32 panel,
        uint32 version,
        uint40 commitUntil,
        uint40 deadline,
        bytes sample
    );
    /// @notice A responder is bound to its label, which nobody knows yet.
    event Committed(bytes32 indexed id, address indexed responder);
    /// @notice A responder's label.
    event Revealed(bytes32 indexed id, address indexed responder, uint16 label);
    /// @notice A quorum agreed.
    event Answered(bytes32 indexed id, bytes32 indexed sampleHash, uint16 label, uint32 version);
    /// @notice A fee was shared: so much to each of `winnersMap` (seats), the rest back to the requester.
    event Settled(bytes32 indexed id, uint256 winnersMap, uint256 shareWei, uint256 returnedWei);
    /// @notice An account took its money out.
    event Claimed(address indexed account, uint256 amountWei);
    /// @notice Requests from here on are answered by this panel.
    event PanelChanged(uint32 indexed panel, uint256 quorum, address[] responders);
    /// @notice The responders serve another model from here on; answers of earlier versions are not predicted any more.
    event ModelChanged(uint32 indexed version, bytes32 model);
    /// @notice Requests from here on cost at least so much.
    event MinFeeChanged(uint256 minFeeWei);
    /// @notice The right to change panel, model and least fee went to `owner`; nobody has it after the zero address.
    event OwnerChanged(address indexed owner);

    /// @notice The rules contradict each other.
    error BadParameters();
    /// @notice A panel has 1 to 16 different responders, and a quorum is more than half of them.
    error BadPanel();
    /// @notice Only the owner may do this.
    error OnlyOwner(address caller);
    /// @notice No current answer to this sample is known. Request one.
    error Unanswered(bytes32 sampleHash);
    /// @notice The answer is known already, and free.
    error AlreadyAnswered(bytes32 sampleHash, uint16 label);
    /// @notice The same is being asked for at least this fee. Wait for that answer, or offer more.
    error AlreadyAsked(bytes32 id, uint256 feeWei);
    /// @notice The sample is empty or too long.
    error BadSample(uint256 length);
    /// @notice The fee is too low, or beyond what the books hold.
    error BadFee(uint256 sentWei, uint256 minFeeWei);
    /// @notice The deadline is too close or too far.
    error BadDeadline(uint256 deadline, uint256 earliest, uint256 latest);
    /// @notice Lists of different lengths, or of more than 256 items.
    error BadBatch();
    /// @notice The receiver refused the money.
    error TransferFailed(address to, uint256 amountWei);

    /// @notice Asks the panel about a sample; the value sent is the fee.
    /// @param sample bytes that the service understands
    /// @param deadline when the answer must be there; the first half of the time is for committing, the second for
    /// revealing. Without an answer by then the fee goes back.
    function request(bytes calldata sample, uint40 deadline) external payable returns (bytes32 id);

    /// @notice Binds the caller to its labels without telling them. Items that cannot be taken are passed over.
    /// @param commitments see `commitmentOf`
    /// @return takenMap items that took effect
    function commit(bytes32[] calldata ids, bytes32[] calldata commitments) external returns (uint256 takenMap);

    /// @notice Tells the labels that the caller is bound to. Items that cannot be taken are passed over.
    /// @return takenMap items that took effect
    function reveal(bytes32[] calldata ids, uint16[] calldata labels, bytes32[] calldata salts)
        external
        returns (uint256 takenMap);

    /// @notice Shares out the fees of closed requests; anybody may. Those not closed, or settled already, are passed over.
    /// @return settledMap items that took effect
    function settle(bytes32[] calldata ids) external returns (uint256 settledMap);

    /// @notice Pays the caller what it has earned or gets back.
    function claim() external returns (uint256 amountWei);

    /// @notice Has requests from here on answered by other responders; open requests keep theirs.
    function changePanel(address[] calldata responders, uint256 quorum) external;

    /// @notice Begins a new version of the model.
    /// @param model fingerprint of the model that the responders serve from here on
    function changeModel(bytes32 model) external;

    /// @notice Changes the least fee of requests from here on.
    function changeMinFee(uint96 minFeeWei) external;

    /// @notice Hands the owner's rights on; the zero address gives them up.
    function changeOwner(address owner) external;

    /// @notice Who may change panel, model and least fee.
    function owner() external view returns (address);

    /// @notice Longest sample that may be asked about.
    function maxSampleBytes() external view returns (uint256);

    /// @notice Least fee of a request.
    function minFeeWei() external view returns (uint256);

    /// @notice Shortest time from a request to its deadline.
    function minWindowS() external view returns (uint256);

    /// @notice How long an answer is good; zero: as long as the model's version.
    function cacheLifetimeS() external view returns (uint256);

    /// @notice Number of the panel that answers new requests.
    function panel() external view returns (uint32);

    /// @notice Responders, by seat, and quorum of a panel.
    function panelOf(uint32 number) external view returns (address[] memory responders, uint256 quorum);

    /// @notice Version of the model that new requests ask.
    function version() external view returns (uint32);

    /// @notice Fingerprint of that model.
    function model() external view returns (bytes32);

    /// @notice The request as it stands.
    function requestOf(bytes32 id) external view returns (OracleRequest memory);

    /// @notice Where the request is in its life.
    function stageOf(bytes32 id) external view returns (OracleStage);

    /// @notice A responder's commitment; zero without one, and again after it was revealed.
    function committed(bytes32 id, address responder) external view returns (bytes32);

    /// @notice The latest answer to a sample, and whether it is still predicted.
    function answerOf(bytes32 sampleHash) external view returns (Answer memory answer, bool current);

    /// @notice What a responder commits to. It names the responder, so that a copy is worth nothing to anybody else.
    /// @param salt secret of the responder, another one for each request
    function commitmentOf(bytes32 id, address responder, uint16 label, bytes32 salt) external pure returns (bytes32);

    /// @notice Money kept for an account until it claims it.
    function claimableWei(address account) external view returns (uint256);

    /// @notice Sum of all claimable money.
    function totalClaimableWei() external view returns (uint256);

    /// @notice Fees of all requests that are not settled.
    function escrowedWei() external view returns (uint256);
}
