// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Terms} from "../../src/interfaces/IForwarder.sol";
import {IPredictionMarket, MarketRules, Phase, Piece, SuppliedBatch} from "../../src/interfaces/IPredictionMarket.sol";
import {BatchHeader} from "../../src/interfaces/ITrainer.sol";
import {ForwarderApi, SparsePerceptronApi} from "../support/Contracts.sol";
import {Batch} from "../support/House.sol";
import {MarketHouse} from "../support/MarketHouse.sol";
import {Samples} from "../support/Samples.sol";
import {Draft, Wire} from "../support/Wire.sol";

/// @title What a whole market costs: 20 contributions, a test set of 64 records that score
/// @notice Method as in Gas.t.sol: isolated transactions, the calldata floor of EIP-7623 included. The model is a
/// perceptron over 1,008 features, samples have 10. The test set is four scoring pieces of sixteen records and the opened
/// fifth. All players are new, no storage word was written before: a market is used once. `market_total` is every
/// transaction from the commitment to the provider's claim; `market_worst_step` is the dearest of them when the replay
/// is cut in steps of 20 evaluations of a piece, `market_total` is measured with the same steps.
contract MarketGasTest is MarketHouse {
    uint256 private constant CONTRIBUTIONS = 20;
    uint256 private constant GAS_PIECES = 5;
    uint256 private constant RECORDS = 16;
    uint256 private constant SAMPLE_FEATURES = 10;
    uint256 private constant STEP = 20;
    uint256 private constant MOST_PER_STEP = 5_000_000;

    uint256 private _total;
    uint256 private _worst;

    /// forge-config: default.isolate = true
    function test_a_whole_market_of_20_contributions_in_steps_below_5_million() external {
        Batch memory batch = _playMarket();
        _measure(provider, 0, abi.encodeCall(IPredictionMarket.claim, ()));
        vm.assertEq(market.openWei() + market.totalClaimableWei(), 0, "the market is over");
        vm.assertEq(batch.header.accepted, CONTRIBUTIONS, "all contributed");
        vm.assertLe(_worst, MOST_PER_STEP, "the dearest step");
        vm.snapshotValue("gas", "market_total", _total);
        vm.snapshotValue("gas", "market_worst_step", _worst);
    }

    /// forge-config: default.isolate = true
    function test_one_pass_over_the_largest_market_stays_below_5_million() external {
        uint256[] memory rights = new uint256[](769);
        for (uint256 i = 0; i < rights.length; ++i) {
            rights[i] = _draw(9, i) % 11;
        }
        MarketRules memory rules = _rules();
        rules.maxContributions = 768;
        _openMarket(rights, rules);
        for (uint256 i = 0; i < 768; ++i) {
            _contribute(stranger);
        }
        market.reveal(leaves, 0, pieces);
        while (market.phase() == Phase.Replay) {
            uint256 from = market.replayCursor().batch;
            market.replay(leaves, 0, pieces, _window(from == 0 ? 0 : from - 1, 100), 100);
        }
        while (market.phase() == Phase.Passes) {
            _measure(stranger, 0, abi.encodeCall(IPredictionMarket.playPasses, (1)));
        }
        vm.assertLe(_worst, MOST_PER_STEP, "the dearest pass");
    }

    // --- scenario

    function _playMarket() private returns (Batch memory batch) {
        _prepare();
        vm.deal(provider, BOUNTY_WEI);
        _measure(provider, BOUNTY_WEI, abi.encodeCall(IPredictionMarket.commit, (leaves)));
        vm.roll(market.state().drawBlock + 1);
        _measure(stranger, 0, abi.encodeCall(IPredictionMarket.draw, ()));
        Piece memory drawn = pieces[market.state().openedPiece];
        _measure(provider, 0, abi.encodeCall(IPredictionMarket.open, (leaves, drawn)));
        batch = _contributeAll();
        supplied.push(SuppliedBatch(batch.header, batch.records));
        _endParticipation();
        _measure(provider, 0, abi.encodeCall(IPredictionMarket.reveal, (leaves, 0, pieces)));
        while (market.phase() == Phase.Replay) {
            _measure(stranger, 0, abi.encodeCall(IPredictionMarket.replay, (leaves, 0, pieces, supplied, STEP)));
        }
        _measure(stranger, 0, abi.encodeCall(IPredictionMarket.playPasses, (NO_LIMIT)));
        _measureAt(
            address(forwarder),
            settler,
            0,
            abi.encodeCall(
                ForwarderApi.settle, (batch.trainer, batch.terms, batch.header, batch.records, type(uint256).max)
            )
        );
    }

    function _prepare() private {
        address classifier = _deployPerceptron(FEATURES, 0, 1);
        uint256[] memory words = new uint256[](FEATURES / 16);
        for (uint256 i = 0; i < FEATURES; ++i) {
            words[i / 16] |= uint256(uint16(_weight(i))) << (16 * (i % 16));
        }
        SparsePerceptronApi(classifier).initialize(0, words);
        _announceWith(classifier, _rules());
        for (uint256 i = 0; i < GAS_PIECES; ++i) {
            bytes memory records;
            for (uint256 record = 0; record < RECORDS; ++record) {
                bytes memory sample = Samples.spread(_draw(7, i * RECORDS + record), SAMPLE_FEATURES, FEATURES);
                records = bytes.concat(records, _record(address(0), uint16(record % 2), sample));
            }
            _addPiece(keccak256(abi.encode(i)), records);
        }
        _open(sponsor, address(market), _schedule());
    }

    function _contributeAll() private returns (Batch memory batch) {
        bytes memory items;
        for (uint256 i = 0; i < CONTRIBUTIONS; ++i) {
            Draft memory draft = _marketDraft(i, 0);
            draft.sample = Samples.spread(_draw(8, i), SAMPLE_FEATURES, FEATURES);
            draft.label = uint16(i % 2);
            items = bytes.concat(items, _item(draft));
        }
        bytes memory result = _measureAt(
            address(forwarder), relayer, 0, abi.encodeCall(ForwarderApi.addBatch, (sponsor, address(market), items))
        );
        (batch.acceptedMap, batch.outcomes, batch.terms, batch.header) =
            abi.decode(result, (uint256, bytes, Terms, BatchHeader));
        batch.trainer = address(market);
        batch.records = Wire.recordsOf(items, batch.outcomes);
    }

    /// @dev Around zero and never zero, so that the model's words exist.
    function _weight(uint256 feature) private pure returns (int16) {
        int16 weight = int16(int256(_draw(1, feature) % 400)) - 200;
        return weight == 0 ? int16(1) : weight;
    }

    function _window(uint256 from, uint256 count) private view returns (SuppliedBatch[] memory window) {
        if (from + count > supplied.length) count = supplied.length - from;
        window = new SuppliedBatch[](count);
        for (uint256 i = 0; i < count; ++i) {
            window[i] = supplied[from + i];
        }
    }

    // --- measuring

    function _measure(address sender, uint256 valueWei, bytes memory data) private returns (bytes memory) {
        return _measureAt(address(market), sender, valueWei, data);
    }

    function _measureAt(address target, address sender, uint256 valueWei, bytes memory data)
        private
        returns (bytes memory result)
    {
        vm.prank(sender);
        bool done;
        (done, result) = target.call{value: valueWei}(data);
        uint256 spent = vm.lastCallGas().gasTotalUsed;
        vm.assertTrue(done, "the measured transaction succeeds");
        uint256 floor = 21_000;
        for (uint256 i = 0; i < data.length; ++i) {
            floor += data[i] == 0 ? 10 : 40;
        }
        if (spent < floor) spent = floor;
        _total += spent;
        if (spent > _worst) _worst = spent;
    }
}
