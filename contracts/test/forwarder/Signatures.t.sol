// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Outcome} from "../../src/interfaces/IForwarder.sol";
import {Signatures} from "../../src/libraries/Signatures.sol";
import {Withdrawal} from "../../src/libraries/SignedRequests.sol";
import {ForwarderApi} from "../support/Contracts.sol";
import {Batch, House, Model} from "../support/House.sol";
import {Draft, Wire} from "../support/Wire.sol";

/// @title Who signed what, for which chain and which contract
contract SignaturesTest is House {
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    /// @dev x of the curve's base point, whose y is even.
    uint256 private constant BASE_X = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798;

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

    /// @dev In 2098 form the top bit of a high s reads as parity: it can never be expressed. Signatures of both parities.
    function test_the_mirrored_signature_is_bad() external {
        uint256 parities = 0;
        for (uint32 nonce = 0; nonce < 8; ++nonce) {
            Draft memory draft = _draft(0, nonce);
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(draft.key, Wire.digest(draft, separator));
            bytes32 mirrored = bytes32(CURVE_ORDER - uint256(s));
            uint256 parity = v == 27 ? 1 : 0;
            parities |= 1 << parity;
            bytes memory expressed = Wire.item(draft, r, bytes32(uint256(mirrored) | parity << 255));
            _assertOutcomes(_add(bytes.concat(expressed, Wire.item(draft, r, mirrored))), hex"0404");
        }
        vm.assertEq(parities, 3, "both parities");
    }

    /// @dev Such a signature is too rare to be met: its s lies between half of the order and 2^255, where 2098 form can
    /// express it. So the key is made for the signature, with one as the random number: key = (s - digest) / r.
    function test_no_s_above_half_of_the_order_counts() external view {
        bytes32 digest = keccak256("a digest");
        uint256 s = CURVE_ORDER / 2 + 1;
        uint256 rest = addmod(s, CURVE_ORDER - uint256(digest) % CURVE_ORDER, CURVE_ORDER);
        address account = vm.addr(mulmod(rest, _inverse(BASE_X), CURVE_ORDER));
        vm.assertEq(ecrecover(digest, 27, bytes32(BASE_X), bytes32(s)), account, "the precompile takes it");
        vm.assertFalse(Signatures.isBy(account, digest, bytes32(BASE_X), bytes32(s)), "we do not");
        bytes32 mirrored = bytes32((CURVE_ORDER - s) | 1 << 255);
        vm.assertTrue(Signatures.isBy(account, digest, bytes32(BASE_X), mirrored), "but its mirror image");
    }

    /// @dev The precompile writes nothing for these: what lay in memory before must not count as the signer.
    function test_a_signature_that_nobody_can_have_made_is_bad() external {
        Draft memory draft = _draft(0, 0);
        bytes memory unrecoverable = Wire.item(draft, bytes32(0), bytes32(0));
        bytes memory outOfRange = Wire.item(draft, bytes32(type(uint256).max), bytes32(uint256(1)));
        _assertOutcomes(_add(bytes.concat(unrecoverable, outOfRange)), hex"0404");
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

    /// @dev By Fermat: number^(order - 2).
    function _inverse(uint256 number) private pure returns (uint256 result) {
        result = 1;
        for (uint256 power = CURVE_ORDER - 2; power != 0; power >>= 1) {
            if (power & 1 == 1) result = mulmod(result, number, CURVE_ORDER);
            number = mulmod(number, number, CURVE_ORDER);
        }
    }
}
