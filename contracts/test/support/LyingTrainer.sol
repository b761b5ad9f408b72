// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BatchHeader, ITrainer, Settlement} from "../../src/interfaces/ITrainer.sol";

/// @title A trainer that says and pays whatever it was told to
contract LyingTrainer is ITrainer {
    uint256 private _stakeWei;
    uint256 private _keptWei;
    uint256 private _acceptedMap;
    uint256 private _sentWei;
    uint256 private _reportedWei;
    BatchHeader private _header;
    Settlement private _settlement;

    function tellStake(uint256 amountWei) external {
        _stakeWei = amountWei;
    }

    function tellAdded(uint256 keptWei, uint256 acceptedMap, BatchHeader calldata header) external {
        (_keptWei, _acceptedMap, _header) = (keptWei, acceptedMap, header);
    }

    function tellSettled(uint256 sentWei, Settlement calldata settlement) external {
        (_sentWei, _settlement) = (sentWei, settlement);
    }

    function tellCollected(uint256 sentWei, uint256 reportedWei) external {
        (_sentWei, _reportedWei) = (sentWei, reportedWei);
    }

    function stakeWei() external view returns (uint256) {
        return _stakeWei;
    }

    function addBatch(bytes calldata, uint256, bytes32)
        external
        payable
        returns (uint256 acceptedMap, BatchHeader memory header)
    {
        _send(msg.value > _keptWei ? msg.value - _keptWei : 0);
        return (_acceptedMap, _header);
    }

    function settleBatch(BatchHeader calldata, bytes calldata, uint256) external returns (Settlement memory) {
        _send(_sentWei);
        return _settlement;
    }

    /// @dev Accepts every statement, whatever it settles.
    function validateBatch(BatchHeader calldata, bytes calldata, bytes calldata statements)
        external
        returns (Settlement memory, bytes memory outcomes)
    {
        _send(_sentWei);
        return (_settlement, new bytes(statements.length / 21));
    }

    function collect(address) external returns (uint256) {
        _send(_sentWei);
        return _reportedWei;
    }

    function _send(uint256 amountWei) private {
        (bool sent,) = msg.sender.call{value: amountWei}("");
        require(sent, "not sent");
    }

    receive() external payable {}
}
