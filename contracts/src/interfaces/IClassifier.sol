// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A model that learns from batches of labelled samples
interface IClassifier {
    /// @notice Name of the learning rule, for clients.
    function kind() external pure returns (string memory);

    /// @notice Number of labels; valid labels are below it.
    function labelCount() external view returns (uint256);

    /// @notice Whether a sample and its label fit the model.
    function fits(uint16 label, bytes calldata sample) external view returns (bool);

    /// @notice Learns from the records that fit, in order.
    /// @return acceptedMap the records that fitted, by record index
    /// @return newSlots storage words that went from zero to non-zero
    function train(bytes calldata records) external returns (uint256 acceptedMap, uint256 newSlots);

    /// @notice Of the records in `mask`, those with whose label the model agrees now.
    function agrees(bytes calldata records, uint256 mask) external view returns (uint256 agreeing);

    /// @notice The model's label for a sample that fits; free by `eth_call`.
    function predict(bytes calldata sample) external view returns (uint16 label);
}
