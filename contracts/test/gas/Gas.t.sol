// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Terms} from "../../src/interfaces/IForwarder.sol";
import {BatchHeader} from "../../src/interfaces/ITrainer.sol";
import {ForwarderApi, SparsePerceptronApi} from "../support/Contracts.sol";
import {Batch, House, Model} from "../support/House.sol";
import {Samples} from "../support/Samples.sol";
import {Vm} from "../support/Vm.sol";
import {Draft, Wire} from "../support/Wire.sol";

/// @title What contributions cost, as whole transactions
/// @notice Method. Each test runs isolated: forge then executes every call of the test as a transaction of its own, with
/// cold storage, and counts the 21,000 of the transaction and 4/16 for each byte of calldata. On top, the calldata floor
/// of EIP-7623 (Prague) is computed; the larger of both counts. Isolated transactions have a gas price of zero, so fees
/// come to nothing and credits stay as they are: what changing two credits costs is added to settling. Figures are gas for each contribution, rounded up.
///
/// Steady state: every player has had a contribution added and settled before, every storage word that is written is
/// non-zero already, and the data handler uses a free slot again. "first" is the opposite: players never seen. Naive Bayes
/// has 32 labels; a sample is five words, each one of four that belong to its label.
contract GasTest is House {
    uint256 private constant WEIGHT_WORDS = FEATURES / 16;
    uint256 private constant PERCEPTRON_FEATURES = 10;
    uint256 private constant WORDS = 5;
    uint256 private constant WORDS_TO_CHOOSE_FROM = 4;
    uint256 private constant LABELS = 32;

    /// @dev A storage word that was read costs 2,900 to change (EIP-2929) and 100 to leave; relayer and settler have one.
    uint256 private constant TWO_CREDITS = 2 * 2800;

    string private constant SNAPSHOT = "gas";

    // --- adding to the perceptron

    /// forge-config: default.isolate = true
    function test_adding_that_updates_stays_within_23000() external {
        vm.assertLe(_addSteady(100, true), 23_000, "gas per added contribution that updates the model");
        _addSteady(50, true);
        _addSteady(10, true);
        _addSteady(1, true);
    }

    /// forge-config: default.isolate = true
    function test_adding_without_update_stays_within_18000() external {
        vm.assertLe(_addSteady(100, false), 18_000, "gas per added contribution that does not update the model");
        _addSteady(50, false);
        _addSteady(10, false);
        _addSteady(1, false);
    }

    /// forge-config: default.isolate = true
    function test_first_contributions_cost_new_storage() external {
        _giveWeights();
        bytes memory items = _perceptronItems(100, 0, false);
        _measureAdd("add_first_n100_f10", 100, items);
    }

    // --- settling

    /// forge-config: default.isolate = true
    function test_settling_stays_within_10000() external {
        vm.assertLe(_settleSteady(100), 10_000, "gas per settled contribution");
        _settleSteady(50);
        _settleSteady(10);
        _settleSteady(1);
    }

    /// forge-config: default.isolate = true
    function test_settling_that_shares_forfeits() external {
        _giveWeights();
        _perceptronRound(100, 0);
        _perceptronRound(100, 1);
        // The first 50 are right and get a dividend of what the other 50 lose.
        Batch memory batch = _add(_halfWrongItems(100, 2));
        _wait(FORFEIT_WAIT_S);
        _measureSettle("settle_half_forfeited_n100_f10", 100, batch);
    }

    // --- naive Bayes

    /// forge-config: default.isolate = true
    function test_naive_bayes_over_five_words() external {
        model = _deployModel(_deployNaiveBayes(LABELS, 4, 2048));
        _open(sponsor, address(model.trainer), _schedule());
        _wait(1 days);
        for (uint32 round = 0; round < WORDS_TO_CHOOSE_FROM; ++round) {
            _bayesRound(round);
        }
        uint256[4] memory sizes = [uint256(100), 50, 10, 1];
        for (uint32 i = 0; i < sizes.length; ++i) {
            string memory suffix = string.concat("naive_bayes_n", _text(sizes[i]), "_f5");
            bytes memory items = _bayesItems(sizes[i], uint32(WORDS_TO_CHOOSE_FROM) + i, true);
            Batch memory batch = _measureAdd(string.concat("add_", suffix), sizes[i], items);
            _wait(FORFEIT_WAIT_S);
            _measureSettle(string.concat("settle_", suffix), sizes[i], batch);
            _wait(1 hours);
        }
    }

    // --- scenarios

    function _addSteady(uint256 count, bool updating) private returns (uint256 perItem) {
        _giveWeights();
        uint32 nonce = _nextNonce();
        _perceptronRound(count, nonce);
        _perceptronRound(count, nonce + 1);
        string memory name = string.concat("add_", updating ? "update_n" : "no_update_n", _text(count), "_f10");
        bytes memory items = _perceptronItems(count, nonce + 2, updating);
        _measureAdd(name, count, items);
        return _perItem;
    }

    function _settleSteady(uint256 count) private returns (uint256 perItem) {
        _giveWeights();
        uint32 nonce = _nextNonce();
        _perceptronRound(count, nonce);
        _perceptronRound(count, nonce + 1);
        Batch memory batch = _add(_perceptronItems(count, nonce + 2, false));
        _wait(REFUND_WAIT_S);
        _measureSettle(string.concat("settle_n", _text(count), "_f10"), count, batch);
        return _perItem;
    }

    /// @dev A round of play that leaves the model as it was and everything settled.
    function _perceptronRound(uint256 count, uint32 nonce) private {
        Batch memory batch = _add(_perceptronItems(count, nonce, false));
        _wait(REFUND_WAIT_S);
        (uint256 refunded,) = _settleAll(batch);
        vm.assertEq(refunded, (1 << count) - 1, "warm-up: all refunded");
        _wait(1 hours);
    }

    /// @dev Teaches every label the words numbered `round`.
    function _bayesRound(uint32 round) private {
        Batch memory batch = _add(_bayesItems(100, round, false));
        _wait(FORFEIT_WAIT_S);
        (uint256 refunded, uint256 forfeited) = _settleAll(batch);
        vm.assertEq(refunded | forfeited, (1 << 100) - 1, "warm-up: all settled");
        _wait(1 hours);
    }

    uint256 private _perItem;
    uint256 private _rounds;

    function _nextNonce() private returns (uint32) {
        return uint32(3 * _rounds++);
    }

    // --- measuring

    function _measureAdd(string memory name, uint256 count, bytes memory items) private returns (Batch memory batch) {
        bytes memory data = abi.encodeCall(ForwarderApi.addBatch, (sponsor, address(model.trainer), items));
        bytes memory result = _measure(name, count, relayer, data, 0);
        (batch.acceptedMap, batch.outcomes, batch.terms, batch.header) =
            abi.decode(result, (uint256, bytes, Terms, BatchHeader));
        vm.assertEq(batch.acceptedMap, (1 << count) - 1, "all accepted");
        batch.trainer = address(model.trainer);
        batch.records = Wire.recordsOf(items, batch.outcomes);
    }

    function _measureSettle(string memory name, uint256 count, Batch memory batch) private {
        bytes memory data = abi.encodeCall(
            ForwarderApi.settle, (batch.trainer, batch.terms, batch.header, batch.records, (1 << count) - 1)
        );
        bytes memory result = _measure(name, count, settler, data, TWO_CREDITS);
        (uint256 refundedMap, uint256 forfeitedMap) = abi.decode(result, (uint256, uint256));
        vm.assertEq(refundedMap | forfeitedMap, (1 << count) - 1, "all settled");
    }

    function _measure(string memory name, uint256 count, address sender, bytes memory data, uint256 notSeenGas)
        private
        returns (bytes memory result)
    {
        vm.prank(sender);
        bool done;
        (done, result) = address(forwarder).call(data);
        uint256 spent = vm.lastCallGas().gasTotalUsed + notSeenGas;
        vm.assertTrue(done, "the measured transaction succeeds");
        uint256 floor = _calldataFloor(data);
        if (spent < floor) spent = floor;
        _perItem = (spent + count - 1) / count;
        vm.snapshotValue(SNAPSHOT, name, _perItem);
    }

    /// @dev EIP-7623: 21,000 and 10 for a zero byte, 40 for another.
    function _calldataFloor(bytes memory data) private pure returns (uint256 floor) {
        floor = 21_000;
        for (uint256 i = 0; i < data.length; ++i) {
            floor += data[i] == 0 ? 10 : 40;
        }
    }

    // --- samples

    /// @dev Weights around zero, none of them zero, so that no word is and about half the samples are positive.
    function _giveWeights() private {
        if (_rounds != 0) return;
        address classifier = _deployPerceptron(FEATURES, 0, 1);
        uint256[] memory words = new uint256[](WEIGHT_WORDS);
        for (uint256 i = 0; i < FEATURES; ++i) {
            int16 weight = int16(int256(_draw(1, i) % 400)) - 200;
            _weights[i] = weight == 0 ? int16(1) : weight;
            words[i / 16] |= uint256(uint16(_weights[i])) << (16 * (i % 16));
        }
        SparsePerceptronApi(classifier).initialize(0, words);
        model = _deployModel(classifier);
        _open(sponsor, address(model.trainer), _schedule());
        _wait(1 days);
        ++_rounds;
    }

    int16[FEATURES] private _weights;

    function _perceptronItems(uint256 count, uint32 nonce, bool updating) private returns (bytes memory items) {
        for (uint256 i = 0; i < count; ++i) {
            Draft memory draft = _draft(i, nonce);
            draft.sample = Samples.spread(_draw(nonce, i), PERCEPTRON_FEATURES, FEATURES);
            bool positive = _scoreOf(draft.sample) > 0;
            draft.label = positive == updating ? 0 : 1;
            if (updating) _shift(draft.sample, positive ? -1 : int16(1));
            items = bytes.concat(items, _item(draft));
        }
    }

    function _halfWrongItems(uint256 count, uint32 nonce) private view returns (bytes memory items) {
        for (uint256 i = 0; i < count; ++i) {
            Draft memory draft = _draft(i, nonce);
            draft.sample = Samples.spread(_draw(nonce, i), PERCEPTRON_FEATURES, FEATURES);
            bool right = i < count / 2;
            draft.label = (_scoreOf(draft.sample) > 0) == right ? 1 : 0;
            items = bytes.concat(items, _item(draft));
        }
    }

    /// @dev Five words for a label, each one of four that belong to it; mixed, or all of them numbered like the nonce.
    function _bayesItems(uint256 count, uint32 nonce, bool mixed) private view returns (bytes memory items) {
        for (uint256 i = 0; i < count; ++i) {
            Draft memory draft = _draft(i, nonce);
            draft.label = uint16(i % LABELS);
            bytes memory words = Samples.spread(draft.label, WORDS * WORDS_TO_CHOOSE_FROM, 65_536);
            draft.sample = "";
            for (uint256 word = 0; word < WORDS; ++word) {
                uint256 choice = (mixed ? _draw(i, word) : nonce) % WORDS_TO_CHOOSE_FROM;
                bytes memory feature = Wire.slice(words, 2 * (word * WORDS_TO_CHOOSE_FROM + choice), 2);
                draft.sample = bytes.concat(draft.sample, feature);
            }
            items = bytes.concat(items, _item(draft));
        }
    }

    function _scoreOf(bytes memory sample) private view returns (int256 score) {
        for (uint256 i = 0; i < sample.length; i += 2) {
            score += _weights[Wire.featureAt(sample, i)];
        }
    }

    function _shift(bytes memory sample, int16 step) private {
        for (uint256 i = 0; i < sample.length; i += 2) {
            _weights[Wire.featureAt(sample, i)] += step;
        }
    }

    function _text(uint256 number) private pure returns (string memory) {
        if (number < 10) return string(abi.encodePacked(bytes1(uint8(48 + number))));
        return string.concat(_text(number / 10), _text(number % 10));
    }
}
