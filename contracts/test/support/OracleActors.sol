// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OracleRequest, OracleStage} from "../../src/interfaces/IOracleClassifier.sol";
import {OracleApi, OracleHouse} from "./OracleHouse.sol";

/// @title Everybody around an oracle, each at the worst moment
/// @notice Requesters who ask the same again and again; responders who err, commit twice, reveal other labels, keep
/// silent, or come late; an owner who changes panel, model and fee in between; callers who settle and claim at any time.
/// What must hold for a single answer is known here, so a wrong one fails the run.
contract OracleActors is OracleHouse {
    uint256 private constant POOL = 8;
    uint256 private constant SAMPLES = 3;

    bytes32[] private _ids;
    /// @dev What a responder committed to first.
    mapping(bytes32 id => mapping(address responder => uint16 label)) private _promised;
    mapping(bytes32 id => mapping(address responder => bool)) private _bound_;
    uint256 public paidInWei;
    uint256 public takenOutWei;

    function start() external {
        setUp();
    }

    function theOracle() external view returns (OracleApi) {
        return oracle;
    }

    function ask(uint256 seed, uint96 feeWei) public {
        // As many as one call settles, so that the end can be told.
        if (_ids.length == 256) return;
        bytes memory sample = abi.encode(seed % SAMPLES);
        feeWei = uint96(_bound(feeWei, oracle.minFeeWei(), 10 ** _bound(seed >> 128, 3, 25)));
        vm.deal(requester, feeWei);
        vm.prank(requester);
        // Refused when it is known or under way.
        (bool taken, bytes memory result) = address(oracle).call{value: feeWei}(
            abi.encodeCall(oracle.request, (sample, uint40(block.timestamp + _bound(seed >> 64, MIN_WINDOW_S, 1_000))))
        );
        if (!taken) return;
        paidInWei += feeWei;
        _ids.push(abi.decode(result, (bytes32)));
    }

    function commitSome(uint256 seed) public {
        for (uint256 i = 0; i < _ids.length; ++i) {
            address responder = _responder(_draw(seed, i) % POOL);
            // Most of them agree, some err, and some name a label that does not exist.
            uint16 label = uint16(_draw(seed, i) >> 64) % 4 == 0 ? uint16(_draw(seed, i) >> 80) % (LABELS + 1) : 1;
            if (!_commitAs(responder, _ids[i], label)) continue;
            require(!_bound_[_ids[i]][responder], "committed twice");
            (_bound_[_ids[i]][responder], _promised[_ids[i]][responder]) = (true, label);
        }
    }

    function revealSome(uint256 seed) public {
        for (uint256 i = 0; i < _ids.length; ++i) {
            _revealOne(_ids[i], _responder(_draw(seed, i) % POOL), uint16(_draw(seed, i) >> 64) % 4 == 0);
        }
    }

    /// @notice A request as everybody should treat it, so that runs come to answers as well.
    function carryThrough(uint256 seed, uint96 feeWei) external {
        ask(seed, feeWei);
        if (_ids.length == 0) return;
        bytes32 id = _ids[_ids.length - 1];
        for (uint256 i = 0; i < POOL; ++i) {
            if (!_commitAs(_responder(i), id, 1)) continue;
            (_bound_[id][_responder(i)], _promised[id][_responder(i)]) = (true, 1);
        }
        if (oracle.stageOf(id) == OracleStage.Committing) vm.warp(oracle.requestOf(id).commitUntil);
        for (uint256 i = 0; i < POOL; ++i) {
            _revealOne(id, _responder(i), false);
        }
    }

    function settleSome(uint256 seed) public {
        bytes32[] memory ids = new bytes32[](_bound(seed, 0, _ids.length));
        for (uint256 i = 0; i < ids.length; ++i) {
            ids[i] = _ids[_draw(seed, i) % _ids.length];
        }
        uint256 heldWei = oracle.escrowedWei() + oracle.totalClaimableWei();
        oracle.settle(ids);
        vm.assertEq(oracle.escrowedWei() + oracle.totalClaimableWei(), heldWei, "settling moves money only");
    }

    function claimFor(uint256 seed) public {
        address account = seed % 3 == 0 ? requester : _responder(seed % POOL);
        uint256 dueWei = oracle.claimableWei(account);
        uint256 before = account.balance;
        vm.assertEq(_claim(account), dueWei, "what is due");
        vm.assertEq(account.balance - before, dueWei, "arrived");
        takenOutWei += dueWei;
    }

    function govern(uint256 seed) external {
        uint256 choice = seed % 4;
        uint256 count = _bound(seed >> 8, 1, POOL);
        if (choice == 0) oracle.changePanel(_responders(0, count), count / 2 + 1);
        else if (choice == 1) oracle.changeMinFee(uint96(_bound(seed, 1, 1_000)));
        else if (choice == 2) oracle.changeModel(bytes32(seed));
    }

    function wait(uint256 durationS) external {
        _wait(_bound(durationS, 0, 400));
    }

    /// @notice Ends everything: nobody's money may be left over.
    function drain() external {
        _wait(8 days);
        oracle.settle(_ids);
        for (uint256 i = 0; i < POOL; ++i) {
            takenOutWei += _claim(_responder(i));
        }
        takenOutWei += _claim(requester);
        vm.assertEq(oracle.escrowedWei(), 0, "every request settles");
        vm.assertEq(address(oracle).balance, 0, "all is taken out");
        vm.assertEq(takenOutWei, paidInWei, "as much as was paid in");
    }

    function _revealOne(bytes32 id, address responder, bool lie) private {
        uint16 promised = _promised[id][responder];
        uint16 label = lie ? promised + 1 : promised;
        OracleRequest memory before = oracle.requestOf(id);
        if (!_revealAs(responder, id, label, _salt(id, responder))) return;
        require(_bound_[id][responder] && label == promised, "revealed what was not promised");
        require(label < LABELS, "no such label");
        if (!before.answered) return;
        vm.assertEq(oracle.requestOf(id).label, before.label, "an answer never changes");
    }
}
