// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Phase} from "../../src/interfaces/IPredictionMarket.sol";
import {MarketActors} from "../support/MarketActors.sol";
import {Test} from "../support/Test.sol";

/// @title Wherever a market stands, time and anybody's calls pay all of its money out
contract MarketFromEveryStateTest is Test {
    uint256 private constant MOST_STEPS = 40;

    mapping(Phase => uint256 times) private _stoppedIn;

    /// forge-config: default.fuzz.runs = 128
    function testFuzz_after_any_number_of_steps_everything_is_paid_out(uint256 seed, uint256 steps) external {
        _playAndDrain(seed, steps % MOST_STEPS);
    }

    function test_every_phase_is_among_the_states_tried() external {
        for (uint256 steps = 0; steps < MOST_STEPS; ++steps) {
            ++_stoppedIn[_playAndDrain(2, steps)];
        }
        for (uint256 phase = 0; phase <= uint256(type(Phase).max); ++phase) {
            if (Phase(phase) == Phase.Lapsed) continue;
            vm.assertGt(_stoppedIn[Phase(phase)], 0, "a phase was never stopped in");
        }
    }

    function _playAndDrain(uint256 seed, uint256 steps) private returns (Phase stoppedIn) {
        MarketActors actors = new MarketActors();
        actors.start(seed, seed % 2 == 1);
        for (uint256 i = 0; i < steps; ++i) {
            actors.proceed(_draw(seed, i));
        }
        stoppedIn = actors.theMarket().phase();
        actors.drain();
    }
}
