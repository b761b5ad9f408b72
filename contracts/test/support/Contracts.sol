// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClassifier} from "../../src/interfaces/IClassifier.sol";
import {IDataHandler} from "../../src/interfaces/IDataHandler.sol";
import {Approval, IForwarder, Tank, Terms} from "../../src/interfaces/IForwarder.sol";
import {IGamified} from "../../src/interfaces/IGamified.sol";
import {IGrowing} from "../../src/interfaces/IGrowing.sol";
import {IIncentiveMechanism} from "../../src/interfaces/IIncentiveMechanism.sol";
import {BatchHeader, ITrainer, Settlement} from "../../src/interfaces/ITrainer.sol";
import {IValidatedTrainer} from "../../src/interfaces/IValidation.sol";
import {FeeSchedule} from "../../src/libraries/FeeSchedules.sol";
import {Withdrawal} from "../../src/libraries/SignedRequests.sol";

// What the deployed contracts offer, as outsiders see it. Tests are compiled without the contracts
// themselves (see foundry.toml), so a function that changes shape fails its tests.

interface ForwarderApi is IForwarder {
    function deposit(address sponsor) external payable;
    function setRelayer(address relayer, bool allowed) external;
    function setTrainer(address trainer, bool allowed, FeeSchedule calldata schedule) external;
    function setLimits(uint96 dailyLimitWei, uint64 priceCapWei, uint64 tipCapWei) external;
    function setPaused(bool paused) external;
    function requestWithdrawal(uint128 amountWei) external;
    function cancelWithdrawal() external;
    function executeWithdrawal(address to) external;

    function addBatch(address sponsor, address trainer, bytes calldata items)
        external
        returns (uint256 acceptedMap, bytes memory outcomes, Terms memory terms, BatchHeader memory header);
    function settle(
        address trainer,
        Terms calldata terms,
        BatchHeader calldata header,
        bytes calldata records,
        uint256 mask
    ) external returns (uint256 refundedMap, uint256 forfeitedMap);
    function validate(
        address trainer,
        Terms calldata terms,
        BatchHeader calldata header,
        bytes calldata records,
        bytes calldata items
    ) external returns (uint256 validatedMap, bytes memory outcomes, uint256 settledMap);
    function withdrawCredit(address to, uint256 amountWei) external;

    function withdraw(address to, uint256 amountWei) external;
    function withdrawFor(Withdrawal calldata request, bytes32 r, bytes32 vs, address[] calldata collectFrom) external;
    function collect(address trainer, address[] calldata players) external;

    function tank(address sponsor) external view returns (Tank memory);
    function reservedFor(address sponsor, address trainer) external view returns (uint256);
    function budgetWei(address sponsor) external view returns (uint256);
    function player(address account) external view returns (uint96 balanceWei, uint32 highestNonce, uint128 seen);
    function credit(address relayer) external view returns (uint256);
    function isRelayer(address sponsor, address relayer) external view returns (bool);
    function approval(address sponsor, address trainer) external view returns (Approval);
    function scheduleOf(address sponsor, address trainer) external view returns (FeeSchedule memory);
    function quote(address sponsor, address trainer, uint256 sampleBytes, uint256 gasPriceWei)
        external
        view
        returns (uint256 addFeeWei, uint256 settleReserveWei);
    function contributionDigest(
        address trainer,
        address account,
        uint32 nonce,
        uint40 deadline,
        uint64 maxFeeGwei,
        uint16 label,
        bytes calldata sample
    ) external view returns (bytes32);
    function validationDigest(
        address trainer,
        address validator,
        uint64 contribution,
        uint32 nonce,
        uint40 deadline,
        uint64 maxFeeGwei
    ) external view returns (bytes32);
    function withdrawalDigest(Withdrawal calldata request) external view returns (bytes32);
    function withdrawalDelayS() external view returns (uint256);
    function WITHDRAWAL_UNITS() external view returns (uint256);
    function DOMAIN_SEPARATOR() external view returns (bytes32);
}

interface TrainerApi is IValidatedTrainer {
    function name() external view returns (string memory);
    function forwarder() external view returns (address);
    function mechanism() external view returns (address);
    function dataHandler() external view returns (address);
    function classifier() external view returns (address);
    function contribute(uint16 label, bytes calldata sample) external payable returns (BatchHeader memory header);
    function addOwn(bytes calldata record, address payer)
        external
        payable
        returns (uint256 acceptedMap, BatchHeader memory header, uint256 surplusWei);
    function settle(BatchHeader calldata header, bytes calldata records, uint256 mask)
        external
        returns (Settlement memory settlement);
    function validate(BatchHeader calldata header, bytes calldata record) external returns (uint8 outcome);
    function takesValidations() external view returns (bool);
    function predict(bytes calldata sample) external view returns (uint16);
}

interface Bound {
    event TrainerBoundTo(address indexed trainer);

    error AlreadyBound(address trainer);
    error OnlyTrainer(address caller);

    function bind(address trainer) external;
    function trainer() external view returns (address);
    function deployer() external view returns (address);
}

interface MechanismApi is IIncentiveMechanism, Bound {
    error BadParameters();
    error WrongStakes(uint256 sentWei, uint256 neededWei);

    function refundWaitS() external view returns (uint256);
    function forfeitWaitS() external view returns (uint256);
    function account(address player) external view returns (uint256 points, uint256 unclaimedWei);
    function totalPoints() external view returns (uint256);
    function waitingWei() external view returns (uint256);
    function openStakesWei() external view returns (uint256);
    function rewardPoolWei() external view returns (uint256);
    function claimableWei(address account) external view returns (uint256);
    function totalClaimableWei() external view returns (uint256);
    function claim() external returns (uint256 amountWei);
}

interface GamifiedApi is IGamified, Bound {
    function distinctValidators() external view returns (uint256);
    function lapseWaitS() external view returns (uint256);
}

interface DataHandlerApi is IDataHandler, Bound {
    function batchCount() external view returns (uint64);
    function slotCount() external view returns (uint32);
    function freeSlot() external view returns (uint32);
}

interface NaiveBayesApi is IClassifier, IGrowing, Bound {
    error BadParameters();
    error UnfitSample();

    function scoresOf(bytes calldata sample) external view returns (int256[] memory scores);
    function labelStats(uint256 from, uint256 count) external view returns (uint64[] memory stats);
    function countWords(uint16[] calldata features) external view returns (uint256[] memory words);
    function inverseAlpha() external view returns (uint256);
    function vocabulary() external view returns (uint256);
}

interface SparsePerceptronApi is IClassifier, IGrowing, Bound {
    error BadParameters();
    error UnfitSample();
    error ModelFixed();
    error BadKnowledge();

    event KnowledgeGiven(bytes call);

    function initialize(uint256 from, uint256[] calldata words) external;
    function weightWords(uint256 from, uint256 count) external view returns (uint256[] memory words);
}
