// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Tanks} from "../src/forwarder/Tanks.sol";
import {Tank} from "../src/interfaces/IForwarder.sol";
import {Vm} from "../test/support/Vm.sol";

/// @title Promises 1, 3 and 4, for every state of a tank: booking conserves money and keeps within limit and reserve
contract TanksProof is Tanks {
    address private constant SPONSOR = address(0x5705);
    address private constant TRAINER = address(0x7e57);
    address private constant OTHER = address(0x07e4);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    /// @dev One day stands for all of them: a tank only asks whether a day is the one that it booked last.
    uint32 private constant TODAY = 20_000;

    constructor() Tanks(3 days) {}

    /// @notice What a batch takes is within what is left of the day's limit, and counted in full.
    function check_a_batch_keeps_the_days_limit(
        uint96 dailyLimitWei,
        uint96 spentTodayWei,
        uint32 day,
        uint256 stakesWei,
        uint256 reserveWei
    ) external {
        Tank storage own = _tanks[SPONSOR];
        own.availableWei = type(uint128).max;
        (own.dailyLimitWei, own.spentTodayWei, own.day) = (dailyLimitWei, spentTodayWei, day);
        vm.warp(uint256(TODAY) * 1 days + 12 hours);
        _bookBatch(SPONSOR, TRAINER, stakesWei, reserveWei);

        uint256 spentWei = day == TODAY ? spentTodayWei : 0;
        assert(own.spentTodayWei <= dailyLimitWei || stakesWei + reserveWei == 0);
        assert(own.spentTodayWei == spentWei + stakesWei + reserveWei && own.day == TODAY);
    }

    /// @notice What a batch takes is there, and is taken to the wei.
    function check_a_batch_takes_what_is_there(uint128 availableWei, uint256 stakesWei, uint256 reserveWei) external {
        Tank storage own = _tanks[SPONSOR];
        (own.availableWei, own.dailyLimitWei) = (availableWei, type(uint96).max);
        vm.warp(uint256(TODAY) * 1 days);
        _bookBatch(SPONSOR, TRAINER, stakesWei, reserveWei);

        assert(uint256(own.availableWei) + stakesWei + reserveWei == availableWei);
    }

    /// @notice What a batch sets aside is added to the tank's reserve and to the trainer's part of it alike.
    function check_a_batch_sets_aside_what_it_may_cost(
        uint128 reservedWei,
        uint128 setAsideWei,
        uint256 stakesWei,
        uint256 reserveWei
    ) external {
        Tank storage own = _tanks[SPONSOR];
        (own.availableWei, own.dailyLimitWei) = (type(uint128).max, type(uint96).max);
        (own.reservedWei, _accounts[SPONSOR][TRAINER].reservedWei) = (reservedWei, setAsideWei);
        vm.warp(uint256(TODAY) * 1 days);
        _bookBatch(SPONSOR, TRAINER, stakesWei, reserveWei);

        assert(uint256(own.reservedWei) == uint256(reservedWei) + reserveWei);
        assert(uint256(_accounts[SPONSOR][TRAINER].reservedWei) == uint256(setAsideWei) + reserveWei);
    }

    /// @notice A settlement releases no more than was set aside for its trainer, and touches nobody else's part.
    function check_a_settlement_releases_only_its_trainers_reserve(
        uint128 reservedWei,
        uint128 setAsideWei,
        uint128 othersWei,
        uint120 releasedWei,
        uint120 chargedWei
    ) external {
        Tank storage own = _tanks[SPONSOR];
        (own.reservedWei, _accounts[SPONSOR][TRAINER].reservedWei) = (reservedWei, setAsideWei);
        _accounts[SPONSOR][OTHER].reservedWei = othersWei;
        _bookSettlement(SPONSOR, TRAINER, releasedWei, chargedWei, 0);

        assert(uint256(_accounts[SPONSOR][TRAINER].reservedWei) + releasedWei == setAsideWei);
        assert(_accounts[SPONSOR][OTHER].reservedWei == othersWei);
        assert(uint256(own.reservedWei) + releasedWei == reservedWei);
    }

    /// @notice A settlement charges no more than it releases, loses nothing, and never takes from what is available.
    function check_a_settlement_conserves_money(
        uint128 availableWei,
        uint120 releasedWei,
        uint120 chargedWei,
        uint120 refundWei
    ) external {
        Tank storage own = _tanks[SPONSOR];
        (own.availableWei, own.reservedWei) = (availableWei, releasedWei);
        _accounts[SPONSOR][TRAINER].reservedWei = releasedWei;
        _bookSettlement(SPONSOR, TRAINER, releasedWei, chargedWei, refundWei);

        assert(chargedWei <= releasedWei);
        assert(own.availableWei == uint256(availableWei) + (releasedWei - chargedWei) + refundWei);
    }
}
