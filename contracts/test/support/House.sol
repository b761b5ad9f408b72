// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Terms} from "../../src/interfaces/IForwarder.sol";
import {BatchHeader} from "../../src/interfaces/ITrainer.sol";
import {FeeSchedule} from "../../src/libraries/FeeSchedules.sol";
import {
    DataHandlerApi,
    ForwarderApi,
    MechanismApi,
    NaiveBayesApi,
    SparsePerceptronApi,
    TrainerApi
} from "./Contracts.sol";
import {Samples} from "./Samples.sol";
import {Test} from "./Test.sol";
import {Draft, Wire} from "./Wire.sol";

/// @notice One model with its parts.
struct Model {
    TrainerApi trainer;
    MechanismApi mechanism;
    DataHandlerApi data;
    address classifier;
}

/// @notice A batch that was added: all that settling needs, and what the Forwarder said.
struct Batch {
    address trainer;
    uint256 acceptedMap;
    bytes outcomes;
    Terms terms;
    BatchHeader header;
    bytes records;
}

/// @title The whole house: a forwarder, one perceptron model, a sponsor with a full tank and a relayer
/// @notice Tests override what they care about and leave the rest.
abstract contract House is Test {
    uint256 internal constant START = 1_700_000_000;
    uint256 internal constant WITHDRAWAL_DELAY_S = 3 days;
    uint256 internal constant COST_WEIGHT = 1e12;
    uint256 internal constant MIN_STAKE_WEI = 1e12;
    uint256 internal constant MAX_STAKE_WEI = 1e16;
    uint256 internal constant REFUND_WAIT_S = 60;
    uint256 internal constant FORFEIT_WAIT_S = 180;
    uint256 internal constant FEATURES = 1008;
    /// @dev So low that the model says 0 to everything for long.
    int16 internal constant INTERCEPT = -100;
    uint256 internal constant TANK_WEI = 100 ether;
    uint96 internal constant DAILY_LIMIT_WEI = 50 ether;
    uint64 internal constant PRICE_CAP_WEI = 20 gwei;
    uint64 internal constant TIP_CAP_WEI = 2 gwei;
    uint256 internal constant BASE_FEE_WEI = 7 gwei;
    uint256 internal constant GAS_PRICE_WEI = 8 gwei;
    uint64 internal constant MAX_FEE_GWEI = 5_000_000;

    ForwarderApi internal forwarder;
    Model internal model;
    bytes32 internal separator;

    address internal sponsor = vm.addr(0x5705);
    address internal relayer = vm.addr(0x4e1a);
    address internal settler = vm.addr(0x5e77);
    address internal stranger = vm.addr(0x57a6);

    function setUp() public virtual {
        vm.warp(START);
        vm.fee(BASE_FEE_WEI);
        vm.txGasPrice(GAS_PRICE_WEI);
        forwarder = ForwarderApi(_deploy("forwarder/Forwarder", abi.encode(WITHDRAWAL_DELAY_S)));
        separator = Wire.domainSeparator(address(forwarder), block.chainid);
        model = _deployModel(_deployPerceptron(FEATURES, INTERCEPT, 1));
        vm.label(address(forwarder), "forwarder");
        vm.label(sponsor, "sponsor");
        vm.label(relayer, "relayer");
        _fillTank(sponsor, TANK_WEI);
        _open(sponsor, address(model.trainer), _schedule());
        vm.warp(START + 1 days);
    }

    // --- building

    function _deploy(string memory name, bytes memory arguments) internal returns (address) {
        bytes memory path = bytes(name);
        uint256 slash = 0;
        for (uint256 i = 0; i < path.length; ++i) {
            if (path[i] == "/") slash = i + 1;
        }
        string memory contractName = string(Wire.slice(path, slash, path.length - slash));
        return vm.deployCode(string.concat("contracts/src/", name, ".sol:", contractName), arguments);
    }

    function _deployPerceptron(uint256 features, int16 intercept, int16 rate) internal returns (address) {
        return _deploy("classifier/SparsePerceptron", abi.encode(features, features, intercept, rate));
    }

    function _deployNaiveBayes(uint256 labels, uint256 inverseAlpha, uint256 vocabulary) internal returns (address) {
        return _deploy("classifier/NaiveBayes", abi.encode(labels, labels, inverseAlpha, vocabulary));
    }

    function _deployMechanism() internal returns (address) {
        return _deployMechanism(COST_WEIGHT, MIN_STAKE_WEI, MAX_STAKE_WEI);
    }

    function _deployMechanism(uint256 costWeight, uint256 minStakeWei, uint256 maxStakeWei) internal returns (address) {
        return _deploy(
            "incentive/SelfAssessment", abi.encode(costWeight, minStakeWei, maxStakeWei, REFUND_WAIT_S, FORFEIT_WAIT_S)
        );
    }

    /// @dev From here on the model is a new one whose stake never changes.
    function _useStake(uint256 stakeWei) internal {
        address mechanism = _deployMechanism(0, stakeWei, stakeWei);
        model = _deployModel(_deployPerceptron(FEATURES, INTERCEPT, 1), mechanism);
        _open(sponsor, address(model.trainer), _schedule());
    }

    function _deployModel(address classifier) internal returns (Model memory built) {
        return _deployModel(classifier, _deployMechanism());
    }

    function _deployModel(address classifier, address mechanism) internal returns (Model memory built) {
        built.classifier = classifier;
        built.mechanism = MechanismApi(mechanism);
        built.data = DataHandlerApi(_deploy("data/DataHandler", ""));
        built.trainer = TrainerApi(
            _deploy(
                "trainer/CollaborativeTrainer",
                abi.encode("a model", forwarder, built.mechanism, built.data, classifier)
            )
        );
        built.mechanism.bind(address(built.trainer));
        built.data.bind(address(built.trainer));
        SparsePerceptronApi(classifier).bind(address(built.trainer));
        vm.label(address(built.trainer), "trainer");
        vm.label(address(built.mechanism), "mechanism");
    }

    function _schedule() internal pure virtual returns (FeeSchedule memory) {
        return FeeSchedule({
            addUnits: 22_000,
            addUnitsPerByte: 300,
            settleUnits: 9_000,
            settleUnitsPerByte: 120,
            addBatchUnits: 160_000,
            settleBatchUnits: 90_000
        });
    }

    function _fillTank(address owner, uint256 amountWei) internal {
        vm.deal(address(this), address(this).balance + amountWei);
        forwarder.deposit{value: amountWei}(owner);
    }

    function _open(address owner, address trainer, FeeSchedule memory schedule) internal {
        vm.startPrank(owner);
        forwarder.setRelayer(relayer, true);
        forwarder.setTrainer(trainer, true, schedule);
        forwarder.setLimits(DAILY_LIMIT_WEI, PRICE_CAP_WEI, TIP_CAP_WEI);
        vm.stopPrank();
    }

    function _setLimits(uint96 dailyLimitWei, uint64 priceCapWei, uint64 tipCapWei) internal {
        vm.prank(sponsor);
        forwarder.setLimits(dailyLimitWei, priceCapWei, tipCapWei);
    }

    // --- players and what they sign

    function _key(uint256 player) internal pure returns (uint256) {
        return 0xa11ce + player;
    }

    function _player(uint256 player) internal pure returns (address) {
        return vm.addr(_key(player));
    }

    /// @dev A sound contribution that the model agrees with; the sample depends on player and nonce.
    function _draft(uint256 player, uint32 nonce) internal view returns (Draft memory draft) {
        draft.key = _key(player);
        draft.player = vm.addr(draft.key);
        draft.trainer = address(model.trainer);
        draft.nonce = nonce;
        draft.deadline = uint40(block.timestamp + 1 hours);
        draft.maxFeeGwei = MAX_FEE_GWEI;
        draft.label = 0;
        draft.sample = Samples.list(uint16(player), uint16(500 + nonce % 500));
    }

    /// @dev A contribution that the model disagrees with, then and later.
    function _wrong(uint256 player, uint32 nonce) internal view returns (Draft memory draft) {
        draft = _draft(player, nonce);
        draft.label = 1;
    }

    function _item(Draft memory draft) internal view returns (bytes memory) {
        return Wire.signedItem(draft, separator);
    }

    /// @dev Items of `count` different players with the same nonce.
    function _items(uint256 count, uint32 nonce) internal view returns (bytes memory items) {
        for (uint256 i = 0; i < count; ++i) {
            items = bytes.concat(items, _item(_draft(i, nonce)));
        }
    }

    // --- acting

    function _add(bytes memory items) internal returns (Batch memory) {
        return _addTo(sponsor, address(model.trainer), items);
    }

    function _addTo(address payer, address trainer, bytes memory items) internal returns (Batch memory batch) {
        batch.trainer = trainer;
        vm.prank(relayer);
        (batch.acceptedMap, batch.outcomes, batch.terms, batch.header) = forwarder.addBatch(payer, trainer, items);
        batch.records = Wire.recordsOf(items, batch.outcomes);
    }

    function _settle(Batch memory batch, uint256 mask) internal returns (uint256 refundedMap, uint256 forfeitedMap) {
        vm.prank(settler);
        return forwarder.settle(batch.trainer, batch.terms, batch.header, batch.records, mask);
    }

    function _settleAll(Batch memory batch) internal returns (uint256 refundedMap, uint256 forfeitedMap) {
        return _settle(batch, type(uint256).max);
    }

    function _wait(uint256 durationS) internal {
        vm.warp(block.timestamp + durationS);
    }

    // --- looking

    function _balanceOf(address account) internal view returns (uint256 balanceWei) {
        (balanceWei,,) = forwarder.player(account);
    }

    /// @dev Stake and both fees of one contribution, as a player sees them.
    function _quoteGwei(uint256 sampleBytes) internal view returns (uint64) {
        (uint256 addFeeWei, uint256 reserveWei) =
            forwarder.quote(sponsor, address(model.trainer), sampleBytes, GAS_PRICE_WEI);
        return uint64((addFeeWei + reserveWei + 1 gwei - 1) / 1 gwei);
    }

    function _assertOutcomes(Batch memory batch, bytes memory expected) internal pure {
        vm.assertEq(batch.outcomes, expected, "outcomes");
    }

    /// @dev Promise 1 for the mechanism; the Forwarder's side needs everybody with a balance, see the invariants.
    function _assertMechanismBooks() internal view {
        MechanismApi mechanism = model.mechanism;
        vm.assertEq(
            address(mechanism).balance,
            mechanism.openStakesWei() + mechanism.rewardPoolWei() + mechanism.totalClaimableWei(),
            "mechanism: balance = open stakes + rewards + claimable"
        );
    }

    receive() external payable {}
}
