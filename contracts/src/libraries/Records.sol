// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Packed records: what a model learns, as it travels through calldata and events
/// @notice A record is `player(20) | label(2) | sampleLength(2) | sample`, big endian, without padding. Records follow
/// each other without gaps; a list is well framed when the last one ends exactly at its end.
library Records {
    /// @notice Bytes of a record before its sample.
    uint256 internal constant HEAD_BYTES = 24;
    /// @notice More records than a one-word map can name (the top bit marks an occupied slot).
    uint256 internal constant MAX_RECORDS = 255;

    /// @notice The list does not end where its last record ends.
    error BadFraming();
    /// @notice The list names more than 255 records.
    error TooManyRecords();

    /// @notice Reads the record that starts at `cursor`.
    /// @param records the packed list
    /// @param cursor offset of the record in the list: 0, or where the record before it ends
    /// @return player author of the record
    /// @return label its class index
    /// @return sample its encoded features
    /// @return next offset of the record after it
    function read(bytes calldata records, uint256 cursor)
        internal
        pure
        returns (address player, uint16 label, bytes calldata sample, uint256 next)
    {
        (uint256 start,) = span(records);
        unchecked {
            uint256 head = wordAt(start + cursor);
            uint256 length = sampleBytesOf(head);
            next = cursor + HEAD_BYTES + length;
            // What a record that is cut off claims to be its length lies beyond the end in any case.
            if (next > records.length) revert BadFraming();
            player = playerOf(head);
            label = uint16(head >> 80);
            assembly ("memory-safe") {
                sample.offset := add(add(start, cursor), HEAD_BYTES)
                sample.length := length
            }
        }
    }

    /// @notice The word of calldata at an absolute position; past the end it reads zeros.
    function wordAt(uint256 position) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(position)
        }
    }

    /// @notice Where a list starts and ends, as absolute positions in calldata.
    function span(bytes calldata list) internal pure returns (uint256 start, uint256 end) {
        assembly ("memory-safe") {
            start := list.offset
            end := add(start, list.length)
        }
    }

    /// @notice The sample of the record that lies at an absolute position and begins with `head`.
    function sampleAt(uint256 position, uint256 head) internal pure returns (bytes calldata sample) {
        assembly ("memory-safe") {
            sample.offset := add(position, HEAD_BYTES)
            sample.length := and(shr(64, head), 0xffff)
        }
    }

    /// @notice Where the next record begins; reverts when this one reaches beyond the end of the list.
    function nextAfter(uint256 position, uint256 head, uint256 end) internal pure returns (uint256 next) {
        unchecked {
            next = position + HEAD_BYTES + sampleBytesOf(head);
            if (next > end) revert BadFraming();
        }
    }

    /// @notice Author of the record that begins with `head`.
    function playerOf(uint256 head) internal pure returns (address) {
        return address(uint160(head >> 96));
    }

    /// @notice Label of the record that begins with `head`.
    function labelOf(uint256 head) internal pure returns (uint256) {
        return uint16(head >> 80);
    }

    /// @notice Length of the sample of the record that begins with `head`.
    function sampleBytesOf(uint256 head) internal pure returns (uint256) {
        return uint16(head >> 64);
    }

    /// @notice The record of one directly added contribution.
    function single(address player, uint16 label, bytes calldata sample) internal pure returns (bytes memory) {
        if (sample.length > type(uint16).max) revert BadFraming();
        return abi.encodePacked(player, label, uint16(sample.length), sample);
    }
}
