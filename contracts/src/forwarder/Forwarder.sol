// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Tank} from "../interfaces/IForwarder.sol";
import {FeeSchedule, FeeSchedules} from "../libraries/FeeSchedules.sol";
import {Pricing} from "../libraries/Pricing.sol";
import {SignedRequests} from "../libraries/SignedRequests.sol";
import {Intake} from "./Intake.sol";
import {Tanks} from "./Tanks.sol";
import {Validating} from "./Validating.sol";

/// @title Forwarder: pays for players' contributions out of sponsors' tanks
/// @notice A relayer brings signed contributions in batches. Items that do not hold (late, replayed, too dear, badly
/// signed, over budget, unfit) are left out with a reason; they never revert the batch nor touch their neighbours. In the
/// reward stage anyone may settle: stakes come back to the tank, rewards go to the players, and the fees are credited to
/// the relayer that brought the batch and to whoever settles it.
///
/// Books, to the wei: balance = sum of tanks (available + reserved) + player balances + relayer credits.
///
/// For whoever runs a relayer: call `addBatch` by `eth_call` first; its outcomes name every item that would be left out.
/// An item that somebody else brings in first costs you its calldata and a storage read, nothing more.
contract Forwarder is Intake, Validating {
    using FeeSchedules for FeeSchedule;

    constructor(uint256 withdrawalDelayS_) Tanks(withdrawalDelayS_) {}

    /// @dev Trainers hand back stakes and pay rewards while a call of ours is under way, never otherwise; those whom we
    /// pay send nothing back.
    receive() external payable {
        if (!_reentrancyGuardEntered() || _paying) revert UnexpectedPayment();
    }

    /// @notice The two amounts that a contribution's `maxFeeGwei` must cover, at a given gas price.
    /// @return addFeeWei fee for adding it
    /// @return settleReserveWei what is set aside for settling it, at the sponsor's price cap
    function quote(address sponsor, address trainer, uint256 sampleBytes, uint256 gasPriceWei)
        external
        view
        returns (uint256 addFeeWei, uint256 settleReserveWei)
    {
        FeeSchedule memory schedule = _schedules[sponsor][trainer];
        Tank storage own = _tanks[sponsor];
        addFeeWei = schedule.addUnitsOf(sampleBytes) * Pricing.priceWei(gasPriceWei, own.tipCapWei, own.priceCapWei);
        settleReserveWei = schedule.settleUnitsOf(sampleBytes) * own.priceCapWei;
    }

    /// @notice What a player signs to contribute; this is also the contribution's id.
    function contributionDigest(
        address trainer,
        address account,
        uint32 nonce,
        uint40 deadline,
        uint64 maxFeeGwei,
        uint16 label,
        bytes calldata sample
    ) external view returns (bytes32) {
        return SignedRequests.digestOn(
            SignedRequests.newPage(trainer, _domainSeparator()),
            uint160(account),
            nonce,
            deadline,
            maxFeeGwei,
            label,
            keccak256(sample)
        );
    }
}
