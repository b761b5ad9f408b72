// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Outcome} from "../interfaces/IForwarder.sol";
import {Badge, IGamified, Standing} from "../interfaces/IGamified.sol";
import {IIncentiveMechanism} from "../interfaces/IIncentiveMechanism.sol";
import {Settlement} from "../interfaces/ITrainer.sol";
import {IValidatingMechanism} from "../interfaces/IValidation.sol";
import {Bits} from "../libraries/Bits.sol";
import {Records} from "../libraries/Records.sol";
import {Statements} from "../libraries/Statements.sol";
import {TrainerBound} from "../trainer/TrainerBound.sol";

/// @title Points and badges instead of money: players confirm each other's contributions
/// @notice A contribution needs no stake. It earns its author one point when another contributor confirms it, and is
/// settled by that. Nobody confirms own contributions, nor without having contributed to this model, nor the same
/// author again before `distinctValidators` others have: so no ring of up to `distinctValidators` + 1 players can go on
/// confirming itself. What nobody confirms lapses after `lapseWaitS`; from then on anyone may settle it without a point.
///
/// A larger ring, or one person with many keys, cannot be told from players who know each other. Points are worth
/// nothing but honour; who may play at all is for the game and its relayer to decide.
contract Gamified is IGamified, TrainerBound {
    using Bits for uint256;

    uint256 private constant TAG_BITS = 40;
    uint256 private constant WEEK_DAYS = 7;
    /// @notice Most validators that an author's standing remembers.
    uint256 public constant MAX_DISTINCT_VALIDATORS = 3;

    /// @notice Validators of an author after whom the same one may confirm again.
    uint256 public immutable distinctValidators;
    /// @notice Seconds after which an unconfirmed contribution lapses.
    uint256 public immutable lapseWaitS;

    mapping(address player => Standing) private _standings;

    constructor(uint256 distinctValidators_, uint256 lapseWaitS_) {
        if (distinctValidators_ > MAX_DISTINCT_VALIDATORS || lapseWaitS_ == 0) revert BadParameters();
        if (lapseWaitS_ > type(uint32).max) revert BadParameters();
        distinctValidators = distinctValidators_;
        lapseWaitS = lapseWaitS_;
    }

    /// @inheritdoc IIncentiveMechanism
    function kind() external pure returns (string memory) {
        return "gamified";
    }

    /// @inheritdoc IIncentiveMechanism
    function takesValidations() external pure returns (bool) {
        return true;
    }

    /// @inheritdoc IIncentiveMechanism
    function stakeWei() external pure returns (uint256) {
        return 0;
    }

    /// @inheritdoc IIncentiveMechanism
    function takeStakes(uint256) external payable onlyTrainer {
        _refuseMoney();
    }

    /// @inheritdoc IIncentiveMechanism
    function credit(address) external payable onlyTrainer {
        _refuseMoney();
    }

    /// @inheritdoc IIncentiveMechanism
    function collect(address, address) external view onlyTrainer returns (uint256) {
        return 0;
    }

    /// @inheritdoc IValidatingMechanism
    function noteAuthors(bytes calldata records, uint256 acceptedMap) external onlyTrainer returns (uint256 newSlots) {
        uint256 cursor = 0;
        for (uint256 record = 0; acceptedMap >> record != 0; ++record) {
            (address author,,, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (acceptedMap.has(record) && _noteAuthor(author)) ++newSlots;
        }
    }

    /// @inheritdoc IValidatingMechanism
    function validate(uint64 batchId, bytes calldata records, uint256 openMap, bytes calldata statements)
        external
        onlyTrainer
        returns (uint256 settledMap, bytes memory outcomes)
    {
        uint256 count = Statements.count(statements);
        address[] memory authors = _authorsOf(records, openMap);
        outcomes = new bytes(count);
        uint256 validatedMap = 0;
        for (uint256 i = 0; i < count; ++i) {
            (address validator, uint256 record) = Statements.read(statements, i);
            Outcome outcome = (openMap & ~settledMap).has(record) ? _judge(validator, authors[record]) : Outcome.NotOpen;
            if (outcome == Outcome.Accepted) {
                settledMap |= 1 << record;
                validatedMap |= 1 << i;
            } else {
                outcomes[i] = bytes1(uint8(outcome));
            }
        }
        if (settledMap != 0) emit Validated(batchId, validatedMap, statements);
    }

    /// @inheritdoc IIncentiveMechanism
    /// @dev Validations settle what they confirm; here only what lapsed is closed, without a point.
    function settle(bytes calldata, uint256 candidates, uint256, uint256, uint256 addedAt, address, address)
        external
        view
        onlyTrainer
        returns (Settlement memory settlement)
    {
        if (block.timestamp - addedAt >= lapseWaitS) settlement.forfeitedMap = candidates;
    }

    /// @inheritdoc IGamified
    function standing(address player) external view returns (Standing memory) {
        return _standings[player];
    }

    /// @inheritdoc IGamified
    function hasBadge(address player, Badge badge) external view returns (bool) {
        return _holds(_standings[player].badges, badge);
    }

    /// @inheritdoc IGamified
    function preview(address validator, address author) external view returns (Outcome) {
        return _objection(validator, author, _standings[author].lastValidators);
    }

    /// @return created whether the author's standing is new in storage
    function _noteAuthor(address author) private returns (bool created) {
        Standing memory own = _standings[author];
        created = own.contributed == 0;
        uint32 today = uint32(block.timestamp / 1 days);
        ++own.contributed;
        if (created) _award(author, own, Badge.FirstClue);
        if (own.lastDay != today) {
            own.streakDays = own.lastDay + 1 == today && own.streakDays != type(uint16).max ? own.streakDays + 1 : 1;
            own.lastDay = today;
            if (own.streakDays == WEEK_DAYS) _award(author, own, Badge.WeekStreak);
        }
        _standings[author] = own;
    }

    function _judge(address validator, address author) private returns (Outcome outcome) {
        Standing memory own = _standings[author];
        outcome = _objection(validator, author, own.lastValidators);
        if (outcome != Outcome.Accepted) return outcome;
        own.lastValidators = uint128(uint256(own.lastValidators) << TAG_BITS | _tagOf(validator));
        ++own.points;
        if (own.points == 10) _award(author, own, Badge.TenValidated);
        if (own.points == 100) _award(author, own, Badge.HundredValidated);
        if (own.points == 1_000) _award(author, own, Badge.ThousandValidated);
        _standings[author] = own;
    }

    function _objection(address validator, address author, uint256 lastValidators) private view returns (Outcome) {
        if (validator == author) return Outcome.OwnContribution;
        if (_standings[validator].contributed == 0) return Outcome.NeverContributed;
        uint256 tag = _tagOf(validator);
        for (uint256 i = 0; i < distinctValidators; ++i) {
            if (uint40(lastValidators >> (i * TAG_BITS)) == tag) return Outcome.SameValidatorAgain;
        }
        return Outcome.Accepted;
    }

    function _award(address player, Standing memory own, Badge badge) private {
        if (_holds(own.badges, badge)) return;
        own.badges |= uint16(1 << uint8(badge));
        emit BadgeEarned(player, badge);
    }

    function _refuseMoney() private view {
        if (msg.value != 0) revert NoMoney(msg.value);
    }

    function _holds(uint16 badges, Badge badge) private pure returns (bool) {
        return (badges >> uint8(badge)) & 1 == 1;
    }

    /// @dev Part of an address, never zero. Two validators with one tag stand in each other's way, never more.
    function _tagOf(address validator) private pure returns (uint256) {
        return uint40(uint160(validator)) | 1;
    }

    /// @dev Authors of the records up to the last open one, by record index.
    function _authorsOf(bytes calldata records, uint256 openMap) private pure returns (address[] memory authors) {
        authors = new address[](Records.MAX_RECORDS);
        uint256 cursor = 0;
        for (uint256 record = 0; openMap >> record != 0; ++record) {
            (authors[record],,, cursor) = Records.read(records, cursor);
        }
    }
}
