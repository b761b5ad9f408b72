// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IForwarder, Tank, Terms} from "../../src/interfaces/IForwarder.sol";
import {BatchHeader, Settlement} from "../../src/interfaces/ITrainer.sol";
import {Batch, House} from "../support/House.sol";
import {LyingTrainer} from "../support/LyingTrainer.sol";
import {Draft} from "../support/Wire.sol";

/// @title A trainer may lie about everything: only the sponsor that approved it can lose by it
contract LyingTrainersTest is House {
    LyingTrainer private _liar;
    address private _crook = vm.addr(0xc400c);
    bytes32 private _victimBooks;

    event LieTold();

    function setUp() public override {
        super.setUp();
        _liar = new LyingTrainer();
        vm.deal(address(_liar), 50 ether);
        _fillTank(_crook, 10 ether);
        _open(_crook, address(_liar), _schedule());
        _add(_items(3, 0));
        _victimBooks = keccak256(abi.encode(forwarder.tank(sponsor)));
    }

    function test_keeping_the_stakes_of_what_was_left_out_is_refused() external {
        _tellStake(1 gwei);
        _liar.tellAdded(2 gwei, 1, _header(1, 1 gwei));
        _expectMisreported(1 gwei, 2 gwei);
    }

    function test_accepting_records_that_were_not_brought_is_refused() external {
        _tellStake(1 gwei);
        _liar.tellAdded(2 gwei, 6, _header(2, 1 gwei));
        _expectMisreported(2 gwei, 2 gwei);
    }

    function test_another_stake_in_the_header_is_refused() external {
        _tellStake(1 gwei);
        _liar.tellAdded(2 gwei, 3, _header(2, 2 gwei));
        _expectMisreported(2 gwei, 2 gwei);
    }

    function test_more_storage_than_contributions_can_make_is_refused() external {
        _tellStake(1 gwei);
        BatchHeader memory header = _header(2, 1 gwei);
        header.newSlots = 1000;
        _liar.tellAdded(2 gwei, 3, header);
        vm.prank(relayer);
        vm.expectPartialRevert(IForwarder.TrainerMisreported.selector);
        forwarder.addBatch(_crook, address(_liar), _lyingItems(2));
    }

    function test_rewards_without_money_are_refused() external {
        Settlement memory settlement = _settlement(1, 0, 0);
        settlement.rewardsWei[0] = 1 ether;
        _expectSettlementMisreported(settlement, 0, 1 ether);
    }

    function test_refunds_without_money_are_refused() external {
        _expectSettlementMisreported(_settlement(1, 0, 1 ether), 1 ether - 1, 1 ether);
    }

    function test_more_money_than_reported_is_refused() external {
        _expectSettlementMisreported(_settlement(1, 0, 5), 6, 5);
    }

    /// @dev Such money would be in no tank, nobody's balance and nobody's credit.
    function test_money_that_comes_while_nothing_settles_is_refused() external {
        _expectSettlementMisreported(_settlement(0, 0, 7), 7, 0);
    }

    function test_money_that_comes_with_a_validation_that_settles_nothing_is_refused() external {
        _tellStake(0);
        _liar.tellAdded(0, 1, _header(1, 0));
        Batch memory batch = _addTo(_crook, address(_liar), _lyingItems(1));
        batch.header = _header(1, 0);
        batch.header.context = keccak256(abi.encode(batch.terms));
        _liar.tellSettled(7, _settlement(0, 0, 7));
        bytes memory item = _validation(address(_liar));
        vm.expectRevert(abi.encodeWithSelector(IForwarder.TrainerMisreported.selector, 0, 7));
        forwarder.validate(address(_liar), batch.terms, batch.header, batch.records, item);
        _liar.tellSettled(0, _settlement(0, 0, 0));
        (uint256 validatedMap,, uint256 settledMap) =
            forwarder.validate(address(_liar), batch.terms, batch.header, batch.records, item);
        vm.assertEq(validatedMap, 1, "a trainer may say so");
        vm.assertEq(settledMap, 0, "but nothing is settled, nothing paid");
    }

    /// @dev What is set aside for the relayers of one trainer is out of reach of every other one, retired ones included.
    function test_a_sponsor_cannot_take_what_it_owes_through_a_trainer_of_its_own() external {
        Batch memory honest = _add(_items(10, 1));
        Terms memory terms;
        terms.sponsor = sponsor;
        terms.relayer = _crook;
        terms.addPriceWei = uint64(forwarder.tank(sponsor).reservedWei / 4e9);
        terms.schedule.addUnits = 4e9;
        BatchHeader memory header;
        header.accepted = 1;
        header.payer = address(forwarder);
        header.context = keccak256(abi.encode(terms));
        _liar.tellSettled(0, _settlement(1, 0, 0));
        vm.prank(sponsor);
        forwarder.setTrainer(address(_liar), true, _schedule());
        vm.prank(sponsor);
        forwarder.setTrainer(address(_liar), false, _schedule());
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        forwarder.settle(address(_liar), terms, header, abi.encodePacked(address(1), uint32(0)), 1);
        _wait(REFUND_WAIT_S);
        (uint256 refunded,) = _settleAll(honest);
        vm.assertEq(refunded, 1023, "the honest batch settles");
    }

    function test_dividends_count_only_as_far_as_they_arrive() external {
        _liar.tellCollected(5, 6);
        address[] memory players = new address[](1);
        vm.expectRevert(abi.encodeWithSelector(IForwarder.TrainerMisreported.selector, 6, 5));
        forwarder.collect(address(_liar), players);
    }

    function test_anybody_may_give_a_player_money_through_a_trainer() external {
        _liar.tellCollected(5, 5);
        address[] memory players = new address[](1);
        players[0] = _player(0);
        forwarder.collect(address(_liar), players);
        vm.assertEq(_balanceOf(_player(0)), 5, "a gift");
    }

    function testFuzz_adding_lies_never_touches_others(
        uint96 stakeWei,
        uint96 keptWei,
        uint8 acceptedMap,
        BatchHeader calldata header
    ) external {
        _tellStake(_bound(stakeWei, 0, 1 ether));
        _liar.tellAdded(keptWei, acceptedMap % 16, header);
        vm.prank(relayer);
        try forwarder.addBatch(_crook, address(_liar), _lyingItems(3)) {} catch {}
        _assertOthersAreSafe();
    }

    function testFuzz_consistent_lies_never_touch_others(uint96 stakeWei, uint8 acceptedMap, uint256 seed) external {
        uint256 stake = _bound(stakeWei, 0, 1 ether);
        uint256 map = acceptedMap % 8;
        uint16 accepted = uint16(map & 1) + uint16((map >> 1) & 1) + uint16(map >> 2);
        _tellStake(stake);
        _liar.tellAdded(stake * accepted, map, _header(accepted, uint96(stake)));
        Batch memory batch = _addTo(_crook, address(_liar), _lyingItems(3));
        _assertOthersAreSafe();
        batch.header.context = keccak256(abi.encode(batch.terms));
        for (uint256 i = 0; i < 4; ++i) {
            _trySettlingLies(batch, _draw(seed, i));
            _assertOthersAreSafe();
        }
    }

    /// @dev The crook's trainer knows no commitments, so header and terms can be forged at will.
    function testFuzz_forged_terms_never_touch_others(Terms calldata forged, BatchHeader calldata header, uint256 seed)
        external
    {
        _tellStake(0);
        _liar.tellAdded(0, 7, _header(3, 0));
        Batch memory batch = _addTo(_crook, address(_liar), _lyingItems(3));
        batch.terms = forged;
        batch.terms.sponsor = _crook;
        batch.header = header;
        batch.header.payer = address(forwarder);
        batch.header.context = keccak256(abi.encode(batch.terms));
        _trySettlingLies(batch, seed);
        _assertOthersAreSafe(batch.terms.relayer);
    }

    function test_terms_that_name_a_victim_are_refused() external {
        _tellStake(0);
        _liar.tellAdded(0, 1, _header(1, 0));
        Batch memory batch = _addTo(_crook, address(_liar), _lyingItems(1));
        batch.terms.sponsor = sponsor;
        batch.header.payer = address(forwarder);
        batch.header.context = keccak256(abi.encode(batch.terms));
        vm.expectRevert(abi.encodeWithSelector(IForwarder.TrainerNotAllowed.selector, sponsor, address(_liar)));
        forwarder.settle(address(_liar), batch.terms, batch.header, batch.records, 1);
    }

    function test_the_same_lie_told_twice_drains_only_its_own_tank() external {
        _tellStake(0);
        _liar.tellAdded(0, 1, _header(1, 0));
        Batch memory batch = _addTo(_crook, address(_liar), _lyingItems(1));
        batch.header = _header(1, 0);
        batch.header.context = keccak256(abi.encode(batch.terms));
        _liar.tellSettled(0, _settlement(1, 0, 0));
        forwarder.settle(address(_liar), batch.terms, batch.header, batch.records, 1);
        // The reserve of the one contribution is gone: a second helping has nothing to come from.
        vm.expectRevert();
        forwarder.settle(address(_liar), batch.terms, batch.header, batch.records, 1);
        _assertOthersAreSafe();
    }

    // --- support

    function _tellStake(uint256 stakeWei) private {
        _liar.tellStake(stakeWei);
    }

    function _header(uint16 accepted, uint96 stakeWei) private view returns (BatchHeader memory header) {
        header.accepted = accepted;
        header.stakeWei = stakeWei;
        header.payer = address(forwarder);
    }

    function _settlement(uint256 refundedMap, uint256 forfeitedMap, uint256 refundWei)
        private
        pure
        returns (Settlement memory settlement)
    {
        settlement.refundedMap = refundedMap;
        settlement.forfeitedMap = forfeitedMap;
        settlement.refundWei = refundWei;
        settlement.rewardsWei = new uint256[](3);
    }

    function _lyingItems(uint256 count) private view returns (bytes memory items) {
        for (uint256 i = 0; i < count; ++i) {
            Draft memory draft = _draft(20 + i, 0);
            draft.trainer = address(_liar);
            items = bytes.concat(items, _item(draft));
        }
    }

    /// @dev A sound statement about the first record of batch 0.
    function _validation(address trainer) private view returns (bytes memory) {
        uint40 deadline = uint40(block.timestamp);
        bytes32 digest = forwarder.validationDigest(trainer, _player(40), 0, 0, deadline, MAX_FEE_GWEI);
        (bytes32 r, bytes32 vs) = vm.signCompact(_key(40), digest);
        return abi.encodePacked(_player(40), uint8(0), uint32(0), deadline, MAX_FEE_GWEI, r, vs);
    }

    function _expectMisreported(uint256 expectedWei, uint256 actualWei) private {
        vm.prank(relayer);
        vm.expectRevert(abi.encodeWithSelector(IForwarder.TrainerMisreported.selector, expectedWei, actualWei));
        forwarder.addBatch(_crook, address(_liar), _lyingItems(2));
        _assertOthersAreSafe();
    }

    function _expectSettlementMisreported(Settlement memory settlement, uint256 sentWei, uint256 expectedWei) private {
        _tellStake(0);
        _liar.tellAdded(0, 1, _header(1, 0));
        Batch memory batch = _addTo(_crook, address(_liar), _lyingItems(1));
        batch.header = _header(1, 0);
        batch.header.context = keccak256(abi.encode(batch.terms));
        _liar.tellSettled(sentWei, settlement);
        vm.expectRevert(abi.encodeWithSelector(IForwarder.TrainerMisreported.selector, expectedWei, sentWei));
        forwarder.settle(address(_liar), batch.terms, batch.header, batch.records, 1);
    }

    function _trySettlingLies(Batch memory batch, uint256 seed) private {
        Settlement memory settlement = _settlement(_draw(seed, 1) % 9, _draw(seed, 2) % 9, _draw(seed, 3) % 3 ether);
        settlement.newSlots = _draw(seed, 4);
        uint256 sentWei = settlement.refundWei;
        for (uint256 i = 0; i < 3; ++i) {
            settlement.rewardsWei[i] = _draw(seed, 5 + i) % 3 == 0 ? _draw(seed, 9 + i) % 2 ether : 0;
            uint256 settled = settlement.refundedMap | settlement.forfeitedMap;
            if ((settled >> i) & 1 == 1) sentWei += settlement.rewardsWei[i];
        }
        if (seed % 4 == 0) sentWei = _draw(seed, 20) % 3 ether;
        _liar.tellSettled(sentWei, settlement);
        vm.prank(settler);
        try forwarder.settle(address(_liar), batch.terms, batch.header, batch.records, seed) {
            emit LieTold();
        } catch {}
    }

    function _assertOthersAreSafe() private view {
        _assertOthersAreSafe(relayer);
    }

    function _assertOthersAreSafe(address earner) private view {
        vm.assertEq(keccak256(abi.encode(forwarder.tank(sponsor))), _victimBooks, "the victim's tank is untouched");
        Tank memory crooked = forwarder.tank(_crook);
        uint256 sumWei = forwarder.tank(sponsor).availableWei + forwarder.tank(sponsor).reservedWei;
        sumWei += crooked.availableWei + crooked.reservedWei;
        for (uint256 i = 0; i < 3; ++i) {
            sumWei += _balanceOf(_player(i)) + _balanceOf(_player(20 + i));
        }
        sumWei += forwarder.credit(settler) + forwarder.credit(address(this));
        if (earner != settler && earner != address(this)) sumWei += forwarder.credit(earner);
        vm.assertEq(address(forwarder).balance, sumWei, "balance = tanks + players + credits");
    }
}
