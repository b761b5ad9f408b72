// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Takes no money
contract Refuser {
    receive() external payable {
        revert("no, thank you");
    }
}

/// @title Makes one call when it receives money, and remembers what came of it
contract Reentrant {
    address private _target;
    bytes private _data;
    uint256 private _valueWei;

    /// @notice Whether the call was made.
    bool public tried;
    /// @notice Whether the call succeeded.
    bool public succeeded;
    /// @notice First bytes of what it returned.
    bytes4 public reason;

    /// @notice What to call on the next receipt.
    function prepare(address target, bytes calldata data, uint256 valueWei) external {
        (_target, _data, _valueWei, tried) = (target, data, valueWei, false);
    }

    /// @notice Makes a call of its own accord.
    function run(address target, bytes calldata data) external returns (bytes memory result) {
        bool done;
        (done, result) = target.call(data);
        require(done, "call failed");
    }

    receive() external payable {
        if (_target == address(0) || tried) return;
        tried = true;
        bytes memory result;
        (succeeded, result) = _target.call{value: _valueWei}(_data);
        reason = bytes4(result);
    }
}
