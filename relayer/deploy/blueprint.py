"""Steps of a deployment, collected with the addresses of the contracts that they create.

A contract's address follows from its creator and the creator's nonce, so every later step can name
the contracts of the earlier ones, and the whole deployment is signed in one go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from eth_utils.address import to_canonical_address, to_checksum_address

from relayer.chain.contracts import load_artifact
from relayer.chain.keccak import keccak
from relayer.deployment import Deployment, OracleEntry, TrainerEntry

CALL_GAS: Final = 300_000
#: For each storage word that a call writes for the first time: 22,100 gas, and what surrounds it.
WORD_GAS: Final = 32_000
_CREATE_GAS: Final = 500_000
_CREATE_GAS_PER_BYTE: Final = 300


@dataclass(frozen=True)
class Step:
    """One transaction of the deployment; `to` is empty for a contract creation."""

    title: str
    to: str
    data: bytes
    gas_limit: int
    value_wei: int = 0


@dataclass(frozen=True)
class Blueprint:
    """All steps in order, and where the contracts will be."""

    steps: tuple[Step, ...]
    forwarder: str
    trainers: tuple[TrainerEntry, ...]
    oracles: tuple[OracleEntry, ...] = ()

    def deployment(self, chain_id: int, block_number: int, sponsor: str) -> Deployment:
        """The content of the deployment file."""
        return Deployment(
            chain_id=chain_id,
            block_number=block_number,
            forwarder=self.forwarder,
            sponsor=sponsor,
            trainers=list(self.trainers),
            oracles=list(self.oracles),
        )


def created_address(creator: str, nonce: int) -> str:
    """The address of the contract that an account creates with this nonce.

    It is the hash of the RLP list of both; a nonce of 64 bits keeps that list in its short form.
    """
    number = nonce.to_bytes((nonce.bit_length() + 7) // 8, "big")
    encoded_nonce = number if 0 < nonce < 0x80 else bytes([0x80 + len(number)]) + number
    fields = b"\x94" + to_canonical_address(creator) + encoded_nonce
    return to_checksum_address(keccak(bytes([0xC0 + len(fields)]) + fields)[-20:])


class Drawing:
    """Collects steps and keeps count of the nonce.

    Args:
        deployer: the account that sends them all.
        first_nonce: its nonce for the first step.
    """

    def __init__(self, deployer: str, first_nonce: int) -> None:
        self.deployer = deployer
        self.steps: list[Step] = []
        self._first_nonce = first_nonce

    def create(self, contract: str, *arguments: Any) -> str:
        """Create a contract; return where it will be."""
        artifact = load_artifact(contract)
        address = created_address(self.deployer, self._first_nonce + len(self.steps))
        data = artifact.bytecode + artifact.interface.encode_constructor(*arguments)
        gas_limit = _CREATE_GAS + _CREATE_GAS_PER_BYTE * len(data)
        self.steps.append(Step(f"create {contract}", "", data, gas_limit))
        return address

    def call(
        self,
        contract: str,
        to: str,
        function: str,
        *arguments: Any,
        value_wei: int = 0,
        gas_limit: int = CALL_GAS,
    ) -> None:
        """Call a function of a contract."""
        data = load_artifact(contract).interface.encode(function, *arguments)
        title = f"{contract}.{function}"
        self.steps.append(Step(title, to, data, gas_limit, value_wei))

    def pay(self, to: str, value_wei: int) -> None:
        """Send money."""
        self.steps.append(Step(f"fund {to}", to, b"", CALL_GAS, value_wei))
