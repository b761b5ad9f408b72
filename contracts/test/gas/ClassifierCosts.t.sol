// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Terms} from "../../src/interfaces/IForwarder.sol";
import {BatchHeader} from "../../src/interfaces/ITrainer.sol";
import {IClassifier} from "../../src/interfaces/IClassifier.sol";
import {DensePerceptronApi, NearestCentroidApi, SparseMulticlassPerceptronApi} from "../support/Classifiers.sol";
import {ForwarderApi} from "../support/Contracts.sol";
import {Batch, House} from "../support/House.sol";
import {Lessons} from "../support/Lessons.sol";
import {Samples} from "../support/Samples.sol";
import {Draft, Wire} from "../support/Wire.sol";

/// @title What contributions to the growing classifiers cost, all in
/// @notice Measured like the figures of `GasTest`: whole transactions through the Forwarder, with signatures, nonces,
/// stakes and fee books, in a steady state; gas for each contribution, rounded up. The perceptrons predict every added
/// sample wrongly, so that each one updates the model; centroids always learn.
contract ClassifierCostsTest is House {
    enum Kind {
        DensePerceptron,
        NearestCentroid,
        SparseNearestCentroid,
        SparseMulticlassPerceptron
    }

    uint256 private constant LABELS = 4;
    string private constant SNAPSHOT = "classifiers";

    Kind private _kind;
    uint256 private _dimension;
    uint256 private _rounds;

    /// forge-config: default.isolate = true
    function test_dense_perceptron_over_64_dimensions() external {
        _start(Kind.DensePerceptron, 64, "classifier/DensePerceptron", abi.encode(64, LABELS, LABELS, 10, 1 << 40));
        _measureSizes("dense_perceptron_d64");
    }

    /// forge-config: default.isolate = true
    function test_nearest_centroid_over_64_dimensions() external {
        _start(Kind.NearestCentroid, 64, "classifier/NearestCentroid", abi.encode(64, LABELS, LABELS, 1 << 40));
        _measureSizes("nearest_centroid_d64");
    }

    /// forge-config: default.isolate = true
    function test_nearest_centroid_over_384_dimensions() external {
        _start(Kind.NearestCentroid, 384, "classifier/NearestCentroid", abi.encode(384, LABELS, LABELS, 1 << 40));
        _measureSizes("nearest_centroid_d384");
    }

    /// forge-config: default.isolate = true
    function test_sparse_nearest_centroid_over_ten_features() external {
        bytes memory arguments = abi.encode(FEATURES, FEATURES, LABELS, LABELS);
        _start(Kind.SparseNearestCentroid, 10, "classifier/SparseNearestCentroid", arguments);
        _measureSizes("sparse_nearest_centroid_f10");
    }

    /// forge-config: default.isolate = true
    function test_sparse_multiclass_perceptron_over_ten_features() external {
        bytes memory arguments = abi.encode(FEATURES, FEATURES, LABELS, LABELS, int8(1));
        _start(Kind.SparseMulticlassPerceptron, 10, "classifier/SparseMulticlassPerceptron", arguments);
        _measureSizes("sparse_multiclass_perceptron_f10");
    }

    // --- scenarios

    function _start(Kind kind, uint256 dimension, string memory path, bytes memory arguments) private {
        (_kind, _dimension) = (kind, dimension);
        address classifier = _deploy(path, arguments);
        _teach(classifier);
        model = _deployModel(classifier);
        _open(sponsor, address(model.trainer), _schedule());
        _wait(1 days);
    }

    function _measureSizes(string memory name) private {
        // Every player, every word of the model and a slot of the data handler exist from here on.
        _round(100);
        if (_dimension < 100) _round(100);
        uint256[3] memory sizes = [uint256(100), 10, 1];
        for (uint256 i = 0; i < sizes.length; ++i) {
            string memory size = sizes[i] == 100 ? "n100_" : sizes[i] == 10 ? "n10_" : "n1_";
            Batch memory batch = _measureAdd(string.concat("add_", size, name), sizes[i]);
            _wait(FORFEIT_WAIT_S);
            _measureSettle(string.concat("settle_", size, name), sizes[i], batch);
            _wait(1 days);
        }
    }

    function _round(uint256 count) private {
        Batch memory batch = _measureAdd("", count);
        _wait(FORFEIT_WAIT_S);
        _measureSettle("", count, batch);
        _wait(1 days);
    }

    // --- measuring

    function _measureAdd(string memory name, uint256 count) private returns (Batch memory batch) {
        bytes memory items = _costlyItems(count);
        bytes memory data = abi.encodeCall(ForwarderApi.addBatch, (sponsor, address(model.trainer), items));
        bytes memory result = _measure(name, count, relayer, data);
        (batch.acceptedMap, batch.outcomes, batch.terms, batch.header) =
            abi.decode(result, (uint256, bytes, Terms, BatchHeader));
        vm.assertEq(batch.acceptedMap, (1 << count) - 1, "all accepted");
        batch.trainer = address(model.trainer);
        batch.records = _recordsOf(items, count);
    }

    /// @dev All items were accepted and are equally long.
    function _recordsOf(bytes memory items, uint256 count) private pure returns (bytes memory records) {
        uint256 itemBytes = items.length / count;
        uint256 recordBytes = itemBytes + Wire.RECORD_BYTES - Wire.ITEM_BYTES;
        records = new bytes(recordBytes * count);
        for (uint256 i = 0; i < records.length; ++i) {
            records[i] = items[i / recordBytes * itemBytes + i % recordBytes];
        }
    }

    function _measureSettle(string memory name, uint256 count, Batch memory batch) private {
        bytes memory data = abi.encodeCall(
            ForwarderApi.settle, (batch.trainer, batch.terms, batch.header, batch.records, (1 << count) - 1)
        );
        bytes memory result = _measure(name, count, settler, data);
        (uint256 refundedMap, uint256 forfeitedMap) = abi.decode(result, (uint256, uint256));
        vm.assertEq(refundedMap | forfeitedMap, (1 << count) - 1, "all settled");
    }

    /// @dev The larger of what was spent and the calldata floor of EIP-7623: 21,000 and 10 for a zero byte, 40 for another.
    function _measure(string memory name, uint256 count, address sender, bytes memory data)
        private
        returns (bytes memory result)
    {
        vm.prank(sender);
        bool done;
        (done, result) = address(forwarder).call(data);
        uint256 spent = vm.lastCallGas().gasTotalUsed;
        vm.assertTrue(done, "the measured transaction succeeds");
        uint256 floor = 21_000;
        for (uint256 i = 0; i < data.length; ++i) {
            floor += data[i] == 0 ? 10 : 40;
        }
        if (spent < floor) spent = floor;
        if (bytes(name).length != 0) vm.snapshotValue(SNAPSHOT, name, (spent + count - 1) / count);
    }

    // --- samples

    /// @dev Knowledge that the lessons of a test hardly change, and that leaves no storage word at zero.
    function _teach(address classifier) private {
        for (uint16 label = 0; label < LABELS; ++label) {
            if (_kind == Kind.DensePerceptron) {
                DensePerceptronApi(classifier).initialize(label, Lessons.random(label, _dimension));
            }
            if (_kind == Kind.NearestCentroid) {
                NearestCentroidApi(classifier).initialize(label, 500, Lessons.random(label, _dimension));
            }
        }
        if (_kind != Kind.SparseMulticlassPerceptron) return;
        uint256[] memory words = new uint256[](FEATURES * LABELS / 32);
        for (uint256 i = 0; i < words.length; ++i) {
            for (uint256 lane = 0; lane < 32; ++lane) {
                words[i] |= (1 + _draw(i, lane) % 255) << (8 * lane);
            }
        }
        SparseMulticlassPerceptronApi(classifier).initialize(0, words, (1 << LABELS) - 1);
    }

    /// @dev Items with a new sample for each player, labelled otherwise than the model would.
    function _costlyItems(uint256 count) private returns (bytes memory) {
        return _costlyItems(0, count, uint32(_rounds++));
    }

    /// @dev Halves are joined, since joining one by one would fill the memory with copies.
    function _costlyItems(uint256 first, uint256 count, uint32 nonce) private view returns (bytes memory) {
        if (count > 1) {
            bytes memory left = _costlyItems(first, count / 2, nonce);
            return bytes.concat(left, _costlyItems(first + count / 2, count - count / 2, nonce));
        }
        Draft memory draft = _draft(first, nonce);
        draft.maxFeeGwei = 10 ** 10;
        bool dense = _kind == Kind.DensePerceptron || _kind == Kind.NearestCentroid;
        uint256 seed = _draw(nonce, first);
        draft.sample = dense ? Lessons.random(seed, _dimension) : Samples.spread(seed, _dimension, FEATURES);
        draft.label = uint16((IClassifier(model.classifier).predict(draft.sample) + 1) % LABELS);
        return _item(draft);
    }
}
