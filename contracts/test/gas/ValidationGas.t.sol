// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ForwarderApi} from "../support/Contracts.sol";
import {GamifiedHouse} from "../support/GamifiedHouse.sol";
import {Batch} from "../support/House.sol";
import {Meter} from "../support/Meter.sol";
import {Samples} from "../support/Samples.sol";
import {Draft} from "../support/Wire.sol";

/// @title What validations cost, as whole transactions
/// @notice Method as in Gas.t.sol. Every contribution of a batch, of 10 features, is confirmed in one transaction, each by
/// another player. Steady state: all players have contributed, confirmed and been confirmed before.
contract ValidationGasTest is GamifiedHouse, Meter {
    uint256 private constant SAMPLE_FEATURES = 10;

    /// forge-config: default.isolate = true
    function test_validating_stays_within_24000() external {
        _round(100, 0, false);
        uint256[4] memory sizes = [uint256(100), 50, 10, 1];
        for (uint32 i = 0; i < sizes.length; ++i) {
            uint256 perItem = _round(sizes[i], 2 * (i + 1), true);
            if (sizes[i] == 100) vm.assertLe(perItem, 24_000, "gas per validation");
        }
    }

    /// @dev Everybody contributes; the neighbour two rounds further each time confirms, so that nobody comes twice.
    function _round(uint256 count, uint32 nonce, bool measured) private returns (uint256 perItem) {
        bytes memory items;
        for (uint256 player = 0; player < count; ++player) {
            Draft memory draft = _draft(player, nonce);
            draft.sample = Samples.spread(_draw(nonce, player), SAMPLE_FEATURES, FEATURES);
            items = bytes.concat(items, _item(draft));
        }
        Batch memory batch = _add(items);
        bytes memory statements;
        for (uint256 record = 0; record < count; ++record) {
            statements = bytes.concat(statements, _says((record + 1 + nonce) % 100, nonce + 1, batch, uint8(record)));
        }
        if (!measured) {
            vm.assertEq(_validate(batch, statements).settledMap, (1 << count) - 1, "warm-up: all confirmed");
            return 0;
        }
        return _measure(count, batch, statements);
    }

    function _measure(uint256 count, Batch memory batch, bytes memory statements) private returns (uint256 perItem) {
        bytes memory data = abi.encodeCall(
            ForwarderApi.validate, (batch.trainer, batch.terms, batch.header, batch.records, statements)
        );
        string memory name = string.concat("validate_n", _decimal(count));
        bytes memory result;
        (perItem, result) = _meter(name, count, settler, address(forwarder), data, TWO_CREDITS);
        (uint256 validatedMap,,) = abi.decode(result, (uint256, bytes, uint256));
        vm.assertEq(validatedMap, (1 << count) - 1, "all confirmed");
    }
}
