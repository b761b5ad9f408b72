// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedLog} from "../src/libraries/FixedLog.sol";
import {Withdrawal} from "../src/libraries/SignedRequests.sol";
import {ForwarderApi, NaiveBayesApi, SparsePerceptronApi} from "./support/Contracts.sol";
import {Samples} from "./support/Samples.sol";
import {Test} from "./support/Test.sol";

/// @notice The cheatcodes that read files and JSON.
interface JsonVm {
    function readFile(string calldata path) external view returns (string memory);
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonUintArray(string calldata json, string calldata key) external pure returns (uint256[] memory);
    function parseJsonInt(string calldata json, string calldata key) external pure returns (int256);
    function parseJsonIntArray(string calldata json, string calldata key) external pure returns (int256[] memory);
    function parseJsonAddress(string calldata json, string calldata key) external pure returns (address);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
    function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
    function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);
    function toString(uint256 value) external pure returns (string memory);
}

/// @title The vectors that Solidity, Python and JavaScript share: what players sign, features of words, models
contract GoldenVectorsTest is Test {
    JsonVm private constant files = JsonVm(address(uint160(uint256(keccak256("hevm cheat code")))));

    string private json;
    ForwarderApi private forwarder;

    function setUp() public {
        forwarder = ForwarderApi(vm.deployCode("contracts/src/forwarder/Forwarder.sol:Forwarder", abi.encode(3 days)));
    }

    // --- what players sign

    function test_typedData_digestsAreThoseOfWallets() public {
        json = files.readFile("tests/vectors/eip712.json");
        uint256 seen = 0;
        for (string memory key = _at("messages", seen); _exists(key, "kind"); key = _at("messages", ++seen)) {
            ForwarderApi there = _forwarderOf(key);
            bytes32 digest = _digest(there, key);
            vm.assertEq(there.DOMAIN_SEPARATOR(), _bytes32(key, "domain_separator"), "domain separator");
            vm.assertEq(digest, _bytes32(key, "digest"), "digest");
            _assertSignature(key, digest);
        }
        vm.assertGt(seen, 4, "number of messages");
    }

    /// @dev The same code under another address and chain id has to derive its domain anew.
    function _forwarderOf(string memory key) private returns (ForwarderApi there) {
        there = ForwarderApi(files.parseJsonAddress(json, string.concat(key, ".forwarder")));
        vm.etch(address(there), address(forwarder).code);
        vm.chainId(_uint(key, "chain_id"));
    }

    function _digest(ForwarderApi there, string memory key) private view returns (bytes32) {
        bytes32 kind = keccak256(bytes(files.parseJsonString(json, string.concat(key, ".kind"))));
        if (kind == keccak256("Contribution")) return _contributionDigest(there, key);
        if (kind == keccak256("Validation")) return _validationDigest(there, key);
        return _withdrawalDigest(there, key);
    }

    function _validationDigest(ForwarderApi there, string memory key) private view returns (bytes32) {
        return there.validationDigest(
            _address(key, "message.trainer"),
            _address(key, "message.validator"),
            uint64(_uint(key, "message.contribution")),
            uint32(_uint(key, "message.nonce")),
            uint40(_uint(key, "message.deadline")),
            uint64(_uint(key, "message.maxFeeGwei"))
        );
    }

    function _contributionDigest(ForwarderApi there, string memory key) private view returns (bytes32) {
        return there.contributionDigest(
            _address(key, "message.trainer"),
            _address(key, "message.player"),
            uint32(_uint(key, "message.nonce")),
            uint40(_uint(key, "message.deadline")),
            uint64(_uint(key, "message.maxFeeGwei")),
            uint16(_uint(key, "message.label")),
            _bytes(key, "message.sample")
        );
    }

    function _withdrawalDigest(ForwarderApi there, string memory key) private view returns (bytes32) {
        return there.withdrawalDigest(
            Withdrawal({
                player: _address(key, "message.player"),
                to: _address(key, "message.to"),
                amountWei: _uint(key, "message.amountWei"),
                nonce: uint32(_uint(key, "message.nonce")),
                deadline: uint40(_uint(key, "message.deadline")),
                maxFeeGwei: uint64(_uint(key, "message.maxFeeGwei"))
            })
        );
    }

    function _assertSignature(string memory key, bytes32 digest) private view {
        (bytes32 r, bytes32 vs) = (_bytes32(key, "r"), _bytes32(key, "vs"));
        bytes32 s = vs & bytes32(type(uint256).max >> 1);
        address signer = ecrecover(digest, uint8(uint256(vs) >> 255) + 27, r, s);
        string memory owner = _exists(key, "message.validator") ? "message.validator" : "message.player";
        vm.assertEq(signer, _address(key, owner), "signer");
    }

    // --- features and logarithms

    function test_features_areThoseOfNormalisedWords() public {
        json = files.readFile("tests/vectors/features.json");
        uint256 seen = 0;
        for (string memory key = _at("words", seen); _exists(key, "feature"); key = _at("words", ++seen)) {
            vm.assertEq(Samples.ofWord(string(_bytes(key, "utf8"))), _uint(key, "feature"), key);
        }
        vm.assertGt(seen, 50, "number of words");
    }

    function test_fixedLog_isThatOfTheVectors() public {
        json = files.readFile("tests/vectors/fixed_log.json");
        uint256[] memory x = files.parseJsonUintArray(json, ".x");
        uint256[] memory log2 = files.parseJsonUintArray(json, ".log2");
        for (uint256 i = 0; i < x.length; ++i) {
            vm.assertEq(FixedLog.log2(x[i]), log2[i], files.toString(x[i]));
        }
        vm.assertGt(x.length, 40, "number of logarithms");
    }

    // --- models

    function test_naiveBayes_learnsAndPredictsAsItsTwins() public {
        json = files.readFile("tests/vectors/naive_bayes.json");
        uint256 seen = 0;
        for (string memory run = _at("runs", seen); _exists(run, "name"); run = _at("runs", ++seen)) {
            NaiveBayesApi model = _naiveBayes(run);
            _trainAndAgree(address(model), run);
            _assertStats(model, run);
            _assertScores(model, run);
        }
        vm.assertEq(seen, 5, "number of runs");
    }

    function test_sparsePerceptron_learnsAndPredictsAsItsTwins() public {
        json = files.readFile("tests/vectors/sparse_perceptron.json");
        uint256 seen = 0;
        for (string memory run = _at("runs", seen); _exists(run, "name"); run = _at("runs", ++seen)) {
            SparsePerceptronApi model = _sparsePerceptron(run);
            _trainAndAgree(address(model), run);
            uint256[] memory words = files.parseJsonUintArray(json, string.concat(run, ".weight_words"));
            uint256[] memory learnt = model.weightWords(0, words.length);
            vm.assertEq(abi.encode(learnt), abi.encode(words), string.concat(run, ": weights"));
            _assertLabels(address(model), run);
        }
        vm.assertEq(seen, 5, "number of runs");
    }

    function _naiveBayes(string memory run) private returns (NaiveBayesApi model) {
        bytes memory arguments = abi.encode(
            _uint(run, "label_count"), _uint(run, "label_bound"), _uint(run, "inverse_alpha"), _uint(run, "vocabulary")
        );
        model = NaiveBayesApi(vm.deployCode("contracts/src/classifier/NaiveBayes.sol:NaiveBayes", arguments));
        model.bind(address(this));
    }

    function _sparsePerceptron(string memory run) private returns (SparsePerceptronApi model) {
        bytes memory arguments = abi.encode(
            _uint(run, "feature_count"),
            _uint(run, "feature_bound"),
            files.parseJsonInt(json, string.concat(run, ".intercept")),
            files.parseJsonInt(json, string.concat(run, ".learning_rate"))
        );
        model = SparsePerceptronApi(
            vm.deployCode("contracts/src/classifier/SparsePerceptron.sol:SparsePerceptron", arguments)
        );
        model.initialize(0, files.parseJsonUintArray(json, string.concat(run, ".initial_words")));
        model.bind(address(this));
    }

    /// @dev Both kinds share this part of their interface.
    function _trainAndAgree(address classifier, string memory run) private {
        NaiveBayesApi model = NaiveBayesApi(classifier);
        uint256 number = 0;
        string memory list = string.concat(run, ".batches");
        for (string memory key = _in(list, number); _exists(key, "records"); key = _in(list, ++number)) {
            bytes memory records = _bytes(key, "records");
            (uint256 acceptedMap,) = model.train(records);
            vm.assertEq(acceptedMap, _uint(key, "accepted_map"), string.concat(key, ": accepted"));
            uint256 agreeingMap = model.agrees(records, acceptedMap);
            vm.assertEq(agreeingMap, _uint(key, "agreeing_map"), string.concat(key, ": agreeing"));
        }
        vm.assertGt(number, 0, "number of batches");
    }

    function _assertStats(NaiveBayesApi model, string memory run) private view {
        uint256[] memory docs = files.parseJsonUintArray(json, string.concat(run, ".docs"));
        uint256[] memory tokens = files.parseJsonUintArray(json, string.concat(run, ".tokens"));
        uint64[] memory stats = model.labelStats(0, docs.length);
        for (uint256 label = 0; label < docs.length; ++label) {
            vm.assertEq(stats[label] >> 32, docs[label], string.concat(run, ": docs"));
            vm.assertEq(uint32(stats[label]), tokens[label], string.concat(run, ": tokens"));
        }
    }

    function _assertScores(NaiveBayesApi model, string memory run) private view {
        uint256 number = 0;
        string memory list = string.concat(run, ".queries");
        for (string memory key = _in(list, number); _exists(key, "sample"); key = _in(list, ++number)) {
            int256[] memory scores = files.parseJsonIntArray(json, string.concat(key, ".scores"));
            vm.assertEq(abi.encode(model.scoresOf(_bytes(key, "sample"))), abi.encode(scores), key);
        }
        _assertLabels(address(model), run);
    }

    function _assertLabels(address classifier, string memory run) private view {
        uint256 number = 0;
        string memory list = string.concat(run, ".queries");
        for (string memory key = _in(list, number); _exists(key, "sample"); key = _in(list, ++number)) {
            uint256 label = NaiveBayesApi(classifier).predict(_bytes(key, "sample"));
            vm.assertEq(label, _uint(key, "label"), key);
        }
        vm.assertGt(number, 0, "number of queries");
    }

    // --- reading

    function _at(string memory list, uint256 index) private pure returns (string memory) {
        return _in(string.concat(".", list), index);
    }

    function _in(string memory list, uint256 index) private pure returns (string memory) {
        return string.concat(list, "[", files.toString(index), "]");
    }

    function _exists(string memory key, string memory member) private view returns (bool) {
        return files.keyExistsJson(json, string.concat(key, ".", member));
    }

    function _uint(string memory key, string memory member) private view returns (uint256) {
        return files.parseJsonUint(json, string.concat(key, ".", member));
    }

    function _address(string memory key, string memory member) private view returns (address) {
        return files.parseJsonAddress(json, string.concat(key, ".", member));
    }

    function _bytes(string memory key, string memory member) private view returns (bytes memory) {
        return files.parseJsonBytes(json, string.concat(key, ".", member));
    }

    function _bytes32(string memory key, string memory member) private view returns (bytes32) {
        return files.parseJsonBytes32(json, string.concat(key, ".", member));
    }
}
