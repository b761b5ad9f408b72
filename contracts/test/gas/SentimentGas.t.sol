// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SparsePerceptronApi} from "../support/Contracts.sol";
import {Batch, House} from "../support/House.sol";
import {Draft, Wire} from "../support/Wire.sol";

/// @title The job of 0xDeCA10B's sentiment model: 1,000 words, reviews of 20 of them
/// @notice Measured like `GasTest`. Every review is the sample of its own gas test. Its weights are not part of this
/// repository: those of `SENTIMENT_WEIGHTS` are taken (int16, big endian, in units of 1/1024; `tests/benchmarks/sentiment_gas.py`
/// sets it), or else drawn from their range. Intercept (5) and learning rate (1/2) are its own. Neither adding up nor moving
/// weights branches on a weight, unless one is at an end of its range; but the score decides which label is the wrong one,
/// and a label of 1 costs 12 gas more calldata than a label of 0. Every added review is predicted wrongly.
contract SentimentGasTest is House {
    uint256 private constant WORDS = 1000;
    uint256 private constant COUNT = 100;
    int256 private constant UNIT = 1024;
    int256 private constant RATE = UNIT / 2;
    uint256 private constant TWO_CREDITS = 2 * 2800;
    bytes private constant REVIEW =
        hex"000100020003000e000f001a00250030003b006e006f007000d5013a0203026802cd033203970398";

    /// @dev Score of the review in the model as it is.
    int256 private _score = 5 * UNIT;

    /// forge-config: default.isolate = true
    function test_reviews_of_20_words_stay_within_the_reach() external {
        _startModel();
        _assertScore();
        _round(0);
        _round(1);
        bytes memory items = _reviews(2, true);
        vm.prank(relayer);
        forwarder.addBatch(sponsor, address(model.trainer), items);
        vm.assertLe(_record("add_update_n100_imdb20", 0), 27_000, "gas per added review that updates the model");
        _assertScore();
        _wait(1 hours);
        Batch memory batch = _add(_reviews(3, false));
        _wait(REFUND_WAIT_S);
        vm.prank(settler);
        forwarder.settle(batch.trainer, batch.terms, batch.header, batch.records, (1 << COUNT) - 1);
        vm.assertLe(_record("settle_n100_imdb20", TWO_CREDITS), 12_000, "gas per settled review");
        vm.assertEq(model.data.freeSlot(), batch.header.slot, "all of them were settled");
    }

    function _record(string memory name, uint256 notSeenGas) private returns (uint256 perReview) {
        perReview = (vm.lastCallGas().gasTotalUsed + notSeenGas + COUNT - 1) / COUNT;
        vm.snapshotValue("gas", name, perReview);
    }

    /// @dev Reviews that leave the model as it was and everything settled.
    function _round(uint32 nonce) private {
        Batch memory batch = _add(_reviews(nonce, false));
        _wait(REFUND_WAIT_S);
        (uint256 refundedMap,) = _settleAll(batch);
        vm.assertEq(refundedMap, (1 << COUNT) - 1, "all refunded");
        _wait(1 hours);
    }

    function _reviews(uint32 nonce, bool updating) private returns (bytes memory items) {
        for (uint256 i = 0; i < COUNT; ++i) {
            Draft memory draft = _draft(i, nonce);
            draft.sample = REVIEW;
            bool positive = _score > 0;
            draft.label = positive == updating ? 0 : 1;
            if (updating) _score += (positive ? -RATE : RATE) * int256(REVIEW.length / 2);
            items = bytes.concat(items, _item(draft));
        }
    }

    /// @dev The model is where the labels suppose it to be: so every one of them was wrong that was meant to be.
    function _assertScore() private view {
        vm.assertEq(uint256(model.trainer.predict(REVIEW)), _score > 0 ? 1 : 0, "prediction");
        int256 score = 5 * UNIT;
        for (uint256 i = 0; i < REVIEW.length; i += 2) {
            uint256 feature = Wire.featureAt(REVIEW, i);
            uint256 word = SparsePerceptronApi(model.classifier).weightWords(feature / 16, 1)[0];
            score += int16(uint16(word >> (16 * (feature % 16))));
        }
        vm.assertEq(score, _score, "score");
    }

    function _startModel() private {
        uint256[] memory words = new uint256[]((WORDS + 15) / 16);
        bytes memory review = REVIEW;
        uint256 next = 0;
        bytes memory given = vm.envOr("SENTIMENT_WEIGHTS", bytes(""));
        vm.assertTrue(given.length == 0 || given.length == 2 * WORDS, "SENTIMENT_WEIGHTS: two bytes for each word");
        for (uint256 i = 0; i < WORDS; ++i) {
            int256 weight = given.length == 0 ? _drawnWeight(i) : int256(int16(uint16(Wire.featureAt(given, 2 * i))));
            words[i / 16] |= uint256(uint16(int16(weight))) << (16 * (i % 16));
            if (next < review.length && Wire.featureAt(review, next) == i) {
                _score += weight;
                next += 2;
            }
        }
        address classifier = _deployPerceptron(WORDS, int16(5 * UNIT), int16(RATE));
        SparsePerceptronApi(classifier).initialize(0, words);
        model = _deployModel(classifier);
        _open(sponsor, address(model.trainer), _schedule());
        _wait(1 days);
    }

    /// @dev From -18 to 15, never zero: every word of the model is in use.
    function _drawnWeight(uint256 index) private pure returns (int256 weight) {
        weight = int256(_draw(7, index) % uint256(33 * UNIT)) - 18 * UNIT;
        if (weight == 0) weight = 1;
    }
}
