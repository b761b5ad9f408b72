// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Outcome} from "../../src/interfaces/IForwarder.sol";
import {Withdrawal} from "../../src/libraries/SignedRequests.sol";
import {ForwarderApi} from "../support/Contracts.sol";
import {Batch, House, Model} from "../support/House.sol";
import {Draft, Wire} from "../support/Wire.sol";

/// @title Who signed what, for which chain and which contract
contract SignaturesTest is House {
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function test_domain_is_the_published_one() external view {
        vm.assertEq(forwarder.DOMAIN_SEPARATOR(), separator, "domain separator");
    }

    /// @dev Such as an account that delegates to a wallet's code (EIP-7702): its key still speaks for it.
    function test_a_player_with_code_signs_like_any_other() external {
        vm.etch(_player(0), hex"ef01000000000000000000000000000000000000000001");
        vm.etch(_player(1), hex"fe");
        _assertOutcomes(_add(_items(2, 0)), hex"0000");
    }

    function testFuzz_digest_is_that_of_eip_712(
        address trainer,
        address player,
        uint32 nonce,
        uint40 deadline,
        uint64 maxFeeGwei,
        uint16 label,
        bytes calldata sample
    ) external view {
        Draft memory draft = Draft(0, player, trainer, nonce, deadline, maxFeeGwei, label, sample);
        bytes32 digest = forwarder.contributionDigest(trainer, player, nonce, deadline, maxFeeGwei, label, sample);
        vm.assertEq(digest, Wire.digest(draft, separator), "digest");
    }

    function testFuzz_withdrawal_digest_is_that_of_eip_712(Withdrawal calldata request) external view {
        bytes32 typehash = keccak256(
            "Withdrawal(address player,address to,uint256 amountWei,uint32 nonce,uint40 deadline,uint64 maxFeeGwei)"
        );
        bytes32 structHash = keccak256(abi.encode(typehash, request));
        bytes32 expected = keccak256(abi.encodePacked(hex"1901", separator, structHash));
        vm.assertEq(forwarder.withdrawalDigest(request), expected, "digest");
    }

    function testFuzz_takes_what_any_key_signed(uint256 key, bytes32 noise) external {
        Draft memory draft = _draft(0, 0);
        draft.key = _bound(key, 1, CURVE_ORDER - 1);
        draft.player = vm.addr(draft.key);
        draft.nonce = uint32(uint256(noise));
        _assertOutcomes(_add(_item(draft)), hex"00");
    }

    function test_a_signature_for_another_trainer_is_bad() external {
        Draft memory draft = _draft(0, 0);
        draft.trainer = stranger;
        _assertOutcomes(_add(_item(draft)), hex"04");
    }

    function test_a_signature_for_another_forwarder_is_bad() external {
        bytes32 other = Wire.domainSeparator(stranger, block.chainid);
        _assertOutcomes(_add(Wire.signedItem(_draft(0, 0), other)), hex"04");
    }

    function test_a_signature_for_another_chain_is_bad() external {
        bytes32 other = Wire.domainSeparator(address(forwarder), block.chainid + 1);
        _assertOutcomes(_add(Wire.signedItem(_draft(0, 0), other)), hex"04");
    }

    function test_after_a_fork_only_signatures_for_the_new_chain_count() external {
        bytes memory before = _item(_draft(0, 0));
        vm.chainId(block.chainid + 1);
        separator = Wire.domainSeparator(address(forwarder), block.chainid);
        vm.assertEq(forwarder.DOMAIN_SEPARATOR(), separator, "derived anew");
        _assertOutcomes(_add(bytes.concat(before, _item(_draft(0, 0)))), hex"0400");
    }

    function test_the_mirrored_signature_is_bad() external {
        Draft memory draft = _draft(0, 0);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(draft.key, Wire.digest(draft, separator));
        bytes32 mirrored = bytes32(CURVE_ORDER - uint256(s));
        uint256 parity = v == 27 ? 1 : 0;
        bytes32 vs = bytes32(uint256(mirrored) | parity << 255);
        // In 2098 form the top bit of a high s reads as parity: it can never be expressed.
        _assertOutcomes(_add(Wire.item(draft, r, vs)), hex"04");
        _assertOutcomes(_add(Wire.item(draft, r, mirrored)), hex"04");
    }

    function test_the_zero_address_signs_nothing() external {
        Draft memory draft = _draft(0, 0);
        draft.player = address(0);
        bytes memory unrecoverable = Wire.item(draft, bytes32(0), bytes32(0));
        bytes memory outOfRange = Wire.item(draft, bytes32(type(uint256).max), bytes32(uint256(1)));
        _assertOutcomes(_add(bytes.concat(unrecoverable, outOfRange)), hex"0404");
    }

    function test_every_signed_field_is_bound() external {
        bytes memory sound = _item(_draft(0, 0));
        Draft memory draft = _draft(0, 0);
        (bytes32 r, bytes32 vs) = vm.signCompact(draft.key, Wire.digest(draft, separator));
        bytes memory items;
        for (uint256 field = 0; field < 5; ++field) {
            Draft memory changed = _draft(0, 0);
            if (field == 0) changed.nonce = 1;
            if (field == 1) changed.deadline += 1;
            if (field == 2) changed.maxFeeGwei += 1;
            if (field == 3) changed.label = 1;
            if (field == 4) changed.sample = hex"0001";
            items = bytes.concat(items, Wire.item(changed, r, vs));
        }
        _assertOutcomes(_add(bytes.concat(items, sound)), hex"040404040400");
    }
}
