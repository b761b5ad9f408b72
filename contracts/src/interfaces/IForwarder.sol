// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FeeSchedule} from "../libraries/FeeSchedules.sol";
import {Withdrawal} from "../libraries/SignedRequests.sol";
import {BatchHeader} from "./ITrainer.sol";

/// @notice A sponsor's money and the limits that it set.
/// @param availableWei free to pay stakes and fees
/// @param reservedWei set aside for the fees of open contributions
/// @param dailyLimitWei most that may flow out on one UTC day
/// @param spentTodayWei what flowed out on `day`
/// @param day UTC day (unix time / 86400) that `spentTodayWei` belongs to
/// @param paused no batch is taken while set; settling and withdrawing go on
/// @param priceCapWei most that the sponsor pays for a unit of gas
/// @param tipCapWei most that it pays above the base fee
/// @param withdrawalWei announced withdrawal
/// @param withdrawalAt from when on it may be executed; 0 when none is announced
struct Tank {
    uint128 availableWei;
    uint128 reservedWei;
    uint96 dailyLimitWei;
    uint96 spentTodayWei;
    uint32 day;
    bool paused;
    uint64 priceCapWei;
    uint64 tipCapWei;
    uint128 withdrawalWei;
    uint40 withdrawalAt;
}

/// @notice What the Forwarder fixes when a batch is added; `keccak256(abi.encode(terms))` is the batch's context.
/// @param sponsor whose tank pays
/// @param relayer who brought the batch and gets the adding fees
/// @param addPriceWei price of a unit of gas for adding
/// @param settlePriceCapWei most that a unit may cost when settling; reserved at this price
/// @param settleTipCapWei most that a unit may cost above the base fee when settling
/// @param newPlayers players whose first request ever was in the batch
/// @param schedule the trainer's schedule at that time
struct Terms {
    address sponsor;
    address relayer;
    uint64 addPriceWei;
    uint64 settlePriceCapWei;
    uint64 settleTipCapWei;
    uint32 newPlayers;
    FeeSchedule schedule;
}

/// @notice What became of an item of a batch. The first seven are about contributions and, but for `OverBudget` and
/// `Unfit`, about validations as well; the others are about validations alone.
enum Outcome {
    Accepted,
    Expired,
    NonceUsed,
    FeeAboveMax,
    BadSignature,
    OverBudget,
    Unfit,
    NotOpen,
    OwnContribution,
    NeverContributed,
    SameValidatorAgain
}

/// @notice A sponsor's relation to a trainer. `Retired` takes no new batches but still settles the old ones.
enum Approval {
    Unknown,
    Approved,
    Retired
}

/// @title Events and errors of the Forwarder
interface IForwarder {
    event Deposited(address indexed sponsor, address indexed from, uint256 amountWei);
    event RelayerChanged(address indexed sponsor, address indexed relayer, bool allowed);
    event TrainerChanged(address indexed sponsor, address indexed trainer, Approval approval, FeeSchedule schedule);
    event LimitsChanged(address indexed sponsor, uint96 dailyLimitWei, uint64 priceCapWei, uint64 tipCapWei);
    event PausedChanged(address indexed sponsor, bool paused);
    event WithdrawalRequested(address indexed sponsor, uint256 amountWei, uint256 withdrawalAt);
    event WithdrawalCancelled(address indexed sponsor);
    event WithdrawalExecuted(address indexed sponsor, address indexed to, uint256 amountWei);

    event BatchAdded(
        address indexed sponsor,
        address indexed trainer,
        address indexed relayer,
        uint64 batchId,
        uint256 acceptedMap,
        Terms terms
    );
    event ItemSkipped(address indexed trainer, address indexed player, uint256 index, uint32 nonce, Outcome outcome);
    event BatchValidated(
        address indexed sponsor,
        address indexed trainer,
        address indexed relayer,
        uint64 batchId,
        uint256 validatedMap,
        uint256 settledMap
    );
    event ValidationSkipped(
        address indexed trainer, address indexed validator, uint256 index, uint32 nonce, Outcome outcome
    );
    event BatchSettled(
        address indexed sponsor,
        address indexed trainer,
        address indexed settler,
        uint64 batchId,
        uint256 refundedMap,
        uint256 forfeitedMap,
        uint256 feesWei,
        uint256 fromRewardsWei
    );
    event PlayerCredited(
        address indexed player, address indexed trainer, uint64 batchId, uint256 rewardWei, uint256 paidWei
    );
    event Withdrawn(address indexed player, address indexed to, uint256 amountWei, uint256 feeWei);
    event CreditWithdrawn(address indexed relayer, address indexed to, uint256 amountWei);

    /// @notice The items do not end where the last one ends.
    error BadFraming();
    /// @notice A batch has more than 255 items.
    error TooManyItems();
    /// @notice The sponsor has paused its tank.
    error TankPaused(address sponsor);
    /// @notice The sponsor did not allow this relayer.
    error RelayerNotAllowed(address sponsor, address relayer);
    /// @notice The sponsor did not approve this trainer, or retired it.
    error TrainerNotAllowed(address sponsor, address trainer);
    /// @notice Header, terms and trainer do not belong together.
    error WrongTerms();
    /// @notice A trainer kept or sent other amounts than it reported.
    error TrainerMisreported(uint256 expectedWei, uint256 actualWei);
    /// @notice More is asked for than there is.
    error NotEnough(uint256 askedWei, uint256 availableWei);
    /// @notice No withdrawal is due yet.
    error WithdrawalNotDue(uint256 withdrawalAt);
    /// @notice The receiver is the zero address.
    error NoReceiver();
    /// @notice The receiver refused the money.
    error TransferFailed(address to, uint256 amountWei);
    /// @notice The signed request is past its deadline.
    error RequestExpired(uint256 deadline);
    /// @notice The signed request's nonce is spent or out of the window.
    error RequestNonceUsed(address player, uint32 nonce);
    /// @notice The signature is not the player's.
    error RequestSignatureInvalid(address player);
    /// @notice Money comes in through `deposit` or from a trainer that settles.
    error UnexpectedPayment();
}
