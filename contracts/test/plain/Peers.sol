// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";

/// @title OpenZeppelin's forwarder as it comes, for comparison
contract PeerForwarder is ERC2771Forwarder("Peer") {}

/// @title The least that a contract behind it can do with a contribution
/// @notice It keeps one word for each author and publishes the data. No stake, no fee, no model that learns, no batch
/// commitment: all that comes on top.
contract PeerTarget is ERC2771Context {
    mapping(address author => bytes32 commitment) public latest;

    event Contributed(address indexed author, uint16 label, bytes sample);

    constructor(address forwarder) ERC2771Context(forwarder) {}

    function contribute(uint16 label, bytes calldata sample) external {
        latest[_msgSender()] = keccak256(abi.encodePacked(label, sample));
        emit Contributed(_msgSender(), label, sample);
    }
}
