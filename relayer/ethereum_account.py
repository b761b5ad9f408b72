"""What is used of ``eth_account``, imported without half a second of pairing curves.

``eth_account`` imports ``eth_keyfile``, which imports the curve BLS12-381 of ``py_ecc`` for key
files of version 4. Those hold keys of validators of the beacon chain, which nobody here has. When
this module is imported first, ``eth_keyfile`` loads the curve as soon as it makes such a file.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final

#: Number of points of BLS12-381's subgroup (draft-irtf-cfrg-pairing-friendly-curves, 4.2.1).
CURVE_ORDER: Final = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001


class _SchemeForLater:
    """The signatures of ``py_ecc``, loaded at their first use."""

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module("py_ecc.bls").G2ProofOfPossession, name)


@contextmanager
def _curves_put_off() -> Iterator[None]:
    stand_ins = {name: ModuleType(name) for name in ("py_ecc.bls", "py_ecc.bls12_381")}
    vars(stand_ins["py_ecc.bls"])["G2ProofOfPossession"] = _SchemeForLater()
    vars(stand_ins["py_ecc.bls12_381"])["curve_order"] = CURVE_ORDER
    missing = {name: each for name, each in stand_ins.items() if name not in sys.modules}
    sys.modules.update(missing)
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]


with _curves_put_off():
    from eth_account import Account
    from eth_account.messages import encode_defunct, encode_typed_data
    from eth_account.signers.local import LocalAccount
    from eth_account.typed_transactions.typed_transaction import TypedTransaction

__all__ = ["Account", "LocalAccount", "TypedTransaction", "encode_defunct", "encode_typed_data"]
