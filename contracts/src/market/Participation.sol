// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPredictionMarket, Phase} from "../interfaces/IPredictionMarket.sol";
import {BatchHeader, ITrainer} from "../interfaces/ITrainer.sol";
import {Bits} from "../libraries/Bits.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {Records} from "../libraries/Records.sol";
import {Commitment} from "./Commitment.sol";

/// @title Contributions with stakes, while the model stays as it is
/// @notice Contributions are numbered from 1 on in the order in which they came. Those that come too late, that do not fit
/// the model, or for which there is no room are left out of a batch; they never revert it.
abstract contract Participation is Commitment {
    using Bits for uint256;
    using Lanes for uint256;

    uint256 private constant FIRST_BITS = 16;
    uint256 private constant FIRSTS_IN_WORD = 16;

    /// @dev Number of the first contribution of each batch, sixteen batches in a word.
    mapping(uint256 index => uint256 word) private _firsts;
    /// @dev Accepted records of a batch of which some were left out; zero when all were accepted.
    mapping(uint256 batch => uint256 acceptedMap) private _acceptedMaps;

    modifier onlyForwarder() {
        if (msg.sender != forwarder) revert OnlyForwarder(msg.sender);
        _;
    }

    /// @inheritdoc ITrainer
    function addBatch(bytes calldata records, uint256 count, bytes32 context)
        external
        payable
        onlyForwarder
        nonReentrant
        returns (uint256 acceptedMap, BatchHeader memory header)
    {
        uint256 surplusWei;
        (acceptedMap, header, surplusWei) = _add(records, count, context);
        _pay(msg.sender, surplusWei);
    }

    /// @inheritdoc IPredictionMarket
    function contribute(uint16 label, bytes calldata sample)
        external
        payable
        nonReentrant
        returns (BatchHeader memory header)
    {
        _require(Phase.Participation);
        uint256 surplusWei;
        (, header, surplusWei) = this.addOwn{value: msg.value}(Records.single(msg.sender, label, sample), msg.sender);
        if (header.accepted == 0) revert Unfit();
        _credit(msg.sender, surplusWei);
    }

    /// @notice Only `contribute` calls this: it turns the record into calldata, which the rest of the path reads.
    function addOwn(bytes calldata record, address payer)
        external
        payable
        returns (uint256 acceptedMap, BatchHeader memory header, uint256 surplusWei)
    {
        if (msg.sender != address(this)) revert OnlySelf(msg.sender);
        return _add(record, 1, bytes32(uint256(uint160(payer))));
    }

    /// @inheritdoc IPredictionMarket
    function firstNumber(uint256 batch) public view returns (uint256) {
        return _firsts[batch / FIRSTS_IN_WORD].get(batch % FIRSTS_IN_WORD, FIRST_BITS);
    }

    /// @dev Number of a batch's first contribution, and its records that took effect.
    function _batchAt(BatchHeader calldata header) internal view returns (uint256 first, uint256 acceptedMap) {
        first = firstNumber(header.id);
        acceptedMap = _acceptedMaps[header.id];
        if (acceptedMap == 0) acceptedMap = (1 << header.accepted) - 1;
    }

    function _add(bytes calldata records, uint256 count, bytes32 context)
        private
        returns (uint256 acceptedMap, BatchHeader memory header, uint256 surplusWei)
    {
        if (msg.value < stakeWei * count) revert StakeNotCovered(msg.value, stakeWei * count);
        header.stakeWei = uint96(stakeWei);
        if (phase() == Phase.Participation) acceptedMap = _fitting(records);
        uint256 accepted = acceptedMap.count();
        surplusWei = msg.value - stakeWei * accepted;
        if (accepted == 0) return (0, header, surplusWei);
        _held.openWei += uint128(stakeWei * accepted);
        header.addedAt = uint40(block.timestamp);
        header.accepted = uint16(accepted);
        header.newSlots = uint32(_number(acceptedMap, accepted));
        (header.payer, header.context) =
            msg.sender == forwarder ? (forwarder, context) : (address(uint160(uint256(context))), bytes32(0));
        header.recordsHash = keccak256(records);
        header = dataHandler.add(header, acceptedMap, records);
    }

    /// @dev The records that fit the model, as far as there is room.
    function _fitting(bytes calldata records) private view returns (uint256 acceptedMap) {
        uint256 room = maxContributions - _state.contributions;
        uint256 cursor = 0;
        for (uint256 record = 0; cursor < records.length; ++record) {
            if (record == Records.MAX_RECORDS) revert Records.TooManyRecords();
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (room == 0 || !classifier.fits(label, sample)) continue;
            acceptedMap |= 1 << record;
            --room;
        }
    }

    /// @dev Gives the contributions of a batch their numbers; the last one that there is room for ends participation.
    function _number(uint256 acceptedMap, uint256 accepted) private returns (uint256 newSlots) {
        uint256 batch = ++_state.batches;
        uint256 first = uint256(_state.contributions) + 1;
        uint256 word = _firsts[batch / FIRSTS_IN_WORD];
        if (word == 0) ++newSlots;
        _firsts[batch / FIRSTS_IN_WORD] = word.set(batch % FIRSTS_IN_WORD, FIRST_BITS, first);
        if (acceptedMap != (1 << accepted) - 1) {
            _acceptedMaps[batch] = acceptedMap;
            ++newSlots;
        }
        uint256 contributions = first - 1 + accepted;
        _state.contributions = uint16(contributions);
        if (contributions == maxContributions) _state.endsAt = uint40(block.timestamp);
    }
}
