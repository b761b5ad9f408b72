// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Answer, IOracleClassifier, OracleRequest, OracleRules, OracleStage} from "../interfaces/IOracleClassifier.sol";
import {Bits} from "../libraries/Bits.sol";
import {OraclePanels} from "./OraclePanels.sol";

/// @title Requests, answers and fees
/// @notice Responders first commit to salted hashes of their labels and reveal them when nobody can commit any more: as
/// soon as the whole panel has committed, or at half time. With answers in the clear the second responder would copy the
/// first one for nothing, and a quorum would be one opinion. What remains possible is an agreement outside of the chain;
/// see docs/explanation/oracle.md.
///
/// The label that a quorum of the panel reveals is the answer. At the close everybody who revealed it gets an equal share
/// of the fee, early or late; what cannot be divided goes back to the requester, and without an answer the whole fee does.
/// Who errs, copies, or keeps silent earns nothing.
///
/// Books, to the wei: balance = fees of requests that are not settled + claimable money.
abstract contract OracleRequests is OraclePanels, ReentrancyGuardTransient {
    using Bits for uint256;

    /// @dev A sample's latest answer and latest request.
    struct Known {
        Answer answer;
        uint96 latestFeeWei;
        bytes32 latestId;
    }

    /// @notice Longest time from a request to its deadline.
    uint256 public constant MAX_WINDOW_S = 7 days;
    uint256 private constant MAX_ITEMS = 256;
    uint256 private constant LABEL_BITS = 16;

    uint256 internal immutable _labelCount;
    /// @inheritdoc IOracleClassifier
    uint256 public immutable maxSampleBytes;
    /// @inheritdoc IOracleClassifier
    uint256 public immutable minWindowS;
    /// @inheritdoc IOracleClassifier
    uint256 public immutable cacheLifetimeS;

    uint256 private _requestCount;
    mapping(bytes32 id => OracleRequest) private _requests;
    mapping(bytes32 id => mapping(address responder => bytes32 commitment)) private _commitments;
    mapping(bytes32 sampleHash => Known) private _known;
    /// @inheritdoc IOracleClassifier
    mapping(address account => uint256 amountWei) public claimableWei;
    /// @inheritdoc IOracleClassifier
    uint256 public totalClaimableWei;
    /// @inheritdoc IOracleClassifier
    uint256 public escrowedWei;

    constructor(OracleRules memory rules) {
        if (rules.labelCount < 2 || rules.maxSampleBytes == 0) revert BadParameters();
        if (rules.minWindowS < 2 || rules.minWindowS > MAX_WINDOW_S) revert BadParameters();
        _labelCount = rules.labelCount;
        maxSampleBytes = rules.maxSampleBytes;
        minWindowS = rules.minWindowS;
        cacheLifetimeS = rules.cacheLifetimeS;
    }

    /// @inheritdoc IOracleClassifier
    function request(bytes calldata sample, uint40 deadline) external payable nonReentrant returns (bytes32 id) {
        if (sample.length == 0 || sample.length > maxSampleBytes) revert BadSample(sample.length);
        if (msg.value < minFeeWei() || msg.value > type(uint96).max) revert BadFee(msg.value, minFeeWei());
        (uint256 earliest, uint256 latest) = (block.timestamp + minWindowS, block.timestamp + MAX_WINDOW_S);
        if (deadline < earliest || deadline > latest) revert BadDeadline(deadline, earliest, latest);
        bytes32 sampleHash = keccak256(sample);
        _checkWorthAsking(sampleHash);
        // Made of what is asked: a commitment never lands on another question, not even after a reorganisation.
        id = keccak256(abi.encode(block.chainid, address(this), ++_requestCount, msg.sender, sampleHash, version));
        _known[sampleHash].latestFeeWei = uint96(msg.value);
        _known[sampleHash].latestId = id;
        escrowedWei += msg.value;
        _open(id, sampleHash, deadline);
        OracleRequest storage own = _requests[id];
        emit Requested(id, sampleHash, msg.sender, msg.value, own.panel, own.version, own.commitUntil, deadline, sample);
    }

    /// @inheritdoc IOracleClassifier
    function commit(bytes32[] calldata ids, bytes32[] calldata commitments)
        external
        nonReentrant
        returns (uint256 takenMap)
    {
        if (ids.length != commitments.length || ids.length > MAX_ITEMS) revert BadBatch();
        for (uint256 i = 0; i < ids.length; ++i) {
            if (_commit(ids[i], commitments[i])) takenMap |= 1 << i;
        }
    }

    /// @inheritdoc IOracleClassifier
    function reveal(bytes32[] calldata ids, uint16[] calldata labels, bytes32[] calldata salts)
        external
        nonReentrant
        returns (uint256 takenMap)
    {
        if (ids.length != labels.length || ids.length != salts.length || ids.length > MAX_ITEMS) {
            revert BadBatch();
        }
        for (uint256 i = 0; i < ids.length; ++i) {
            if (_reveal(ids[i], labels[i], salts[i])) takenMap |= 1 << i;
        }
    }

    /// @inheritdoc IOracleClassifier
    function settle(bytes32[] calldata ids) external nonReentrant returns (uint256 settledMap) {
        if (ids.length > MAX_ITEMS) revert BadBatch();
        for (uint256 i = 0; i < ids.length; ++i) {
            if (_settle(ids[i])) settledMap |= 1 << i;
        }
    }

    /// @inheritdoc IOracleClassifier
    function claim() external nonReentrant returns (uint256 amountWei) {
        amountWei = claimableWei[msg.sender];
        claimableWei[msg.sender] = 0;
        totalClaimableWei -= amountWei;
        emit Claimed(msg.sender, amountWei);
        (bool paid,) = msg.sender.call{value: amountWei}("");
        if (!paid) revert TransferFailed(msg.sender, amountWei);
    }

    /// @inheritdoc IOracleClassifier
    function requestOf(bytes32 id) external view returns (OracleRequest memory) {
        return _requests[id];
    }

    /// @inheritdoc IOracleClassifier
    function stageOf(bytes32 id) external view returns (OracleStage) {
        return _stage(_requests[id]);
    }

    /// @inheritdoc IOracleClassifier
    function committed(bytes32 id, address responder) external view returns (bytes32) {
        return _commitments[id][responder];
    }

    /// @inheritdoc IOracleClassifier
    function answerOf(bytes32 sampleHash) external view returns (Answer memory answer, bool current) {
        answer = _known[sampleHash].answer;
        current = _isCurrent(answer);
    }

    /// @inheritdoc IOracleClassifier
    function commitmentOf(bytes32 id, address responder, uint16 label, bytes32 salt) public pure returns (bytes32) {
        return keccak256(abi.encode(id, responder, label, salt));
    }

    /// @dev The latest answer, whatever its age.
    function _latest(bytes32 sampleHash) internal view returns (Answer memory) {
        return _known[sampleHash].answer;
    }

    /// @dev Whether an answer is of the present model and young enough.
    function _isCurrent(Answer memory answer) internal view returns (bool) {
        if (answer.version != version) return false;
        return cacheLifetimeS == 0 || block.timestamp < answer.answeredAt + cacheLifetimeS;
    }

    /// @dev Nobody pays for what is free, and nobody pays twice for what is on its way; but a request at a low fee must not
    /// keep others from asking at a higher one.
    function _checkWorthAsking(bytes32 sampleHash) private view {
        Known storage known = _known[sampleHash];
        if (_isCurrent(known.answer)) revert AlreadyAnswered(sampleHash, known.answer.label);
        OracleRequest storage latest = _requests[known.latestId];
        if (latest.version != version || msg.value > known.latestFeeWei) return;
        OracleStage stage = _stage(latest);
        if (stage != OracleStage.Committing && stage != OracleStage.Revealing) return;
        // Answered and still revealing, the answer outdated meanwhile: nothing more comes of it.
        if (!latest.answered) revert AlreadyAsked(known.latestId, known.latestFeeWei);
    }

    function _open(bytes32 id, bytes32 sampleHash, uint40 deadline) private {
        OracleRequest storage own = _requests[id];
        (own.requester, own.feeWei, own.sampleHash) = (msg.sender, uint96(msg.value), sampleHash);
        (own.panel, own.version) = (panel, version);
        (own.seats, own.quorum) = _size();
        own.commitUntil = uint40(block.timestamp + (deadline - block.timestamp) / 2);
        own.deadline = deadline;
    }

    function _commit(bytes32 id, bytes32 commitment) private returns (bool) {
        OracleRequest storage own = _requests[id];
        if (commitment == 0 || _stage(own) != OracleStage.Committing) return false;
        uint256 seat = _seatBit(own.panel, msg.sender);
        if (seat == 0 || own.committedMap & seat != 0) return false;
        own.committedMap |= uint16(seat);
        _commitments[id][msg.sender] = commitment;
        emit Committed(id, msg.sender);
        return true;
    }

    function _reveal(bytes32 id, uint16 label, bytes32 salt) private returns (bool) {
        OracleRequest storage own = _requests[id];
        if (label >= _labelCount || _stage(own) != OracleStage.Revealing) return false;
        // Only responders of the request's panel have commitments, and each of them only until it is revealed.
        if (_commitments[id][msg.sender] != commitmentOf(id, msg.sender, label, salt)) return false;
        delete _commitments[id][msg.sender];
        uint256 seat = _seatBit(own.panel, msg.sender);
        uint256 revealed = own.revealedMap | seat;
        uint256 labels = own.labels | uint256(label) * (seat ** LABEL_BITS);
        (own.revealedMap, own.labels) = (uint16(revealed), labels);
        emit Revealed(id, msg.sender, label);
        if (!own.answered && _agreeing(revealed, labels, label).count() >= own.quorum) _answer(id, own, label);
        return true;
    }

    /// @dev The first answer of a version stands while it lives: predictions do not flicker when a service does.
    function _answer(bytes32 id, OracleRequest storage own, uint16 label) private {
        (own.answered, own.label) = (true, label);
        (bytes32 sampleHash, uint32 asked) = (own.sampleHash, own.version);
        if (asked == version && !_isCurrent(_known[sampleHash].answer)) {
            _known[sampleHash].answer = Answer(label, asked, uint40(block.timestamp));
        }
        emit Answered(id, sampleHash, label, asked);
    }

    function _settle(bytes32 id) private returns (bool) {
        OracleRequest storage own = _requests[id];
        if (_stage(own) != OracleStage.Closed) return false;
        own.settled = true;
        uint256 feeWei = own.feeWei;
        uint256 winnersMap = own.answered ? _agreeing(own.revealedMap, own.labels, own.label) : 0;
        uint256 winners = winnersMap.count();
        uint256 shareWei = winners == 0 ? 0 : feeWei / winners;
        for (uint256 seat = 0; winnersMap >> seat != 0; ++seat) {
            if (winnersMap.has(seat)) claimableWei[_responder(own.panel, seat)] += shareWei;
        }
        uint256 returnedWei = feeWei - shareWei * winners;
        if (returnedWei != 0) claimableWei[own.requester] += returnedWei;
        escrowedWei -= feeWei;
        totalClaimableWei += feeWei;
        emit Settled(id, winnersMap, shareWei, returnedWei);
        return true;
    }

    /// @dev Committing ends when the panel is complete or at half time; only then anybody reveals. A request closes when
    /// nothing can come any more: everybody who committed has revealed, too few have committed, or time is up.
    function _stage(OracleRequest storage own) private view returns (OracleStage) {
        if (own.requester == address(0)) return OracleStage.Unknown;
        if (own.settled) return OracleStage.Settled;
        uint256 committers = uint256(own.committedMap).count();
        if (block.timestamp < own.commitUntil && committers < own.seats) return OracleStage.Committing;
        if (block.timestamp >= own.deadline || committers < own.quorum) return OracleStage.Closed;
        return own.revealedMap == own.committedMap ? OracleStage.Closed : OracleStage.Revealing;
    }

    /// @dev Seats that revealed this label.
    function _agreeing(uint256 revealedMap, uint256 labels, uint256 label) private pure returns (uint256 map) {
        for (uint256 seat = 0; revealedMap >> seat != 0; ++seat) {
            if (revealedMap.has(seat) && uint16(labels >> (seat * LABEL_BITS)) == label) map |= 1 << seat;
        }
    }
}
