// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDataHandler} from "../../src/interfaces/IDataHandler.sol";
import {IForwarder, Tank} from "../../src/interfaces/IForwarder.sol";
import {Records} from "../../src/libraries/Records.sol";
import {Statements} from "../../src/libraries/Statements.sol";
import {Batch} from "./House.sol";
import {Twins} from "./Twins.sol";
import {Wire} from "./Wire.sol";

/// @title Calls as an attacker makes them: any bytes behind a selector
/// @notice What must hold of each: it takes effect, or it is refused with an error of ours or the decoder's empty one. It
/// never panics, never runs into an invalid operation, and its gas stays in proportion to its bytes.
abstract contract RawCalls is Twins {
    /// @dev Far above what a call with the batches of these tests takes: a forwarder's cold storage and 64 words of a
    /// model that were zero. For each byte, the sixth part of a whole contribution of a new player.
    uint256 private constant FIXED_GAS = 3_000_000;
    uint256 private constant GAS_PER_BYTE = 600;
    /// @dev The selector in front of the words.
    uint256 internal constant SELECTOR_BYTES = 4;

    /// @dev Calls as `sender`; fails the test when the call ends in any other way than those named above.
    function _raw(address sender, address target, bytes memory data) internal returns (bool done, bytes memory result) {
        uint256 mostGas = FIXED_GAS + GAS_PER_BYTE * data.length;
        vm.prank(sender);
        uint256 before = gasleft();
        (done, result) = target.call{gas: 2 * mostGas}(data);
        vm.assertLe(before - gasleft(), mostGas, "gas in proportion to the calldata");
        if (!done) vm.assertTrue(_isClean(result), "a clean refusal");
    }

    /// @dev The same, and nothing has changed by it.
    function _refused(address sender, address target, bytes memory data) internal returns (bytes memory reason) {
        bool done;
        (done, reason) = _raw(sender, target, data);
        vm.assertFalse(done, "refused");
    }

    /// @dev The same, and the plain twin ends in the very same way.
    function _rawTwin(address sender, address target, bytes memory data, address swapped, bytes memory twin)
        internal
        returns (bool done, bytes memory result)
    {
        uint256 world = vm.snapshotState();
        _raw(sender, target, data);
        vm.revertToState(world);
        return _same(sender, target, data, swapped, twin);
    }

    /// @dev The word of a call that starts `index` words behind the selector, replaced.
    function _withWord(bytes memory data, uint256 index, uint256 word) internal pure returns (bytes memory changed) {
        changed = bytes.concat(data);
        require(SELECTOR_BYTES + 32 * index + 32 <= changed.length, "no such word");
        assembly ("memory-safe") {
            mstore(add(add(changed, 0x24), shl(5, index)), word)
        }
    }

    function _wordAt(bytes memory data, uint256 index) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x24), shl(5, index)))
        }
    }

    /// @dev A number at which offsets, lengths and counts go wrong, or one near the call's own length.
    function _extreme(uint256 seed, uint256 callBytes) internal pure returns (uint256) {
        uint256 kind = _draw(seed, 0) % 12;
        uint256 near = _draw(seed, 1) % 5;
        if (kind == 0) return near;
        if (kind == 1) return type(uint256).max - near;
        if (kind == 2) return (1 << 255) + near;
        if (kind == 3) return (1 << 64) - 2 + near;
        if (kind == 4) return (1 << 32) - 2 + near;
        if (kind == 5) return callBytes - _min(callBytes, SELECTOR_BYTES + 32 + near);
        if (kind == 6) return callBytes - SELECTOR_BYTES + near;
        if (kind == 7) return 32 * (_draw(seed, 2) % 40);
        if (kind == 8) return (type(uint256).max << 5) - 32 * (_draw(seed, 2) % 40);
        if (kind == 9) return _draw(seed, 2) % (2 * callBytes);
        if (kind == 10) return 1 << (_draw(seed, 2) % 256);
        return _draw(seed, 2);
    }

    /// @dev A call with one to three of its first words replaced, and perhaps cut or lengthened.
    function _disfigured(bytes memory data, uint256 words, uint256 seed) internal pure returns (bytes memory changed) {
        changed = data;
        for (uint256 i = 0; i <= _draw(seed, 0) % 3; ++i) {
            uint256 index = _draw(seed, 1 + i) % words;
            changed = _withWord(changed, index, _extreme(_draw(seed, 11 + i), data.length));
        }
        uint256 fate = _draw(seed, 21) % 4;
        if (fate == 0) return Wire.slice(changed, 0, _draw(seed, 22) % changed.length);
        if (fate == 1) return bytes.concat(changed, abi.encode(_draw(seed, 23), seed));
    }

    /// @dev The same call with what its one offset points to further behind, at any byte: odd, and just as valid.
    function _movedBack(bytes memory data, uint256 offsetWord, bytes memory gap)
        internal
        pure
        returns (bytes memory moved)
    {
        uint256 head = SELECTOR_BYTES + _wordAt(data, offsetWord);
        moved = bytes.concat(Wire.slice(data, 0, head), gap, Wire.slice(data, head, data.length - head));
        return _withWord(moved, offsetWord, _wordAt(data, offsetWord) + gap.length);
    }

    /// @dev Promise 1 for the Forwarder, everybody in these tests counted. `players` are those numbered from 0.
    function _assertForwarderBooks(uint256 players) internal view {
        Tank memory tank = forwarder.tank(sponsor);
        uint256 sumWei = uint256(tank.availableWei) + tank.reservedWei;
        for (uint256 i = 0; i < players; ++i) {
            sumWei += _balanceOf(_player(i));
        }
        sumWei += forwarder.credit(relayer) + forwarder.credit(settler) + forwarder.credit(stranger);
        vm.assertEq(address(forwarder).balance, sumWei, "forwarder: balance = tank + players + credits");
    }

    /// @dev The genuine words of what settling and validating start with: trainer, terms and header.
    function _settling(Batch memory batch, uint256 mask) internal view returns (bytes memory) {
        return abi.encodeCall(forwarder.settle, (batch.trainer, batch.terms, batch.header, batch.records, mask));
    }

    /// @dev No panic, nothing unknown; empty only as the decoder of the ABI says it.
    function _isClean(bytes memory reason) private pure returns (bool) {
        if (reason.length == 0) return true;
        bytes4 error_ = bytes4(reason);
        return _isOfForwarder(error_) || error_ == Records.BadFraming.selector
            || error_ == Records.TooManyRecords.selector || error_ == Statements.BadStatements.selector
            || error_ == IDataHandler.UnknownBatch.selector;
    }

    function _isOfForwarder(bytes4 error_) private pure returns (bool) {
        return error_ == IForwarder.BadFraming.selector || error_ == IForwarder.TooManyItems.selector
            || error_ == IForwarder.UnexpectedPayment.selector || error_ == IForwarder.RelayerNotAllowed.selector
            || error_ == IForwarder.TrainerNotAllowed.selector || error_ == IForwarder.WrongTerms.selector
            || error_ == IForwarder.NotEnough.selector || error_ == IForwarder.NoReceiver.selector
            || error_ == IForwarder.TransferFailed.selector || error_ == IForwarder.RequestExpired.selector
            || error_ == IForwarder.RequestNonceUsed.selector || error_ == IForwarder.RequestSignatureInvalid.selector
            || error_ == IForwarder.TrainerMisreported.selector;
    }
}
