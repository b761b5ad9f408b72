// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Samples} from "../support/Samples.sol";
import {Test} from "../support/Test.sol";

/// @notice A request of OpenZeppelin's forwarder.
struct ForwardRequestData {
    address from;
    address to;
    uint256 value;
    uint256 gas;
    uint48 deadline;
    bytes data;
    bytes signature;
}

interface PeerForwarderApi {
    function executeBatch(ForwardRequestData[] calldata requests, address payable refundReceiver) external payable;
    function nonces(address owner) external view returns (uint256);
}

interface PeerTargetApi {
    function contribute(uint16 label, bytes calldata sample) external;
    function latest(address author) external view returns (bytes32);
}

/// @title What OpenZeppelin's batch forwarder takes for bringing contributions, measured like `GasTest`
/// @notice Ten features each, every player's words non-zero before. The target only keeps one word for each author and
/// publishes the data: stakes, fees, limits and the learning model come on top.
contract PeerGasTest is Test {
    bytes32 private constant REQUEST_TYPEHASH = keccak256(
        "ForwardRequest(address from,address to,uint256 value,uint256 gas,uint256 nonce,uint48 deadline,bytes data)"
    );
    uint256 private constant CALL_GAS = 60_000;

    PeerForwarderApi private _forwarder;
    PeerTargetApi private _target;
    bytes32 private _separator;

    function setUp() external {
        vm.warp(1_700_000_000);
        _forwarder = PeerForwarderApi(vm.deployCode("contracts/out/Peers.sol/PeerForwarder.json"));
        _target =
            PeerTargetApi(vm.deployCode("contracts/out/Peers.sol/PeerTarget.json", abi.encode(address(_forwarder))));
        _separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Peer"),
                keccak256("1"),
                block.chainid,
                address(_forwarder)
            )
        );
    }

    /// forge-config: default.isolate = true
    function test_openzeppelin_brings_contributions() external {
        _bring(100, 0);
        uint256[4] memory sizes = [uint256(100), 50, 10, 1];
        string[4] memory names = ["n100", "n50", "n10", "n1"];
        for (uint256 i = 0; i < 4; ++i) {
            uint256 spent = _bring(sizes[i], 1 + i);
            string memory name = string.concat("openzeppelin_add_", names[i], "_f10");
            vm.snapshotValue("gas", name, (spent + sizes[i] - 1) / sizes[i]);
        }
    }

    function _bring(uint256 count, uint256 round) private returns (uint256 spent) {
        ForwardRequestData[] memory requests = new ForwardRequestData[](count);
        for (uint256 i = 0; i < count; ++i) {
            requests[i] = _request(0xa11ce + i, Samples.spread(_draw(round, i), 10, 1008));
        }
        bytes memory data = abi.encodeCall(PeerForwarderApi.executeBatch, (requests, payable(address(this))));
        (bool done,) = address(_forwarder).call(data);
        spent = vm.lastCallGas().gasTotalUsed;
        vm.assertTrue(done, "brought");
        for (uint256 i = 0; i < count; ++i) {
            bytes memory sample = Samples.spread(_draw(round, i), 10, 1008);
            bytes32 kept = _target.latest(requests[i].from);
            vm.assertEq(kept, keccak256(abi.encodePacked(uint16(1), sample)), "every one arrived");
        }
        // The calldata floor of EIP-7623.
        uint256 floor = 21_000;
        for (uint256 i = 0; i < data.length; ++i) {
            floor += data[i] == 0 ? 10 : 40;
        }
        if (spent < floor) spent = floor;
    }

    function _request(uint256 key, bytes memory sample) private view returns (ForwardRequestData memory request) {
        request.from = vm.addr(key);
        request.to = address(_target);
        request.gas = CALL_GAS;
        request.deadline = uint48(block.timestamp + 1 hours);
        request.data = abi.encodeCall(PeerTargetApi.contribute, (1, sample));
        bytes32 structHash = keccak256(
            abi.encode(
                REQUEST_TYPEHASH,
                request.from,
                request.to,
                request.value,
                request.gas,
                _forwarder.nonces(request.from),
                request.deadline,
                keccak256(request.data)
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", _separator, structHash)));
        request.signature = abi.encodePacked(r, s, v);
    }
}
