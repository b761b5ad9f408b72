// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOracleClassifier, OracleRequest, OracleRules, OracleStage} from "../../src/interfaces/IOracleClassifier.sol";
import {Bound} from "./Contracts.sol";
import {House} from "./House.sol";

interface OracleApi is IOracleClassifier, Bound {}

/// @title A house with an oracle: five responders, of whom three make a quorum
/// @notice Tests override what they care about and leave the rest. Salts follow from responder and request, so that a
/// test need not carry them along.
abstract contract OracleHouse is House {
    uint16 internal constant LABELS = 4;
    uint16 internal constant MAX_SAMPLE_BYTES = 256;
    uint96 internal constant MIN_FEE_WEI = 100;
    uint32 internal constant MIN_WINDOW_S = 20;
    uint32 internal constant WINDOW_S = 200;
    uint256 internal constant FEE_WEI = 1 ether;
    uint256 internal constant SEATS = 5;
    uint256 internal constant QUORUM = 3;
    bytes32 internal constant MODEL = keccak256("a model");
    bytes internal constant SAMPLE = "what is this?";

    OracleApi internal oracle;
    address internal requester = vm.addr(0x4e9);

    function setUp() public virtual override {
        super.setUp();
        oracle = _deployOracle(_oracleRules());
        vm.label(address(oracle), "oracle");
        vm.label(requester, "requester");
    }

    // --- building

    function _oracleRules() internal pure returns (OracleRules memory) {
        return OracleRules({
            labelCount: LABELS,
            maxSampleBytes: MAX_SAMPLE_BYTES,
            minFeeWei: MIN_FEE_WEI,
            minWindowS: MIN_WINDOW_S,
            cacheLifetimeS: 0
        });
    }

    function _deployOracle(OracleRules memory rules) internal returns (OracleApi) {
        return OracleApi(_deploy("oracle/OracleClassifier", abi.encode(rules, _responders(0, SEATS), QUORUM, MODEL)));
    }

    function _responder(uint256 number) internal pure returns (address) {
        return vm.addr(0x0eac1e + number);
    }

    function _responders(uint256 first, uint256 count) internal pure returns (address[] memory responders) {
        responders = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            responders[i] = _responder(first + i);
        }
    }

    function _salt(bytes32 id, address responder) internal pure returns (bytes32) {
        return keccak256(abi.encode("salt", id, responder));
    }

    function _one(bytes32 item) internal pure returns (bytes32[] memory items) {
        items = new bytes32[](1);
        items[0] = item;
    }

    // --- acting

    function _request() internal returns (bytes32) {
        return _request(SAMPLE, FEE_WEI);
    }

    function _request(bytes memory sample, uint256 feeWei) internal returns (bytes32) {
        vm.deal(requester, requester.balance + feeWei);
        vm.prank(requester);
        return oracle.request{value: feeWei}(sample, uint40(block.timestamp) + WINDOW_S);
    }

    function _commit(uint256 number, bytes32 id, uint16 label) internal returns (bool taken) {
        return _commitAs(_responder(number), id, label);
    }

    function _commitAs(address responder, bytes32 id, uint16 label) internal returns (bool taken) {
        bytes32 commitment = oracle.commitmentOf(id, responder, label, _salt(id, responder));
        vm.prank(responder);
        return oracle.commit(_one(id), _one(commitment)) == 1;
    }

    function _reveal(uint256 number, bytes32 id, uint16 label) internal returns (bool taken) {
        return _revealAs(_responder(number), id, label, _salt(id, _responder(number)));
    }

    function _revealAs(address responder, bytes32 id, uint16 label, bytes32 salt) internal returns (bool taken) {
        uint16[] memory labels = new uint16[](1);
        labels[0] = label;
        vm.prank(responder);
        return oracle.reveal(_one(id), labels, _one(salt)) == 1;
    }

    /// @dev Every responder of the list commits and reveals its label; then the request is settled as soon as may be.
    function _answer(bytes32 id, uint16[] memory labels) internal {
        for (uint256 i = 0; i < labels.length; ++i) {
            vm.assertTrue(_commit(i, id, labels[i]), "committed");
        }
        if (labels.length < SEATS) vm.warp(oracle.requestOf(id).commitUntil);
        for (uint256 i = 0; i < labels.length; ++i) {
            if (oracle.stageOf(id) == OracleStage.Revealing) _reveal(i, id, labels[i]);
        }
        if (oracle.stageOf(id) != OracleStage.Closed) vm.warp(oracle.requestOf(id).deadline);
        oracle.settle(_one(id));
    }

    /// @dev A sample that everybody answers with this label.
    function _teach(bytes memory sample, uint16 label) internal returns (bytes32 id) {
        id = _request(sample, FEE_WEI);
        _answer(id, _said(label, label, label, label, label));
    }

    function _claim(address account) internal returns (uint256) {
        vm.prank(account);
        return oracle.claim();
    }

    // --- looking

    function _said(uint16 a, uint16 b) internal pure returns (uint16[] memory labels) {
        labels = new uint16[](2);
        (labels[0], labels[1]) = (a, b);
    }

    function _said(uint16 a, uint16 b, uint16 c) internal pure returns (uint16[] memory labels) {
        labels = new uint16[](3);
        (labels[0], labels[1], labels[2]) = (a, b, c);
    }

    function _said(uint16 a, uint16 b, uint16 c, uint16 d, uint16 e) internal pure returns (uint16[] memory labels) {
        labels = new uint16[](5);
        (labels[0], labels[1], labels[2], labels[3], labels[4]) = (a, b, c, d, e);
    }

    function _assertStage(bytes32 id, OracleStage expected, string memory when) internal view {
        vm.assertEq(uint256(oracle.stageOf(id)), uint256(expected), when);
    }

    function _assertShare(uint256 number, uint256 expectedWei) internal view {
        vm.assertEq(oracle.claimableWei(_responder(number)), expectedWei, "a responder's share");
    }

    function _assertUnanswered(bytes memory sample) internal {
        vm.expectRevert(abi.encodeWithSelector(IOracleClassifier.Unanswered.selector, keccak256(sample)));
        oracle.predict(sample);
    }

    function _assertOracleBooks() internal view {
        vm.assertEq(
            address(oracle).balance,
            oracle.escrowedWei() + oracle.totalClaimableWei(),
            "oracle: balance = escrowed fees + claimable"
        );
    }
}
