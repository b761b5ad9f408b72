// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClassifier} from "../../src/interfaces/IClassifier.sol";
import {IGrowing} from "../../src/interfaces/IGrowing.sol";
import {Bound} from "./Contracts.sol";

// What the growing classifiers offer, as outsiders see it.

interface GrowingApi is IClassifier, IGrowing, Bound {
    error BadParameters();
    error UnfitSample();
}

interface PretrainedApi is GrowingApi {
    error ModelFixed();
    error BadKnowledge();

    event KnowledgeGiven(bytes call);
}

interface DensePerceptronApi is PretrainedApi {
    function initialize(uint16 label, bytes calldata weights) external;
    function weightWords(uint256 from, uint256 count) external view returns (uint256[] memory words);
    function taughtMap() external view returns (uint256);
    function dimension() external view returns (uint256);
    function maxSquaredNorm() external view returns (uint256);
    function rateShift() external view returns (uint256);
}

interface NearestCentroidApi is PretrainedApi {
    function initialize(uint16 label, uint16 count, bytes calldata mean) external;
    function sumWords(uint256 from, uint256 count) external view returns (uint256[] memory words);
    function sampleCounts(uint256 from, uint256 count) external view returns (uint16[] memory counts);
    function dimension() external view returns (uint256);
    function maxSquaredNorm() external view returns (uint256);
}

interface SparseNearestCentroidApi is GrowingApi {
    function labelStats(uint256 from, uint256 count) external view returns (uint64[] memory stats);
    function countWords(uint256[] calldata indices) external view returns (uint256[] memory words);
    function lanesPerFeature() external view returns (uint256);
}

interface SparseMulticlassPerceptronApi is PretrainedApi {
    function initialize(uint256 from, uint256[] calldata words, uint256 taught) external;
    function weightWords(uint256 from, uint256 count) external view returns (uint256[] memory words);
    function taughtMap() external view returns (uint256);
    function learningRate() external view returns (int256);
    function lanesPerFeature() external view returns (uint256);
}
