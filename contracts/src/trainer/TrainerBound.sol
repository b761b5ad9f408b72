// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A part of a model that obeys one trainer, bound once and for ever
abstract contract TrainerBound {
    /// @notice Who may bind the trainer.
    address public immutable deployer = msg.sender;
    /// @notice The trainer; zero until bound.
    address public trainer;

    event TrainerBoundTo(address indexed trainer);

    /// @notice Only the deployer binds, and only once.
    error AlreadyBound(address trainer);
    /// @notice Only the trainer may call this.
    error OnlyTrainer(address caller);

    modifier onlyTrainer() {
        _checkTrainer();
        _;
    }

    /// @notice Binds the trainer.
    function bind(address trainer_) external {
        if (msg.sender != deployer || trainer != address(0)) revert AlreadyBound(trainer);
        trainer = trainer_;
        emit TrainerBoundTo(trainer_);
    }

    function _checkTrainer() private view {
        if (msg.sender != trainer) revert OnlyTrainer(msg.sender);
    }
}
