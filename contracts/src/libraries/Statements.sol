// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Packed statements of validators: `validator(20) | record(1)`, without gaps
library Statements {
    /// @notice Bytes of a statement.
    uint256 internal constant BYTES = 21;

    /// @notice The list does not end where its last statement ends.
    error BadStatements();

    /// @notice Number of statements in a list.
    function count(bytes calldata statements) internal pure returns (uint256) {
        if (statements.length % BYTES != 0) revert BadStatements();
        return statements.length / BYTES;
    }

    /// @notice The statement at `index`; the caller keeps it below `count`.
    /// @return validator who confirms
    /// @return record index of the confirmed contribution in its batch
    function read(bytes calldata statements, uint256 index) internal pure returns (address validator, uint256 record) {
        uint256 word;
        assembly ("memory-safe") {
            word := calldataload(add(statements.offset, mul(index, 21)))
        }
        validator = address(uint160(word >> 96));
        record = uint8(word >> 88);
    }
}
