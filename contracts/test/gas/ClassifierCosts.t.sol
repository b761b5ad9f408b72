// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Terms} from "../../src/interfaces/IForwarder.sol";
import {BatchHeader} from "../../src/interfaces/ITrainer.sol";
import {IClassifier} from "../../src/interfaces/IClassifier.sol";
import {DensePerceptronApi, NearestCentroidApi, SparseMulticlassPerceptronApi} from "../support/Classifiers.sol";
import {FeeSchedules} from "../../src/libraries/FeeSchedules.sol";
import {ForwarderApi} from "../support/Contracts.sol";
import {Batch, House} from "../support/House.sol";
import {Lessons} from "../support/Lessons.sol";
import {Samples} from "../support/Samples.sol";
import {Draft, Wire} from "../support/Wire.sol";

/// @title What contributions to the classifiers cost, all in, by the size of model and sample
/// @notice Fee schedules are fitted to these figures (`relayer/deploy/schedules.py`). Measured like the figures of `GasTest`: whole transactions through the Forwarder, with signatures, nonces,
/// stakes and fee books, in a steady state; gas for each contribution, rounded up. The perceptrons predict every added
/// sample wrongly, so that each one updates the model; the others always learn. New storage words are left out at the
/// price that the Forwarder pays for them apart.
contract ClassifierCostsTest is House {
    enum Kind {
        DensePerceptron,
        NearestCentroid,
        SparseNearestCentroid,
        SparseMulticlassPerceptron,
        NaiveBayes
    }

    string private constant SNAPSHOT = "classifiers";

    Kind private _kind;
    uint256 private _labels = 4;
    uint256 private _dimension;
    uint256 private _rounds;

    /// forge-config: default.isolate = true
    function test_dense_perceptron_over_64_dimensions_with_4_labels() external {
        _startDense(Kind.DensePerceptron, 64, abi.encode(64, _labels, _labels, 10, 1 << 40));
        _measureSizes("dense_perceptron_d64");
    }

    /// forge-config: default.isolate = true
    function test_dense_perceptron_over_384_dimensions_with_4_labels() external {
        _startDense(Kind.DensePerceptron, 384, abi.encode(384, _labels, _labels, 10, 1 << 40));
        _measureSizes("dense_perceptron_d384");
    }

    /// forge-config: default.isolate = true
    function test_dense_perceptron_over_64_dimensions_with_16_labels() external {
        _labels = 16;
        _startDense(Kind.DensePerceptron, 64, abi.encode(64, _labels, _labels, 10, 1 << 40));
        _measureSizes("dense_perceptron_d64_l16");
    }

    /// forge-config: default.isolate = true
    function test_nearest_centroid_over_64_dimensions_with_4_labels() external {
        _startDense(Kind.NearestCentroid, 64, abi.encode(64, _labels, _labels, 1 << 40));
        _measureSizes("nearest_centroid_d64");
    }

    /// forge-config: default.isolate = true
    function test_nearest_centroid_over_384_dimensions_with_4_labels() external {
        _startDense(Kind.NearestCentroid, 384, abi.encode(384, _labels, _labels, 1 << 40));
        _measureSizes("nearest_centroid_d384");
    }

    /// forge-config: default.isolate = true
    function test_nearest_centroid_over_64_dimensions_with_16_labels() external {
        _labels = 16;
        _startDense(Kind.NearestCentroid, 64, abi.encode(64, _labels, _labels, 1 << 40));
        _measureSizes("nearest_centroid_d64_l16");
    }

    /// forge-config: default.isolate = true
    function test_sparse_nearest_centroid_over_10_features_with_4_labels() external {
        bytes memory arguments = abi.encode(FEATURES, FEATURES, _labels, _labels);
        _start(Kind.SparseNearestCentroid, 10, "classifier/SparseNearestCentroid", arguments);
        _measureSizes("sparse_nearest_centroid_f10");
    }

    /// forge-config: default.isolate = true
    function test_sparse_nearest_centroid_over_20_features_with_4_labels() external {
        bytes memory arguments = abi.encode(FEATURES, FEATURES, _labels, _labels);
        _start(Kind.SparseNearestCentroid, 20, "classifier/SparseNearestCentroid", arguments);
        _measureSizes("sparse_nearest_centroid_f20");
    }

    /// forge-config: default.isolate = true
    function test_sparse_nearest_centroid_over_10_features_with_64_labels() external {
        _labels = 64;
        bytes memory arguments = abi.encode(FEATURES, FEATURES, _labels, _labels);
        _start(Kind.SparseNearestCentroid, 10, "classifier/SparseNearestCentroid", arguments);
        _measureSizes("sparse_nearest_centroid_f10_l64");
    }

    /// forge-config: default.isolate = true
    function test_sparse_multiclass_perceptron_over_10_features_with_4_labels() external {
        bytes memory arguments = abi.encode(FEATURES, FEATURES, _labels, _labels, int8(1));
        _start(Kind.SparseMulticlassPerceptron, 10, "classifier/SparseMulticlassPerceptron", arguments);
        _measureSizes("sparse_multiclass_perceptron_f10");
    }

    /// forge-config: default.isolate = true
    function test_sparse_multiclass_perceptron_over_20_features_with_4_labels() external {
        bytes memory arguments = abi.encode(FEATURES, FEATURES, _labels, _labels, int8(1));
        _start(Kind.SparseMulticlassPerceptron, 20, "classifier/SparseMulticlassPerceptron", arguments);
        _measureSizes("sparse_multiclass_perceptron_f20");
    }

    /// forge-config: default.isolate = true
    function test_sparse_multiclass_perceptron_over_10_features_with_32_labels() external {
        _labels = 32;
        bytes memory arguments = abi.encode(FEATURES, FEATURES, _labels, _labels, int8(1));
        _start(Kind.SparseMulticlassPerceptron, 10, "classifier/SparseMulticlassPerceptron", arguments);
        _measureSizes("sparse_multiclass_perceptron_f10_l32");
    }

    /// forge-config: default.isolate = true
    function test_naive_bayes_over_5_words_with_4_labels() external {
        _start(Kind.NaiveBayes, 5, "classifier/NaiveBayes", abi.encode(_labels, _labels, 4, 128));
        _measureSizes("naive_bayes_f5");
    }

    /// forge-config: default.isolate = true
    function test_naive_bayes_over_10_words_with_4_labels() external {
        _start(Kind.NaiveBayes, 10, "classifier/NaiveBayes", abi.encode(_labels, _labels, 4, 128));
        _measureSizes("naive_bayes_f10");
    }

    /// forge-config: default.isolate = true
    function test_naive_bayes_over_5_words_with_32_labels() external {
        _labels = 32;
        _start(Kind.NaiveBayes, 5, "classifier/NaiveBayes", abi.encode(_labels, _labels, 4, 128));
        _measureSizes("naive_bayes_f5_l32");
    }

    /// forge-config: default.isolate = true
    function test_naive_bayes_over_5_words_with_128_labels() external {
        _labels = 128;
        _start(Kind.NaiveBayes, 5, "classifier/NaiveBayes", abi.encode(_labels, _labels, 4, 128));
        _measureSizes("naive_bayes_f5_l128");
    }

    /// forge-config: default.isolate = true
    function test_naive_bayes_over_5_words_with_256_labels() external {
        _labels = 256;
        _start(Kind.NaiveBayes, 5, "classifier/NaiveBayes", abi.encode(_labels, _labels, 4, 128));
        _measureSizes("naive_bayes_f5_l256");
    }

    /// forge-config: default.isolate = true
    function test_naive_bayes_over_10_words_with_256_labels() external {
        _labels = 256;
        _start(Kind.NaiveBayes, 10, "classifier/NaiveBayes", abi.encode(_labels, _labels, 4, 128));
        _measureSizes("naive_bayes_f10_l256");
    }

    // --- scenarios

    function _startDense(Kind kind, uint256 dimension, bytes memory arguments) private {
        bool perceptron = kind == Kind.DensePerceptron;
        _start(kind, dimension, perceptron ? "classifier/DensePerceptron" : "classifier/NearestCentroid", arguments);
    }

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
        (bytes memory result, uint256 spent) = _measure(relayer, data);
        (batch.acceptedMap, batch.outcomes, batch.terms, batch.header) =
            abi.decode(result, (uint256, bytes, Terms, BatchHeader));
        _note(name, count, spent - batch.header.newSlots * FeeSchedules.NEW_SLOT_UNITS);
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
        (bytes memory result, uint256 spent) = _measure(settler, data);
        _note(name, count, spent);
        (uint256 refundedMap, uint256 forfeitedMap) = abi.decode(result, (uint256, uint256));
        vm.assertEq(refundedMap | forfeitedMap, (1 << count) - 1, "all settled");
    }

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

    /// @dev Knowledge that the lessons of a test hardly change, and that leaves no storage word at zero.
    function _teach(address classifier) private {
        for (uint16 label = 0; label < _labels; ++label) {
            if (_kind == Kind.DensePerceptron) {
                DensePerceptronApi(classifier).initialize(label, Lessons.random(label, _dimension));
            }
            if (_kind == Kind.NearestCentroid) {
                NearestCentroidApi(classifier).initialize(label, 500, Lessons.random(label, _dimension));
            }
        }
        if (_kind != Kind.SparseMulticlassPerceptron) return;
        uint256[] memory words = new uint256[](FEATURES * _labels / 32);
        for (uint256 i = 0; i < words.length; ++i) {
            for (uint256 lane = 0; lane < 32; ++lane) {
                words[i] |= (1 + _draw(i, lane) % 255) << (8 * lane);
            }
        }
        SparseMulticlassPerceptronApi(classifier).initialize(0, words, (1 << _labels) - 1);
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
        draft.label = _kind == Kind.NaiveBayes
            ? uint16(seed >> 16) % uint16(_labels)
            : uint16((IClassifier(model.classifier).predict(draft.sample) + 1) % _labels);
        return _item(draft);
    }
}
