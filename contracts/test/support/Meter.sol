// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Test} from "./Test.sol";

/// @title Measures whole transactions; tests that use it run isolated
/// @notice The 21,000 of the transaction, its calldata and its execution with cold storage; or the calldata floor of
/// EIP-7623 (Prague), when that is more.
abstract contract Meter is Test {
    /// @dev A storage word that was read costs 2,900 to change (EIP-2929) and 100 to leave; relayer and settler have one.
    /// Isolated transactions have a gas price of zero, so fees come to nothing and credits stay as they are.
    uint256 internal constant TWO_CREDITS = 2 * 2800;

    /// @dev Gas of one transaction for each of `count` items, rounded up, written to the snapshot under `name`.
    function _meter(
        string memory name,
        uint256 count,
        address sender,
        address target,
        bytes memory data,
        uint256 notSeenGas
    ) internal returns (uint256 perItem, bytes memory result) {
        vm.prank(sender);
        bool done;
        (done, result) = target.call(data);
        uint256 spent = vm.lastCallGas().gasTotalUsed + notSeenGas;
        vm.assertTrue(done, "the measured transaction succeeds");
        uint256 floor = _calldataFloor(data);
        if (spent < floor) spent = floor;
        perItem = (spent + count - 1) / count;
        vm.snapshotValue("gas", name, perItem);
    }

    function _decimal(uint256 number) internal pure returns (string memory) {
        if (number < 10) return string(abi.encodePacked(bytes1(uint8(48 + number))));
        return string.concat(_decimal(number / 10), _decimal(number % 10));
    }

    /// @dev EIP-7623: 21,000 and 10 for a zero byte, 40 for another.
    function _calldataFloor(bytes memory data) private pure returns (uint256 floor) {
        floor = 21_000;
        for (uint256 i = 0; i < data.length; ++i) {
            floor += data[i] == 0 ? 10 : 40;
        }
    }
}
