// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A model that may get more labels and more features, within bounds fixed at its construction
/// @notice Sizes only grow. What was learnt stays where it is in storage, and a label without data predicts nothing, so
/// growing changes no prediction.
interface IGrowing {
    /// @notice A label was added; labels count up without gaps.
    event LabelAdded(uint256 indexed label, string name);

    /// @notice The model takes features below `featureCount` from now on.
    event FeaturesAdded(uint256 featureCount);

    /// @notice The right to grow the model went to `owner`; the zero address fixes its sizes for ever.
    event OwnerChanged(address indexed owner);

    /// @notice The sizes contradict each other or are beyond what this kind of model takes.
    error BadSizes();
    /// @notice Only the owner may grow the model.
    error OnlyOwner(address caller);
    /// @notice The model may not grow to this size.
    error BeyondBound(uint256 wanted, uint256 bound);

    /// @notice Who may grow the model.
    function owner() external view returns (address);

    /// @notice Most labels that the model may ever have.
    function labelBound() external view returns (uint256);

    /// @notice Features of the model now; valid features are below it.
    function featureCount() external view returns (uint256);

    /// @notice Most features that the model may ever have.
    function featureBound() external view returns (uint256);

    /// @notice Adds one label for each name.
    function addLabels(string[] calldata names) external;

    /// @notice Adds `count` features.
    function addFeatures(uint256 count) external;

    /// @notice Hands the right to grow the model on; the zero address gives it up.
    function changeOwner(address owner) external;
}
