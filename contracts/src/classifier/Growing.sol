// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClassifier} from "../interfaces/IClassifier.sol";
import {IGrowing} from "../interfaces/IGrowing.sol";
import {TrainerBound} from "../trainer/TrainerBound.sol";

/// @title Sizes of a model that its owner may raise, within bounds that nobody can
/// @notice A model lays its storage out by the bounds and not by the sizes, so that growing moves nothing. It sees to it
/// that a label without data never wins against one with data: then growing changes no prediction.
///
/// Growing costs those who learn nothing: a size that has reached its bound at construction is part of the code, and the
/// others share the trainer's storage word, which a batch reads anyway.
abstract contract Growing is IClassifier, IGrowing, TrainerBound {
    /// @inheritdoc IGrowing
    uint256 public immutable labelBound;
    /// @inheritdoc IGrowing
    uint256 public immutable featureBound;

    bool private immutable _labelsFixed;
    bool private immutable _featuresFixed;

    // Right behind the trainer in storage.
    uint16 private _labelCount;
    uint32 private _featureCount;
    /// @inheritdoc IGrowing
    address public owner;

    constructor(uint256 labels, uint256 mostLabels, uint256 features, uint256 mostFeatures) {
        if (labels < 2 || labels > mostLabels || mostLabels > type(uint16).max) revert BadSizes();
        if (features == 0 || features > mostFeatures || mostFeatures > type(uint32).max) revert BadSizes();
        (_labelCount, labelBound) = (uint16(labels), mostLabels);
        (_featureCount, featureBound) = (uint32(features), mostFeatures);
        _labelsFixed = labels == mostLabels;
        _featuresFixed = features == mostFeatures;
        owner = msg.sender;
        emit OwnerChanged(msg.sender);
        // The first entry of the history that a rebuild reads.
        emit FeaturesAdded(features);
    }

    modifier onlyOwner() {
        _checkOwner();
        _;
    }

    /// @inheritdoc IClassifier
    function labelCount() public view returns (uint256) {
        return _labelsFixed ? labelBound : _labelCount;
    }

    /// @inheritdoc IGrowing
    function featureCount() public view returns (uint256) {
        return _featuresFixed ? featureBound : _featureCount;
    }

    /// @inheritdoc IGrowing
    function addLabels(string[] calldata names) external onlyOwner {
        uint256 first = _labelCount;
        uint256 wanted = first + names.length;
        if (wanted > labelBound) revert BeyondBound(wanted, labelBound);
        _labelCount = uint16(wanted);
        for (uint256 i = 0; i < names.length; ++i) {
            emit LabelAdded(first + i, names[i]);
        }
    }

    /// @inheritdoc IGrowing
    function addFeatures(uint256 count) external onlyOwner {
        // A count near 2^256 would wrap around the bound.
        uint256 room = featureBound - _featureCount;
        if (count > room) revert BeyondBound(count, room);
        uint256 wanted = _featureCount + count;
        _featureCount = uint32(wanted);
        emit FeaturesAdded(wanted);
    }

    /// @inheritdoc IGrowing
    function changeOwner(address owner_) external onlyOwner {
        owner = owner_;
        emit OwnerChanged(owner_);
    }

    function _checkOwner() private view {
        if (msg.sender != owner) revert OnlyOwner(msg.sender);
    }
}
