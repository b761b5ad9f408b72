"""Code is compared but for the words that a constructor fills in."""

import pytest

from relayer.rebuild.code import is_compiled_from

PUSH1, PUSH32, STOP = b"\x60", b"\x7f", b"\x00"
IMMUTABLE = PUSH32 + bytes(32)
COMPILED = PUSH1 + b"\x05" + IMMUTABLE + PUSH32 + b"\x01" * 32 + PUSH1 + b"\x7f" + STOP


def filled(word: bytes) -> bytes:
    return COMPILED.replace(IMMUTABLE, PUSH32 + word)


def test_the_same_code_with_any_immutable_word_is_known() -> None:
    assert is_compiled_from(COMPILED, COMPILED)
    assert is_compiled_from(filled(b"\xab" * 32), COMPILED)


@pytest.mark.parametrize("position", [0, 1, 2, 35, 40, 68, 69, 70])
def test_one_other_byte_elsewhere_is_foreign(position: int) -> None:
    code = bytearray(filled(b"\xab" * 32))
    code[position] ^= 1
    assert not is_compiled_from(bytes(code), COMPILED)


@pytest.mark.parametrize("code", [b"", COMPILED[:-1], COMPILED + STOP])
def test_code_of_another_length_is_foreign(code: bytes) -> None:
    assert not is_compiled_from(code, COMPILED)


def test_an_operand_that_looks_like_an_operation_is_none() -> None:
    # the byte 0x7f is the operand of the push before it: no word follows
    compiled = PUSH1 + b"\x7f" + bytes(33)
    assert not is_compiled_from(PUSH1 + b"\x7f" + bytes(32) + b"\x01", compiled)
