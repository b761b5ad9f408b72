// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDataHandler} from "../../src/interfaces/IDataHandler.sol";
import {BatchHeader} from "../../src/interfaces/ITrainer.sol";
import {Bound, DataHandlerApi} from "../support/Contracts.sol";
import {Test} from "../support/Test.sol";

/// @title One commitment for each batch, in slots that are used again
contract DataHandlerTest is Test {
    DataHandlerApi private _data;
    BatchHeader[] private _open;
    uint256[] private _openMaps;

    function setUp() external {
        _data = DataHandlerApi(vm.deployCode("contracts/src/data/DataHandler.sol:DataHandler"));
        _data.bind(address(this));
    }

    function test_completes_the_header_and_publishes_everything() external {
        BatchHeader memory expected = _draft(1);
        (expected.id, expected.slot) = (1, 1);
        expected.newSlots += 2;
        vm.expectEmit(true, false, false, true, address(_data));
        emit IDataHandler.DataAdded(1, expected, 5, "records");
        BatchHeader memory header = _data.add(_draft(1), 5, "records");
        vm.assertEq(abi.encode(header), abi.encode(expected), "header");
        vm.assertEq(_data.openMap(header), 5, "open");
    }

    function test_a_slot_used_again_makes_no_new_storage() external {
        BatchHeader memory first = _data.add(_draft(1), 1, "");
        _data.close(first, 1, 0);
        BatchHeader memory second = _data.add(_draft(2), 1, "");
        vm.assertEq(second.slot, first.slot, "the same slot");
        vm.assertEq(second.newSlots, _draft(2).newSlots, "nothing new");
        vm.assertEq(second.id, 2, "another id");
    }

    function test_closed_parts_stay_closed() external {
        BatchHeader memory header = _data.add(_draft(1), 7, "");
        _data.close(header, 1, 4);
        vm.assertEq(_data.openMap(header), 2, "the middle one");
        _data.close(header, 7, 0);
        _expectUnknown(header);
    }

    function testFuzz_any_change_of_the_header_makes_it_unknown(BatchHeader calldata other) external {
        BatchHeader memory header = _data.add(_draft(1), 7, "");
        vm.assume(keccak256(abi.encode(header)) != keccak256(abi.encode(other)));
        _expectUnknown(other);
    }

    /// @dev A free slot holds a small mark where a commitment was: no header fits it.
    function testFuzz_no_header_fits_a_free_slot(BatchHeader memory header) external {
        BatchHeader memory first = _data.add(_draft(1), 1, "");
        _data.close(first, 1, 0);
        header.slot = uint32(header.slot % 3);
        _expectUnknown(header);
    }

    /// @dev Against plain lists of open batches: nothing is lost, nothing is mixed up, slots never outnumber batches.
    function testFuzz_batches_come_and_go_in_any_order(uint256 seed) external {
        uint256 mostOpen = 0;
        for (uint256 i = 0; i < 40; ++i) {
            uint256 dice = _draw(seed, i);
            if (_open.length == 0 || dice % 2 == 0) _addOne(dice);
            else _closeSome(dice);
            if (_open.length > mostOpen) mostOpen = _open.length;
            for (uint256 j = 0; j < _open.length; ++j) {
                vm.assertEq(_data.openMap(_open[j]), _openMaps[j], "open map");
            }
        }
        vm.assertEq(_data.slotCount(), mostOpen, "as many slots as were ever needed at once");
    }

    function test_only_the_trainer_writes() external {
        BatchHeader memory header = _data.add(_draft(1), 7, "");
        address stranger = address(0x57a6);
        vm.startPrank(stranger);
        vm.expectRevert(abi.encodeWithSelector(Bound.OnlyTrainer.selector, stranger));
        _data.add(header, 1, "");
        vm.expectRevert(abi.encodeWithSelector(Bound.OnlyTrainer.selector, stranger));
        _data.close(header, 1, 0);
    }

    function _draft(uint256 number) private pure returns (BatchHeader memory draft) {
        draft.addedAt = uint40(1_700_000_000 + number);
        draft.stakeWei = uint96(number);
        draft.accepted = 3;
        draft.newSlots = 4;
        draft.payer = address(uint160(number));
        draft.recordsHash = bytes32(number);
    }

    function _addOne(uint256 dice) private {
        uint256 map = _draw(dice, 1) % 255 + 1;
        _open.push(_data.add(_draft(dice % 100), map, ""));
        _openMaps.push(map);
    }

    function _closeSome(uint256 dice) private {
        uint256 index = _draw(dice, 2) % _open.length;
        uint256 mask = dice % 3 == 0 ? type(uint256).max : _draw(dice, 3);
        uint256 closing = _openMaps[index] & mask;
        _data.close(_open[index], closing, 0);
        _openMaps[index] &= ~closing;
        if (_openMaps[index] != 0) return;
        _expectUnknown(_open[index]);
        (_open[index], _openMaps[index]) = (_open[_open.length - 1], _openMaps[_open.length - 1]);
        _open.pop();
        _openMaps.pop();
    }

    function _expectUnknown(BatchHeader memory header) private {
        vm.expectRevert(abi.encodeWithSelector(IDataHandler.UnknownBatch.selector, header.id, header.slot));
        _data.openMap(header);
    }
}
