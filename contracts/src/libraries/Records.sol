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
    /// @param cursor offset of the record in the list
    /// @return player author of the record
    /// @return label its class index
    /// @return sample its encoded features
    /// @return next offset of the record after it
    function read(bytes calldata records, uint256 cursor)
        internal
        pure
        returns (address player, uint16 label, bytes calldata sample, uint256 next)
    {
        uint256 head;
        if (cursor + HEAD_BYTES > records.length) revert BadFraming();
        assembly ("memory-safe") {
            head := calldataload(add(records.offset, cursor))
        }
        player = address(uint160(head >> 96));
        label = uint16(head >> 80);
        uint256 length = uint16(head >> 64);
        unchecked {
            next = cursor + HEAD_BYTES + length;
        }
        if (next > records.length) revert BadFraming();
        assembly ("memory-safe") {
            sample.offset := add(add(records.offset, cursor), HEAD_BYTES)
            sample.length := length
        }
    }

    /// @notice The record of one directly added contribution.
    function single(address player, uint16 label, bytes calldata sample) internal pure returns (bytes memory) {
        if (sample.length > type(uint16).max) revert BadFraming();
        return abi.encodePacked(player, label, uint16(sample.length), sample);
    }
}
