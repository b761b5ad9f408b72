// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/utils/SafeCastLib.sol";

import {IIncentiveMechanism} from "../../src/interfaces/IIncentiveMechanism.sol";
import {Settlement} from "../../src/interfaces/ITrainer.sol";
import {Bits} from "../../src/libraries/Bits.sol";
import {Records} from "../../src/libraries/Records.sol";
import {TrainerBound} from "../../src/trainer/TrainerBound.sol";

/// @title Deposit, refund, forfeit: the model itself judges the data after a while
/// @notice Each contribution puts down a stake. From `refundWaitS` on the stake comes back when the model agrees with the
/// label, and its author gets a point; while it disagrees the contribution stays open. From `forfeitWaitS` on a
/// contribution that the model disagrees with loses its stake to those who hold points, in proportion.
///
/// Stake of one contribution: `costWeight * 3600 / max(1, floor(sqrt(dt)))` within `[minStakeWei, maxStakeWei]`, dt being
/// the seconds since the last earlier block with additions, so that all items of a block pay one price.
///
/// Books, to the wei: balance = open stakes + reward pool + claimable balances.
contract PlainSelfAssessment is IIncentiveMechanism, TrainerBound {
    using Bits for uint256;

    /// @dev `perPoint` is in wei times 2^32. `waitingWei` are forfeits that came when nobody held points.
    struct Dividends {
        uint128 perPoint;
        uint40 totalPoints;
        uint88 waitingWei;
    }

    struct Books {
        uint128 openStakesWei;
        uint128 rewardPoolWei;
    }

    uint256 private constant PER_POINT_SHIFT = 32;

    uint256 public immutable costWeight;
    uint256 public immutable minStakeWei;
    uint256 public immutable maxStakeWei;
    uint256 public immutable refundWaitS;
    uint256 public immutable forfeitWaitS;

    /// @dev Times of the last block with additions and of the last one before it.
    uint48 private _latestAt;
    uint48 private _earlierAt;
    /// @dev `points(128) | paidUpTo(128)`: contributions refunded so far, and the value of `Dividends.perPoint` up to
    /// which their dividends are paid out. One word, read and written once for each settled record.
    mapping(address player => uint256 word) private _accounts;
    /// @notice Money kept for accounts that pay for themselves: refunds and what they sent above the stake.
    mapping(address account => uint256 amountWei) public claimableWei;
    /// @notice Sum of all claimable money.
    uint256 public totalClaimableWei;
    Dividends private _dividends;
    Books private _books;

    event Claimed(address indexed account, uint256 amountWei);

    /// @notice The waits or the bounds of the stake contradict each other.
    error BadParameters();
    /// @notice The stakes sent are not what they cost.
    error WrongStakes(uint256 sentWei, uint256 neededWei);
    /// @notice The receiver refused the money.
    error TransferFailed(address to, uint256 amountWei);

    constructor(
        uint256 costWeight_,
        uint256 minStakeWei_,
        uint256 maxStakeWei_,
        uint256 refundWaitS_,
        uint256 forfeitWaitS_
    ) {
        if (minStakeWei_ == 0 || minStakeWei_ > maxStakeWei_ || maxStakeWei_ > type(uint96).max) {
            revert BadParameters();
        }
        if (refundWaitS_ >= forfeitWaitS_ || costWeight_ > type(uint96).max) revert BadParameters();
        costWeight = costWeight_;
        minStakeWei = minStakeWei_;
        maxStakeWei = maxStakeWei_;
        refundWaitS = refundWaitS_;
        forfeitWaitS = forfeitWaitS_;
        _latestAt = uint48(block.timestamp);
        _earlierAt = uint48(block.timestamp);
    }

    /// @inheritdoc IIncentiveMechanism
    function kind() external pure returns (string memory) {
        return "self-assessment";
    }

    /// @inheritdoc IIncentiveMechanism
    function takesValidations() external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IIncentiveMechanism
    function stakeWei() public view returns (uint256) {
        uint256 since = _latestAt == block.timestamp ? _earlierAt : _latestAt;
        uint256 root = FixedPointMathLib.sqrt(block.timestamp - since);
        uint256 price = costWeight * 3600 / (root == 0 ? 1 : root);
        return FixedPointMathLib.clamp(price, minStakeWei, maxStakeWei);
    }

    /// @inheritdoc IIncentiveMechanism
    function takeStakes(uint256 count) external payable onlyTrainer {
        uint256 neededWei = stakeWei() * count;
        if (msg.value != neededWei) revert WrongStakes(msg.value, neededWei);
        _books.openStakesWei += uint128(msg.value);
        if (_latestAt != block.timestamp) {
            _earlierAt = _latestAt;
            _latestAt = uint48(block.timestamp);
        }
    }

    /// @inheritdoc IIncentiveMechanism
    function credit(address to) external payable onlyTrainer {
        _credit(to, msg.value);
    }

    /// @inheritdoc IIncentiveMechanism
    /// @dev Forfeits go to those who held points before this call; then refunds give points; then every settled record's
    /// player is paid what has accrued. The order within the call plays no part. Between calls it does: whoever is refunded
    /// before a forfeit shares in it. Whoever settles refunds when they are due leaves nothing to race for.
    function settle(
        bytes calldata records,
        uint256 candidates,
        uint256 agreeing,
        uint256 stake,
        uint256 addedAt,
        address payTo,
        address payer
    ) external onlyTrainer returns (Settlement memory settlement) {
        uint256 waitedS = block.timestamp - addedAt;
        if (waitedS >= refundWaitS) settlement.refundedMap = candidates & agreeing;
        if (waitedS >= forfeitWaitS) settlement.forfeitedMap = candidates & ~agreeing;
        uint256 settledMap = settlement.refundedMap | settlement.forfeitedMap;
        if (settledMap == 0) return settlement;

        uint256 refundWei = settlement.refundedMap.count() * stake;
        settlement.refundWei = refundWei;
        uint256 forfeitWei = settlement.forfeitedMap.count() * stake;
        Dividends memory dividends = _dividends;
        _distribute(dividends, forfeitWei);
        dividends.totalPoints += uint40(settlement.refundedMap.count());
        _dividends = dividends;

        uint256 paidWei = _payRecords(records, settledMap, settlement, dividends.perPoint);
        Books memory books = _books;
        books.openStakesWei -= uint128(refundWei + forfeitWei);
        books.rewardPoolWei = uint128(books.rewardPoolWei + forfeitWei - paidWei);
        _books = books;
        if (payTo != address(0)) _pay(payTo, refundWei + paidWei);
        else _credit(payer, refundWei + paidWei);
    }

    /// @inheritdoc IIncentiveMechanism
    function collect(address player, address payTo) external onlyTrainer returns (uint256 amountWei) {
        amountWei = _takeDividends(player);
        if (amountWei != 0) _pay(payTo, amountWei);
    }

    /// @notice Pays the caller its refunds and dividends.
    function claim() external returns (uint256 amountWei) {
        uint256 kept = claimableWei[msg.sender];
        claimableWei[msg.sender] = 0;
        totalClaimableWei -= kept;
        amountWei = kept + _takeDividends(msg.sender);
        emit Claimed(msg.sender, amountWei);
        _pay(msg.sender, amountWei);
    }

    /// @notice A player's points and the dividends that it could take now.
    function account(address player) external view returns (uint256 points, uint256 unclaimedWei) {
        uint256 word = _accounts[player];
        return (word >> 128, _accrued(word, _dividends.perPoint));
    }

    /// @notice Points of all players.
    function totalPoints() external view returns (uint256) {
        return _dividends.totalPoints;
    }

    /// @notice Forfeits that wait for the first holders of points.
    function waitingWei() external view returns (uint256) {
        return _dividends.waitingWei;
    }

    /// @notice Stakes of all open contributions.
    function openStakesWei() external view returns (uint256) {
        return _books.openStakesWei;
    }

    /// @notice Forfeited stakes not paid out yet.
    function rewardPoolWei() external view returns (uint256) {
        return _books.rewardPoolWei;
    }

    /// @dev Shares forfeits, and those that waited, among all points; without points they wait.
    function _distribute(Dividends memory dividends, uint256 forfeitWei) private pure {
        uint256 amountWei = forfeitWei + dividends.waitingWei;
        if (amountWei == 0) return;
        if (dividends.totalPoints == 0) {
            dividends.waitingWei = SafeCastLib.toUint88(amountWei);
            return;
        }
        dividends.waitingWei = 0;
        dividends.perPoint += SafeCastLib.toUint128((amountWei << PER_POINT_SHIFT) / dividends.totalPoints);
    }

    function _payRecords(bytes calldata records, uint256 settledMap, Settlement memory settlement, uint256 perPoint)
        private
        returns (uint256 paidWei)
    {
        uint256[] memory rewards = new uint256[](256);
        uint256 cursor = 0;
        uint256 record = 0;
        for (; settledMap >> record != 0; ++record) {
            (address player,,, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (!settledMap.has(record)) continue;
            (uint256 rewardWei, bool created) = _payOne(player, settlement.refundedMap.has(record), perPoint);
            if (created) ++settlement.newSlots;
            if (rewardWei == 0) continue;
            rewards[record] = rewardWei;
            paidWei += rewardWei;
        }
        if (paidWei == 0) return 0;
        // Made for the longest batch, shortened to the records walked over.
        assembly ("memory-safe") {
            mstore(rewards, record)
        }
        settlement.rewardsWei = rewards;
    }

    /// @dev Gives the point of a refund and takes out what the player's points have earned.
    function _payOne(address player, bool refunded, uint256 perPoint)
        private
        returns (uint256 rewardWei, bool created)
    {
        uint256 word = _accounts[player];
        uint256 points = word >> 128;
        if (points == 0 && !refunded) return (0, false);
        rewardWei = _accrued(word, perPoint);
        unchecked {
            if (refunded) ++points;
        }
        _accounts[player] = (points << 128) | perPoint;
        return (rewardWei, word == 0);
    }

    function _takeDividends(address player) private returns (uint256 amountWei) {
        uint256 word = _accounts[player];
        uint256 perPoint = _dividends.perPoint;
        amountWei = _accrued(word, perPoint);
        if (amountWei == 0) return 0;
        _accounts[player] = ((word >> 128) << 128) | perPoint;
        _books.rewardPoolWei -= uint128(amountWei);
    }

    function _credit(address to, uint256 amountWei) private {
        claimableWei[to] += amountWei;
        totalClaimableWei += amountWei;
    }

    function _pay(address to, uint256 amountWei) private {
        (bool paid,) = to.call{value: amountWei}("");
        if (!paid) revert TransferFailed(to, amountWei);
    }

    function _accrued(uint256 word, uint256 perPoint) private pure returns (uint256) {
        return ((word >> 128) * (perPoint - uint128(word))) >> PER_POINT_SHIFT;
    }
}
