// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IClassifier} from "../interfaces/IClassifier.sol";
import {IDataHandler} from "../interfaces/IDataHandler.sol";
import {IIncentiveMechanism} from "../interfaces/IIncentiveMechanism.sol";
import {BatchHeader, ITrainer, Settlement} from "../interfaces/ITrainer.sol";
import {IValidatedTrainer, IValidatingMechanism} from "../interfaces/IValidation.sol";
import {Bits} from "../libraries/Bits.sol";
import {Records} from "../libraries/Records.sol";

/// @title Ties incentive mechanism, data handler and classifier of one model together
/// @notice The Forwarder brings batches for players whom a sponsor pays for. A player may as well contribute directly with
/// an own stake: the relayer is a convenience, never a gatekeeper. Anyone may settle.
contract CollaborativeTrainer is IValidatedTrainer, ReentrancyGuardTransient {
    using Bits for uint256;

    /// @notice Name of the model.
    string public name;
    /// @notice The only contract that may bring contributions for others.
    address public immutable forwarder;
    IIncentiveMechanism public immutable mechanism;
    IDataHandler public immutable dataHandler;
    IClassifier public immutable classifier;
    /// @notice Whether the mechanism lets players confirm each other's contributions.
    bool public immutable takesValidations;

    constructor(
        string memory name_,
        address forwarder_,
        IIncentiveMechanism mechanism_,
        IDataHandler dataHandler_,
        IClassifier classifier_
    ) {
        name = name_;
        forwarder = forwarder_;
        mechanism = mechanism_;
        dataHandler = dataHandler_;
        classifier = classifier_;
        takesValidations = mechanism_.takesValidations();
    }

    modifier onlyForwarder() {
        _checkForwarder();
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
        if (surplusWei != 0) {
            (bool paid,) = msg.sender.call{value: surplusWei}("");
            if (!paid) revert TransferFailed(msg.sender, surplusWei);
        }
    }

    /// @notice Contributes directly with an own stake. What is sent above the stake can be claimed from the mechanism.
    /// @return header what settling must re-supply, with the record `player | label | sampleLength | sample`
    function contribute(uint16 label, bytes calldata sample)
        external
        payable
        nonReentrant
        returns (BatchHeader memory header)
    {
        uint256 surplusWei;
        (, header, surplusWei) = this.addOwn{value: msg.value}(Records.single(msg.sender, label, sample), msg.sender);
        if (header.accepted == 0) revert Unfit();
        if (surplusWei != 0) mechanism.credit{value: surplusWei}(msg.sender);
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

    /// @inheritdoc ITrainer
    function settleBatch(BatchHeader calldata header, bytes calldata records, uint256 mask)
        external
        onlyForwarder
        nonReentrant
        returns (Settlement memory settlement)
    {
        if (header.payer != forwarder) revert WrongPayer(header.payer);
        return _settle(header, records, mask, forwarder);
    }

    /// @notice Settles a directly added contribution; anyone may. Its payer claims the money from the mechanism.
    function settle(BatchHeader calldata header, bytes calldata records, uint256 mask)
        external
        nonReentrant
        returns (Settlement memory settlement)
    {
        if (header.payer == forwarder) revert WrongPayer(header.payer);
        return _settle(header, records, mask, address(0));
    }

    /// @inheritdoc IValidatedTrainer
    function validateBatch(BatchHeader calldata header, bytes calldata records, bytes calldata statements)
        external
        onlyForwarder
        nonReentrant
        returns (Settlement memory settlement, bytes memory outcomes)
    {
        if (header.payer != forwarder) revert WrongPayer(header.payer);
        (settlement.refundedMap, outcomes) = _validate(header, records, statements);
    }

    /// @notice Confirms a directly added contribution in the caller's name.
    /// @return outcome what became of it; see `Outcome`, 0 being success
    function validate(BatchHeader calldata header, bytes calldata record)
        external
        nonReentrant
        returns (uint8 outcome)
    {
        if (header.payer == forwarder) revert WrongPayer(header.payer);
        (, bytes memory outcomes) = _validate(header, record, abi.encodePacked(msg.sender, uint8(0)));
        return uint8(outcomes[0]);
    }

    /// @inheritdoc ITrainer
    function collect(address player) external onlyForwarder nonReentrant returns (uint256 amountWei) {
        return mechanism.collect(player, forwarder);
    }

    /// @inheritdoc ITrainer
    function stakeWei() external view returns (uint256) {
        return mechanism.stakeWei();
    }

    /// @notice The model's label for a sample; free by `eth_call`.
    function predict(bytes calldata sample) external view returns (uint16) {
        return classifier.predict(sample);
    }

    /// @dev Trains on what fits, takes the stakes of that and leaves the rest of the money to the caller.
    function _add(bytes calldata records, uint256 count, bytes32 context)
        private
        returns (uint256 acceptedMap, BatchHeader memory header, uint256 surplusWei)
    {
        uint256 stake = mechanism.stakeWei();
        if (msg.value < stake * count) revert StakeNotCovered(msg.value, stake * count);
        uint256 newSlots;
        (acceptedMap, newSlots) = classifier.train(records);
        uint256 accepted = acceptedMap.count();
        header.stakeWei = uint96(stake);
        if (accepted == 0) return (0, header, msg.value);
        surplusWei = msg.value - stake * accepted;
        mechanism.takeStakes{value: stake * accepted}(accepted);
        header.addedAt = uint40(block.timestamp);
        header.accepted = uint16(accepted);
        if (takesValidations) newSlots += _validating().noteAuthors(records, acceptedMap);
        header.newSlots = uint32(newSlots);
        (header.payer, header.context) =
            msg.sender == forwarder ? (forwarder, context) : (address(uint160(uint256(context))), bytes32(0));
        header.recordsHash = keccak256(records);
        header = dataHandler.add(header, acceptedMap, records);
    }

    function _settle(BatchHeader calldata header, bytes calldata records, uint256 mask, address payTo)
        private
        returns (Settlement memory settlement)
    {
        uint256 candidates = _openMap(header, records) & mask;
        // Where players judge, the model is not asked.
        uint256 agreeing = takesValidations ? 0 : classifier.agrees(records, candidates);
        settlement =
            mechanism.settle(records, candidates, agreeing, header.stakeWei, header.addedAt, payTo, header.payer);
        if (settlement.refundedMap | settlement.forfeitedMap != 0) {
            dataHandler.close(header, settlement.refundedMap, settlement.forfeitedMap);
        }
    }

    function _validate(BatchHeader calldata header, bytes calldata records, bytes memory statements)
        private
        returns (uint256 settledMap, bytes memory outcomes)
    {
        if (!takesValidations) revert NoValidations();
        (settledMap, outcomes) = _validating().validate(header.id, records, _openMap(header, records), statements);
        if (settledMap != 0) dataHandler.close(header, settledMap, 0);
    }

    /// @dev Open contributions of a batch that is what it was when it was added.
    function _openMap(BatchHeader calldata header, bytes calldata records) private view returns (uint256) {
        if (keccak256(records) != header.recordsHash) revert IDataHandler.UnknownBatch(header.id, header.slot);
        return dataHandler.openMap(header);
    }

    function _validating() private view returns (IValidatingMechanism) {
        return IValidatingMechanism(address(mechanism));
    }

    function _checkForwarder() private view {
        if (msg.sender != forwarder) revert OnlyForwarder(msg.sender);
    }
}
