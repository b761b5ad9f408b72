// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Vm} from "./Vm.sol";

/// @notice A contribution before it is signed, with the key that will sign it.
struct Draft {
    uint256 key;
    address player;
    address trainer;
    uint32 nonce;
    uint40 deadline;
    uint64 maxFeeGwei;
    uint16 label;
    bytes sample;
}

/// @title The wire format, written from its description and not from the contracts
library Wire {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice Bytes of an item beside its sample.
    uint256 internal constant ITEM_BYTES = 105;
    /// @notice Bytes of a record beside its sample.
    uint256 internal constant RECORD_BYTES = 24;

    /// @notice EIP-712 domain separator of a forwarder.
    function domainSeparator(address forwarder, uint256 chainId) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("On the House"),
                keccak256("1"),
                chainId,
                forwarder
            )
        );
    }

    /// @notice EIP-712 digest of a contribution.
    function digest(Draft memory draft, bytes32 separator) internal pure returns (bytes32) {
        bytes32 typehash = keccak256(
            "Contribution(address trainer,address player,uint32 nonce,uint40 deadline,uint64 maxFeeGwei,uint16 label,bytes sample)"
        );
        bytes32 structHash = keccak256(
            abi.encode(
                typehash,
                draft.trainer,
                draft.player,
                draft.nonce,
                draft.deadline,
                draft.maxFeeGwei,
                draft.label,
                keccak256(draft.sample)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", separator, structHash));
    }

    /// @notice `player(20) | label(2) | sampleLength(2) | sample`.
    function record(Draft memory draft) internal pure returns (bytes memory) {
        return abi.encodePacked(draft.player, draft.label, uint16(draft.sample.length), draft.sample);
    }

    /// @notice `record | nonce(4) | deadline(5) | maxFeeGwei(8) | r(32) | vs(32)`.
    function item(Draft memory draft, bytes32 r, bytes32 vs) internal pure returns (bytes memory) {
        return abi.encodePacked(record(draft), draft.nonce, draft.deadline, draft.maxFeeGwei, r, vs);
    }

    /// @notice The item, signed by the draft's key.
    function signedItem(Draft memory draft, bytes32 separator) internal pure returns (bytes memory) {
        (bytes32 r, bytes32 vs) = vm.signCompact(draft.key, digest(draft, separator));
        return item(draft, r, vs);
    }

    /// @notice The records of the items that passed the Forwarder (outcome 0 or 6), in order.
    function recordsOf(bytes memory items, bytes memory outcomes) internal pure returns (bytes memory records) {
        uint256 cursor = 0;
        for (uint256 i = 0; i < outcomes.length; ++i) {
            uint256 sampleBytes = sampleBytesAt(items, cursor);
            if (outcomes[i] == 0 || outcomes[i] == 0x06) {
                records = bytes.concat(records, slice(items, cursor, RECORD_BYTES + sampleBytes));
            }
            cursor += ITEM_BYTES + sampleBytes;
        }
    }

    /// @notice Sample length of the item or record at `cursor`.
    function sampleBytesAt(bytes memory packed, uint256 cursor) internal pure returns (uint256) {
        return uint256(uint8(packed[cursor + 22])) << 8 | uint8(packed[cursor + 23]);
    }

    /// @notice Feature id at byte `cursor` of a sample.
    function featureAt(bytes memory sample, uint256 cursor) internal pure returns (uint256) {
        return uint256(uint8(sample[cursor])) << 8 | uint8(sample[cursor + 1]);
    }

    /// @notice A copy of part of `data`.
    function slice(bytes memory data, uint256 from, uint256 length) internal pure returns (bytes memory part) {
        require(from + length <= data.length, "slice: out of range");
        part = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(part, 0x20), add(add(data, 0x20), from), length)
        }
    }
}
