// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Outcome} from "./IForwarder.sol";
import {IIncentiveMechanism} from "./IIncentiveMechanism.sol";
import {IValidatingMechanism} from "./IValidation.sol";

/// @notice What a player can show; a badge is kept for ever.
enum Badge {
    FirstClue,
    TenValidated,
    HundredValidated,
    ThousandValidated,
    WeekStreak
}

/// @notice A player's standing, in one storage word.
/// @param contributed contributions that took effect
/// @param points contributions that another contributor confirmed
/// @param badges one bit for each `Badge`
/// @param streakDays days in a row, up to `lastDay`, on which the player contributed
/// @param lastDay UTC day (unix time / 86400) of the player's latest contribution
/// @param lastValidators tags of those who confirmed the player's contributions last, the latest lowest
struct Standing {
    uint32 contributed;
    uint32 points;
    uint16 badges;
    uint16 streakDays;
    uint32 lastDay;
    uint128 lastValidators;
}

/// @title Points and badges instead of money
interface IGamified is IIncentiveMechanism, IValidatingMechanism {
    /// @notice A player earned a badge.
    event BadgeEarned(address indexed player, Badge indexed badge);

    /// @notice More validators are to be told apart than a standing remembers, or contributions would never lapse.
    error BadParameters();
    /// @notice There is no money in this mechanism.
    error NoMoney(uint256 sentWei);

    /// @notice A player's standing.
    function standing(address player) external view returns (Standing memory);

    /// @notice Whether a player has a badge.
    function hasBadge(address player, Badge badge) external view returns (bool);

    /// @notice What would become now of a validator's statement about an open contribution of an author.
    function preview(address validator, address author) external view returns (Outcome);
}
