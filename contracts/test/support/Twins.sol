// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {House} from "./House.sol";
import {Vm} from "./Vm.sol";

/// @title One call to two implementations in the same world
/// @notice The world is put back after the first call, the twin's code is put in the place of the product's, and the call
/// is made again. Answers (or reasons of a revert), events and storage writes must be the same, one by one. Then the world
/// goes on as the product left it.
abstract contract Twins is House {
    /// @notice All that can be seen of a call.
    struct Trace {
        bool done;
        bytes result;
        bytes32 events;
        bytes32 writes;
        uint256 eventCount;
        uint256 writeCount;
    }

    /// @dev The twin's code; made with the product's own arguments. Read from the compiler's output, because a run of some
    /// tests only (forge test --match-…) compiles no contract of contracts/test/plain: it needs a `forge build` before.
    function _twin(string memory name, bytes memory arguments) internal returns (bytes memory) {
        return vm.deployCode(string.concat("contracts/out/", name, ".sol/", name, ".json"), arguments).code;
    }

    /// @dev Calls `target` with the code of `swapped` as it is and as its twin's; returns what the product did.
    function _same(address sender, address target, bytes memory data, address swapped, bytes memory twin)
        internal
        returns (bool done, bytes memory result)
    {
        uint256 world = vm.snapshotState();
        Trace memory product = _trace(sender, target, data);
        vm.revertToState(world);
        vm.etch(swapped, twin);
        Trace memory plain = _trace(sender, target, data);
        vm.revertToState(world);
        vm.assertEq(product.done, plain.done, "success");
        vm.assertEq(product.result, plain.result, "answer");
        vm.assertEq(product.eventCount, plain.eventCount, "number of events");
        vm.assertEq(product.events, plain.events, "events");
        vm.assertEq(product.writeCount, plain.writeCount, "number of storage writes");
        vm.assertEq(product.writes, plain.writes, "storage writes");
        vm.prank(sender);
        return target.call(data);
    }

    function _trace(address sender, address target, bytes memory data) private returns (Trace memory trace) {
        vm.recordLogs();
        vm.startStateDiffRecording();
        vm.prank(sender);
        (trace.done, trace.result) = target.call(data);
        Vm.AccountAccess[] memory accesses = vm.stopAndReturnStateDiff();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        // What was undone left no trace, in whatever order it was done.
        if (!trace.done) return trace;
        trace.eventCount = logs.length;
        trace.events = keccak256(abi.encode(logs));
        for (uint256 i = 0; i < accesses.length; ++i) {
            _foldWrites(trace, accesses, i);
        }
    }

    /// @dev What storage holds in the end, word by word in the order of the last writes. Fields of one word may be written
    /// one by one or together.
    function _foldWrites(Trace memory trace, Vm.AccountAccess[] memory accesses, uint256 call) private pure {
        Vm.StorageAccess[] memory own = accesses[call].storageAccesses;
        for (uint256 i = 0; i < own.length; ++i) {
            if (!own[i].isWrite || own[i].reverted || _isWrittenLater(accesses, call, i)) continue;
            ++trace.writeCount;
            trace.writes = keccak256(abi.encode(trace.writes, own[i].account, own[i].slot, own[i].newValue));
        }
    }

    function _isWrittenLater(Vm.AccountAccess[] memory accesses, uint256 call, uint256 index)
        private
        pure
        returns (bool)
    {
        Vm.StorageAccess memory one = accesses[call].storageAccesses[index];
        for (uint256 i = call; i < accesses.length; ++i) {
            Vm.StorageAccess[] memory later = accesses[i].storageAccesses;
            for (uint256 j = i == call ? index + 1 : 0; j < later.length; ++j) {
                if (!later[j].isWrite || later[j].reverted) continue;
                if (later[j].slot == one.slot && later[j].account == one.account) return true;
            }
        }
        return false;
    }
}
