// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClassifier} from "../../src/interfaces/IClassifier.sol";
import {Records} from "../../src/libraries/Records.sol";
import {ReferenceDensePerceptron} from "../reference/ReferenceDense.sol";
import {PlainPerceptron} from "../reference/PlainPerceptron.sol";
import {DensePerceptronApi} from "../support/Classifiers.sol";
import {SparsePerceptronApi} from "../support/Contracts.sol";
import {Lessons} from "../support/Lessons.sol";
import {RawCalls} from "../support/RawCalls.sol";
import {Samples} from "../support/Samples.sol";
import {Wire} from "../support/Wire.sol";

/// @title Samples at every end, given to the packed classifiers
contract RawClassifiersTest is RawCalls {
    uint256 private constant MANY = 300;
    uint256 private constant MANY_WORDS = (MANY + 15) / 16;
    uint256 private constant DIMENSION = 18;

    // --- order of sparse samples

    function test_a_feature_out_of_order_is_seen_at_every_place_of_samples_of_every_length() external {
        SparsePerceptronApi sparse = _sparse(MANY, new uint256[](0), 0);
        for (uint256 count = 1; count <= 66; ++count) {
            bytes memory sound = Samples.spread(count, count, MANY);
            vm.assertTrue(sparse.fits(1, sound), "in order");
            for (uint256 place = 1; place < count; ++place) {
                uint256 before = Wire.featureAt(sound, 2 * place - 2);
                vm.assertFalse(sparse.fits(1, _with(sound, place, before)), "twice the same");
                if (before != 0) vm.assertFalse(sparse.fits(1, _with(sound, place, before - 1)), "backwards");
                vm.assertFalse(sparse.fits(1, _with(sound, place, 0)), "back to the first");
                vm.assertFalse(sparse.fits(1, _with(sound, place, 65_535)), "beyond the last");
            }
            vm.assertFalse(sparse.fits(1, _with(sound, count - 1, MANY)), "the first that there is not");
        }
    }

    // --- the packed rule against the plain one

    /// @dev Up to 120 features with ids and weights at the ends; lists short of the cache and beyond it.
    function testFuzz_samples_at_every_end_teach_what_the_plain_rule_says(uint256 seed, int16 intercept) external {
        uint256[] memory words = new uint256[](MANY_WORDS);
        int256[] memory weights = new int256[](MANY);
        for (uint256 i = 0; i < MANY; ++i) {
            weights[i] = _edgeWeight(_draw(seed, i));
            words[i / 16] |= uint256(uint16(int16(weights[i]))) << (16 * (i % 16));
        }
        SparsePerceptronApi packed = _sparse(MANY, words, intercept);
        PlainPerceptron plain = new PlainPerceptron(weights, intercept, 700);
        for (uint256 round = 0; round < 2; ++round) {
            _assertSameLesson(packed, plain, _draw(seed, 1_000 + round), round == 0 ? 2 : 9);
        }
        for (uint256 i = 0; i < MANY; ++i) {
            uint256 word = packed.weightWords(i / 16, 1)[0];
            vm.assertEq(int256(int16(uint16(word >> (16 * (i % 16))))), plain.weights(i), "weight");
        }
    }

    function testFuzz_dense_samples_of_any_length_teach_what_the_plain_rule_says(uint256 seed) external {
        DensePerceptronApi packed = DensePerceptronApi(
            _deploy("classifier/DensePerceptron", abi.encode(DIMENSION, 3, 3, 1, type(uint256).max))
        );
        ReferenceDensePerceptron plain = new ReferenceDensePerceptron(DIMENSION, 3, 1, type(uint256).max);
        packed.bind(address(this));
        bytes memory records;
        for (uint256 i = 0; i < 9; ++i) {
            uint256 draw = _draw(seed, i);
            bytes memory sample = Lessons.random(draw, DIMENSION + 1);
            // Mostly whole; otherwise of any other length, odd ones too.
            uint256 length = draw % 4 == 0 ? _draw(draw, 1) % (sample.length + 1) : 2 * DIMENSION;
            records = bytes.concat(records, Lessons.record(_draw(draw, 2) % 4, Wire.slice(sample, 0, length)));
        }
        (uint256 acceptedMap,) = packed.train(records);
        vm.assertEq(acceptedMap, plain.train(records), "what fits");
        vm.assertEq(packed.agrees(records, acceptedMap), plain.agrees(records, acceptedMap), "and what came of it");
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory sample = Lessons.random(_draw(seed, 50 + i), DIMENSION);
            vm.assertEq(packed.predict(sample), plain.predict(sample), "prediction");
        }
    }

    // --- framing and encodings

    function test_255_records_are_taken_and_256_or_a_part_of_one_are_not() external {
        SparsePerceptronApi sparse = _sparse(MANY, new uint256[](0), 0);
        bytes memory record = Lessons.record(1, Samples.list(3));
        bytes memory many = _repeated(record, 256);
        bytes memory reason = _refused(address(this), address(sparse), _training(many));
        vm.assertEq(bytes32(reason), bytes32(Records.TooManyRecords.selector), "one too many");
        for (uint256 cut = 1; cut < record.length; ++cut) {
            reason = _refused(address(this), address(sparse), _training(Wire.slice(many, 0, 3 * record.length - cut)));
            vm.assertEq(bytes32(reason), bytes32(Records.BadFraming.selector), "cut off");
        }
        vm.assertEq(sparse.weightWords(0, 1)[0], 0, "nothing was learned of all that");
        (uint256 acceptedMap,) = sparse.train(Wire.slice(many, 0, 255 * record.length));
        vm.assertEq(acceptedMap, (1 << 255) - 1, "all of them");
    }

    /// @dev Where offset and length point at other bytes, those are the records, or the call is refused.
    function testFuzz_disfigured_lessons_teach_what_their_bytes_say_or_nothing(uint256 seed) external {
        SparsePerceptronApi packed = _sparse(MANY, new uint256[](0), 3);
        bytes memory records = _repeated(Lessons.record(1, Samples.spread(seed, 11, MANY)), 1 + seed % 30);
        uint256 world = vm.snapshotState();
        (, bytes memory expected) = _raw(address(this), address(packed), _training(records));
        vm.revertToState(world);
        bytes memory data = _disfigured(_training(records), 2, seed);
        (bool done, bytes memory result) = _raw(address(this), address(packed), data);
        if (!done) return;
        (bool decoded, bytes memory said) =
            address(this).call(bytes.concat(this.listIn.selector, Wire.slice(data, 4, data.length - 4)));
        vm.assertTrue(decoded, "the test's own decoder agrees");
        if (keccak256(abi.decode(said, (bytes))) == keccak256(records)) {
            vm.assertEq(result, expected, "the same lesson");
        } else {
            vm.assertEq(abi.decode(result, (uint256)), _fittingIn(packed, abi.decode(said, (bytes))), "what fits of it");
        }
    }

    /// @notice What a decoder of the ABI takes for the list of a call.
    function listIn(bytes calldata list) external pure returns (bytes memory) {
        return list;
    }

    // --- support

    function _assertSameLesson(SparsePerceptronApi packed, PlainPerceptron plain, uint256 seed, uint256 count) private {
        bytes memory records;
        uint256 expectedMap = 0;
        for (uint256 i = 0; i < count; ++i) {
            bytes memory sample = _edgeSample(_draw(seed, i));
            uint256 label = [uint256(0), 1, 0, 1, 0, 1, 2, 65_535][_draw(seed, 100 + i) % 8];
            records = bytes.concat(records, Lessons.record(label, sample));
            if (sample.length % 2 == 0 && plain.learn(label, _features(sample))) expectedMap |= 1 << i;
        }
        (uint256 acceptedMap,) = packed.train(records);
        vm.assertEq(acceptedMap, expectedMap, "what fits");
        uint256 cursor = 0;
        uint256 agreeing = 0;
        for (uint256 i = 0; i < count; ++i) {
            uint256 length = Wire.sampleBytesAt(records, cursor);
            bytes memory sample = Wire.slice(records, cursor + 24, length);
            if ((acceptedMap >> i) & 1 == 1) {
                uint256 said = plain.predict(_features(sample));
                vm.assertEq(packed.predict(sample), said, "prediction");
                if (said == uint8(records[cursor + 21])) agreeing |= 1 << i;
            }
            cursor += 24 + length;
        }
        vm.assertEq(packed.agrees(records, acceptedMap), agreeing, "agreement");
    }

    /// @dev In order mostly; with the first and the last feature; now and then one id is at an end, or a byte is missing.
    function _edgeSample(uint256 seed) private pure returns (bytes memory sample) {
        uint256 count = 1 + _draw(seed, 0) % 120;
        sample = Samples.spread(seed, count, MANY);
        if (_draw(seed, 1) % 2 == 0) sample = _with(sample, 0, 0);
        if (_draw(seed, 2) % 2 == 0) sample = _with(sample, count - 1, MANY - 1);
        if (_draw(seed, 3) % 8 == 0) {
            uint256 id = [uint256(0), 1, 15, 16, MANY - 1, MANY, 65_534, 65_535][_draw(seed, 4) % 8];
            sample = _with(sample, _draw(seed, 5) % count, id);
        }
        if (_draw(seed, 6) % 16 == 0) sample = Wire.slice(sample, 0, sample.length - 1);
        if (_draw(seed, 7) % 16 == 0) sample = Wire.slice(sample, 0, _draw(seed, 8) % 2);
    }

    function _edgeWeight(uint256 seed) private pure returns (int256) {
        int256 near = int256(seed % 900);
        uint256 kind = _draw(seed, 0) % 4;
        if (kind == 0) return 32_767 - near;
        if (kind == 1) return -32_768 + near;
        return kind == 2 ? near - 450 : int256(int16(uint16(_draw(seed, 1))));
    }

    function _sparse(uint256 features, uint256[] memory words, int16 intercept)
        private
        returns (SparsePerceptronApi built)
    {
        built = SparsePerceptronApi(_deployPerceptron(features, intercept, 700));
        built.initialize(0, words);
        built.bind(address(this));
    }

    function _fittingIn(SparsePerceptronApi sparse, bytes memory records) private view returns (uint256 fittingMap) {
        uint256 cursor = 0;
        for (uint256 i = 0; cursor < records.length; ++i) {
            uint256 length = Wire.sampleBytesAt(records, cursor);
            uint16 label = uint16(uint8(records[cursor + 20])) << 8 | uint8(records[cursor + 21]);
            if (sparse.fits(label, Wire.slice(records, cursor + 24, length))) fittingMap |= 1 << i;
            cursor += 24 + length;
        }
    }

    function _training(bytes memory records) private pure returns (bytes memory) {
        return abi.encodeCall(IClassifier.train, (records));
    }

    function _with(bytes memory sample, uint256 place, uint256 feature) private pure returns (bytes memory changed) {
        changed = bytes.concat(sample);
        changed[2 * place] = bytes1(uint8(feature >> 8));
        changed[2 * place + 1] = bytes1(uint8(feature));
    }

    function _repeated(bytes memory part, uint256 count) private pure returns (bytes memory whole) {
        whole = new bytes(part.length * count);
        for (uint256 i = 0; i < count; ++i) {
            assembly ("memory-safe") {
                mcopy(add(add(whole, 0x20), mul(i, mload(part))), add(part, 0x20), mload(part))
            }
        }
    }

    function _features(bytes memory sample) private pure returns (uint16[] memory features) {
        features = new uint16[](sample.length / 2);
        for (uint256 i = 0; i < features.length; ++i) {
            features[i] = uint16(Wire.featureAt(sample, 2 * i));
        }
    }
}
