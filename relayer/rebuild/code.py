"""Whether a trainer's contracts are the ones that this version of the package was compiled with.

What a contract answers is worth as much as its code. Constructor parameters that never change lie
in the code itself, in places that are zero in the compiled one; everything else must be equal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from relayer.chain.node import Node
from relayer.rebuild.parts import PREDICTION_MARKET, Parts
from relayer.rebuild.replay import FORMS

_MECHANISMS: Final[Mapping[str, str]] = {
    "self-assessment": "SelfAssessment",
    "gamified": "Gamified",
    PREDICTION_MARKET: "PredictionMarket",
}
_ORACLE: Final = "oracle"
_PUSH1: Final = 0x60
_PUSH32: Final = 0x7F
_WORD_BYTES: Final = 32


def foreign_parts(node: Node, parts: Parts) -> tuple[str, ...]:
    """The parts whose code is not the one that is known here.

    Raises:
        NodeError: the node does not answer.
    """
    trainer = "PredictionMarket" if parts.is_market else "CollaborativeTrainer"
    form = FORMS.get(parts.classifier_kind)
    oracle = "OracleClassifier" if parts.classifier_kind == _ORACLE else None
    expected = {
        "trainer": (parts.trainer, trainer),
        "data handler": (parts.data_handler, "DataHandler"),
        "classifier": (parts.classifier, oracle if form is None else form.contract_name),
        "mechanism": (parts.mechanism, _MECHANISMS.get(parts.mechanism_kind)),
    }
    return tuple(
        part
        for part, (address, name) in expected.items()
        if name is None or not is_compiled_from(node.code(address), compiled_code(name))
    )


def is_compiled_from(code: bytes, compiled: bytes) -> bool:
    """Whether code on the chain is a compiled one with its immutable words filled in."""
    if len(code) != len(compiled):
        return False
    position = 0
    while position < len(compiled):
        operation = compiled[position]
        width = operation - _PUSH1 + 1 if _PUSH1 <= operation <= _PUSH32 else 0
        end = position + 1 + width
        is_immutable = operation == _PUSH32 and not any(compiled[position + 1 : end])
        known = position + 1 if is_immutable else end
        if code[position:known] != compiled[position:known]:
            return False
        position = end
    return True


@cache
def compiled_code(name: str) -> bytes:
    """The code of a contract as this version of the package was compiled, immutable words zero."""
    file = resources.files("relayer").joinpath("artifacts", f"{name}.json")
    return bytes.fromhex(json.loads(file.read_text("utf-8"))["deployedBytecode"][2:])
