"""eth_account without its pairing curves, which take half a second of every process that signs."""

import json
import subprocess
import sys
from typing import Any

PROGRAM = """
import json, sys
from relayer.ethereum_account import CURVE_ORDER
from relayer.keys import Signer

Signer(bytes(31) + b"\\1")
unloaded = not any(name.startswith(("py_ecc.bls", "py_ecc.optimized")) for name in sys.modules)

from eth_keyfile import create_keyfile_json, decode_keyfile_json
from py_ecc.bls12_381 import curve_order

key = bytes(31) + b"\\2"
file = create_keyfile_json(key, b"password", version=4, iterations=1)
print(json.dumps({
    "unloaded": unloaded,
    "order": CURVE_ORDER == curve_order,
    "public_key": file["pubkey"],
    "opened": decode_keyfile_json(file, b"password") == key,
}))
"""
#: Twice the generator of the first group, compressed as in the specification of the beacon chain.
PUBLIC_KEY_OF_TWO = (
    "a572cbea904d67468808c8eb50a9450c9721db309128012543902d0ac358a62a"
    "e28f75bb8f1c7c42c39a8c5529bf0f4e"
)


def told_by_a_process() -> Any:
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    return json.loads(result.stdout)


def test_who_signs_loads_no_pairing_curve_and_files_that_need_one_are_made_as_ever() -> None:
    assert told_by_a_process() == {
        "unloaded": True,
        "order": True,
        "public_key": PUBLIC_KEY_OF_TWO,
        "opened": True,
    }
