// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Bits} from "../src/libraries/Bits.sol";

/// @title Maps by record turn into maps by item without losing or inventing anything
contract BitsProof {
    using Bits for uint256;

    /// @notice For every pair of maps over five items: record `n` lands on the item that passed as the `n`-th.
    function check_spread_puts_records_where_their_items_are(uint8 records, uint8 passed) external pure {
        if (passed >> 5 != 0) return;
        // The Forwarder refuses a trainer that accepts records beyond those that passed.
        if (uint256(records) >> uint256(passed).count() != 0) return;
        uint256 map = uint256(records).spread(passed);
        uint256 record = 0;
        for (uint256 item = 0; item < 5; ++item) {
            if ((passed >> item) & 1 == 0) {
                assert((map >> item) & 1 == 0);
            } else {
                assert((map >> item) & 1 == (records >> record) & 1);
                ++record;
            }
        }
        assert(map >> 5 == 0);
    }

    /// @notice The number of set bits is that of counting them one by one.
    function check_count_counts(uint16 map) external pure {
        uint256 expected = 0;
        for (uint256 bit = 0; bit < 16; ++bit) {
            expected += (map >> bit) & 1;
        }
        assert(uint256(map).count() == expected);
    }
}
