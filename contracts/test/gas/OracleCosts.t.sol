// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Terms} from "../../src/interfaces/IForwarder.sol";
import {OracleRules} from "../../src/interfaces/IOracleClassifier.sol";
import {BatchHeader} from "../../src/interfaces/ITrainer.sol";
import {FeeSchedules} from "../../src/libraries/FeeSchedules.sol";
import {ForwarderApi} from "../support/Contracts.sol";
import {Batch} from "../support/House.sol";
import {OracleApi, OracleHouse} from "../support/OracleHouse.sol";
import {Draft, Wire} from "../support/Wire.sol";

/// @title What contributions to a trainer cost whose model is behind an oracle, by the size of the sample
/// @notice Measured like `ClassifierCostsTest`, into the same snapshot. Every contribution of a batch has a sample of its own,
/// whose answer is known and is its label. Asking and answering is paid for apart, by who asks.
contract OracleClassifierCostsTest is OracleHouse {
    string private constant SNAPSHOT = "classifiers";
    uint256 private constant COUNT = 100;

    uint256 private _bytes;
    uint32 private _rounds;

    /// forge-config: default.isolate = true
    function test_oracle_over_samples_of_64_bytes() external {
        _measureSizes(64, "oracle_b64");
    }

    /// forge-config: default.isolate = true
    function test_oracle_over_samples_of_512_bytes() external {
        _measureSizes(512, "oracle_b512");
    }

    // --- scenarios

    function _measureSizes(uint256 sampleBytes, string memory name) private {
        _bytes = sampleBytes;
        _start();
        // Every player and a slot of the data handler exist from here on.
        _measureBoth(COUNT, "", "");
        _measureBoth(COUNT, string.concat("add_n100_", name), string.concat("settle_n100_", name));
        _measureBoth(10, string.concat("add_n10_", name), string.concat("settle_n10_", name));
        _measureBoth(1, string.concat("add_n1_", name), string.concat("settle_n1_", name));
    }

    function _measureBoth(uint256 count, string memory adding, string memory settling) private {
        bytes memory items = _known(0, count, _rounds++);
        bytes memory data = abi.encodeCall(ForwarderApi.addBatch, (sponsor, address(model.trainer), items));
        (bytes memory result, uint256 spent) = _measure(relayer, data);
        Batch memory batch;
        (batch.acceptedMap, batch.outcomes, batch.terms, batch.header) =
            abi.decode(result, (uint256, bytes, Terms, BatchHeader));
        vm.assertEq(batch.acceptedMap, (1 << count) - 1, "all accepted");
        _note(adding, count, spent - batch.header.newSlots * FeeSchedules.NEW_SLOT_UNITS);
        batch.trainer = address(model.trainer);
        batch.records = Wire.recordsOf(items, batch.outcomes);
        _wait(REFUND_WAIT_S);
        data = abi.encodeCall(
            ForwarderApi.settle, (batch.trainer, batch.terms, batch.header, batch.records, type(uint256).max)
        );
        (result, spent) = _measure(settler, data);
        (uint256 refundedMap,) = abi.decode(result, (uint256, uint256));
        vm.assertEq(refundedMap, (1 << count) - 1, "all refunded");
        _note(settling, count, spent);
        _wait(1 days);
    }

    /// @dev A panel of one knows the answer to every sample.
    function _start() private {
        OracleRules memory rules = _oracleRules();
        rules.maxSampleBytes = 1_024;
        oracle = OracleApi(_deploy("oracle/OracleClassifier", abi.encode(rules, _responders(0, 1), 1, MODEL)));
        for (uint256 i = 0; i < COUNT; ++i) {
            bytes32 id = _request(_sample(i), FEE_WEI);
            vm.assertTrue(_commit(0, id, uint16(i % LABELS)) && _reveal(0, id, uint16(i % LABELS)), "answered");
        }
        model = _deployModel(address(oracle));
        _open(sponsor, address(model.trainer), _schedule());
        _wait(1 days);
    }

    // --- measuring

    /// @dev The larger of what was spent and the calldata floor of EIP-7623: 21,000 and 10 for a zero byte, 40 for another.
    function _measure(address sender, bytes memory data) private returns (bytes memory result, uint256 spent) {
        vm.prank(sender);
        bool done;
        (done, result) = address(forwarder).call(data);
        spent = vm.lastCallGas().gasTotalUsed;
        vm.assertTrue(done, "the measured transaction succeeds");
        uint256 floor = 21_000;
        for (uint256 i = 0; i < data.length; ++i) {
            floor += data[i] == 0 ? 10 : 40;
        }
        if (spent < floor) spent = floor;
    }

    function _note(string memory name, uint256 count, uint256 spent) private {
        if (bytes(name).length != 0) vm.snapshotValue(SNAPSHOT, name, (spent + count - 1) / count);
    }

    // --- samples

    function _sample(uint256 number) private view returns (bytes memory sample) {
        for (uint256 i = 0; i < _bytes; i += 32) {
            sample = bytes.concat(sample, keccak256(abi.encode(number, i)));
        }
    }

    /// @dev Halves are joined, since joining one by one would fill the memory with copies.
    function _known(uint256 first, uint256 count, uint32 nonce) private view returns (bytes memory) {
        if (count > 1) {
            bytes memory left = _known(first, count / 2, nonce);
            return bytes.concat(left, _known(first + count / 2, count - count / 2, nonce));
        }
        Draft memory draft = _draft(first, nonce);
        draft.maxFeeGwei = 10 ** 10;
        draft.sample = _sample(first);
        draft.label = uint16(first % LABELS);
        return _item(draft);
    }
}
