// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDataHandler} from "../interfaces/IDataHandler.sol";
import {IPredictionMarket, MarketParts, MarketRules, Phase} from "../interfaces/IPredictionMarket.sol";
import {BatchHeader, ITrainer, Settlement} from "../interfaces/ITrainer.sol";
import {Bits} from "../libraries/Bits.sol";
import {Records} from "../libraries/Records.sol";
import {MarketBooks} from "./MarketBooks.sol";
import {Passes} from "./Passes.sol";

/// @title Prediction market: a bounty for data that makes a model better on a hidden test set
/// @notice One contract is one market, trainer and incentive mechanism at once. The provider locks a bounty and commits to
/// a test set of which one drawn piece is opened; participants stake on their contributions; the provider reveals the
/// rest; the model learns the contributions in order and is examined after each; passes share the bounty. Each step has a
/// time-out that says who gets what, and everything but committing is open to anybody.
///
/// The Forwarder's batches settle through it: of a contribution's final balance as much as its stake goes back to the
/// tank that paid the stake, the rest is the player's reward.
contract PredictionMarket is Passes {
    using Bits for uint256;

    /// @notice Name of the model.
    string public name;

    constructor(string memory name_, MarketParts memory parts, MarketRules memory rules) MarketBooks(parts, rules) {
        name = name_;
    }

    /// @inheritdoc ITrainer
    function settleBatch(BatchHeader calldata header, bytes calldata records, uint256 mask)
        external
        onlyForwarder
        nonReentrant
        returns (Settlement memory settlement)
    {
        if (header.payer != forwarder) revert WrongPayer(header.payer);
        uint256 paidWei;
        (settlement, paidWei) = _settle(header, records, mask);
        _pay(forwarder, paidWei);
    }

    /// @inheritdoc IPredictionMarket
    function settle(BatchHeader calldata header, bytes calldata records, uint256 mask)
        external
        nonReentrant
        returns (Settlement memory settlement)
    {
        if (header.payer == forwarder) revert WrongPayer(header.payer);
        uint256 paidWei;
        (settlement, paidWei) = _settle(header, records, mask);
        _credit(header.payer, paidWei);
    }

    /// @inheritdoc ITrainer
    /// @dev Rewards are paid with the contributions that earn them; nothing accrues.
    function collect(address) external view onlyForwarder returns (uint256) {
        return 0;
    }

    /// @notice The incentive mechanism: the market itself.
    function mechanism() external view returns (address) {
        return address(this);
    }

    /// @notice Name of the rule, for clients.
    function kind() external pure returns (string memory) {
        return "prediction-market";
    }

    /// @notice The model's label for a sample; free by `eth_call`. The model changes in the replay only.
    function predict(bytes calldata sample) external view returns (uint16) {
        return classifier.predict(sample);
    }

    /// @dev Takes what is asked for and still open out of the books; nothing is due before the market is closed.
    function _settle(BatchHeader calldata header, bytes calldata records, uint256 mask)
        private
        returns (Settlement memory settlement, uint256 paidWei)
    {
        if (keccak256(records) != header.recordsHash) revert IDataHandler.UnknownBatch(header.id, header.slot);
        if (phase() == Phase.Lapsed) _closeLapsed();
        uint256 candidates = dataHandler.openMap(header) & mask;
        if (candidates == 0 || phase() != Phase.Closed) return (settlement, 0);
        paidWei = _judge(header, candidates, settlement);
        _held.openWei -= uint128(paidWei);
        dataHandler.close(header, settlement.refundedMap, settlement.forfeitedMap);
    }

    /// @dev Splits each candidate's pay-out into what is left of its stake and a reward.
    function _judge(BatchHeader calldata header, uint256 candidates, Settlement memory settlement)
        private
        view
        returns (uint256 paidWei)
    {
        uint256[] memory rewards = new uint256[](Records.MAX_RECORDS);
        (uint256 number, uint256 acceptedMap) = _batchAt(header);
        uint256 record = 0;
        for (; candidates >> record != 0; ++record) {
            if (!acceptedMap.has(record)) continue;
            if (candidates.has(record)) {
                uint256 balanceWei = _payoutOf(number);
                bool whole = balanceWei >= stakeWei;
                if (whole) settlement.refundedMap |= 1 << record;
                else settlement.forfeitedMap |= 1 << record;
                settlement.refundWei += whole ? stakeWei : balanceWei;
                rewards[record] = whole ? balanceWei - stakeWei : 0;
                paidWei += balanceWei;
            }
            ++number;
        }
        // Made for the longest batch, shortened to the records walked over.
        assembly ("memory-safe") {
            mstore(rewards, record)
        }
        settlement.rewardsWei = rewards;
    }
}
