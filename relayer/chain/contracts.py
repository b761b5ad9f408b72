"""Bindings to the project's contracts, from the compiled artifacts that ship with the package."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any, Protocol

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import collapse_if_tuple
from eth_utils.address import to_checksum_address

from relayer.chain.answers import Log
from relayer.chain.errors import ArtifactError
from relayer.chain.keccak import keccak
from relayer.chain.number_lists import decode_numbers, encode_numbers

SELECTOR_BYTES = 4


class Caller(Protocol):
    """Whatever can run a call: a `Node`, or a stand-in of a test."""

    def call(self, to: str, data: bytes, *, block: int | str = "latest") -> bytes:
        """Return what the contract returns."""
        ...


@dataclass(frozen=True)
class Artifact:
    """A compiled contract: its interface and its creation code."""

    name: str
    abi: tuple[Mapping[str, Any], ...]
    bytecode: bytes

    @cached_property
    def interface(self) -> Interface:
        """The interface that encodes and decodes for this contract."""
        return Interface(self.name, self.abi)


@cache
def load_artifact(name: str) -> Artifact:
    """Loads a compiled contract of the package.

    Raises:
        ArtifactError: the package holds no such artifact.
    """
    file = resources.files("relayer").joinpath("artifacts", f"{name}.json")
    try:
        content = json.loads(file.read_text("utf-8"))
        bytecode = bytes.fromhex(content["bytecode"].removeprefix("0x"))
        return Artifact(name, tuple(content["abi"]), bytecode)
    except (OSError, ValueError, KeyError) as error:
        raise ArtifactError(
            f"The compiled contract {name} is missing or damaged. Reinstall the package, or run "
            "`make artifacts` in a checkout."
        ) from error


class Interface:
    """Encodes calls and decodes answers, events and custom errors by an ABI.

    Tuples come back as dictionaries with the names of the Solidity members, addresses with their
    checksum, `bytesN` and `bytes` as bytes.
    """

    def __init__(self, name: str, abi: Sequence[Mapping[str, Any]]) -> None:
        self.name = name
        self._functions = _by_name(abi, "function")
        self._events = {_topic(entry): entry for entry in abi if entry["type"] == "event"}
        self._errors = {_selector(entry): entry for entry in abi if entry["type"] == "error"}
        constructors = [entry for entry in abi if entry["type"] == "constructor"]
        self._constructor_inputs = constructors[0]["inputs"] if constructors else []

    def encode(self, function: str, *arguments: Any) -> bytes:
        """The calldata of a call; structs as dictionaries or tuples."""
        entry = self._member(self._functions, function)
        return _selector(entry) + _encode_all(entry["inputs"], arguments)

    def decode_call(self, data: bytes) -> tuple[str, dict[str, Any]] | None:
        """Name and arguments of a call, or None when it is not one of this interface.

        Raises:
            DecodingError: the selector is known and the arguments cannot be read.
        """
        for name, entry in self._functions.items():
            if _selector(entry) == data[:SELECTOR_BYTES]:
                values = _decode_all(entry["inputs"], data[SELECTOR_BYTES:])
                names = [member["name"] for member in entry["inputs"]]
                return name, dict(zip(names, values, strict=True))
        return None

    def encode_constructor(self, *arguments: Any) -> bytes:
        """The bytes that follow the creation code."""
        return _encode_all(self._constructor_inputs, arguments)

    def decode(self, function: str, data: bytes) -> tuple[Any, ...]:
        """What a call returned, in order.

        Raises:
            ArtifactError: the bytes are not what the interface promises; another contract lives
                at the address.
        """
        entry = self._member(self._functions, function)
        try:
            return _decode_all(entry["outputs"], data)
        except DecodingError as error:
            raise ArtifactError(
                f"The answer to {self.name}.{function} cannot be read. Check the deployment file: "
                "another contract seems to live at the address."
            ) from error

    def topic(self, event: str) -> bytes:
        """The first topic of an event."""
        for topic, entry in self._events.items():
            if entry["name"] == event:
                return topic
        raise ArtifactError(f"{self.name} has no event {event}. Rebuild the artifacts.")

    def decode_event(self, log: Log) -> tuple[str, dict[str, Any]] | None:
        """Name and members of an event, or None when it is not one of this interface.

        Raises:
            ArtifactError: it has the name of an event and cannot be read as one.
        """
        entry = self._events.get(log.topics[0]) if log.topics else None
        if entry is None:
            return None
        try:
            return entry["name"], _members_of(entry["inputs"], log)
        except DecodingError as error:
            raise ArtifactError(
                f"The event {self.name}.{entry['name']} cannot be read. Check the deployment file: "
                "another contract seems to live at the address."
            ) from error

    def decode_error(self, data: bytes) -> tuple[str, dict[str, Any]] | None:
        """Name and members of a custom error, or None when it is not one of this interface.

        Revert data that cannot be read is none either: a node may cut or invent it.
        """
        entry = self._errors.get(data[:SELECTOR_BYTES])
        if entry is None:
            return None
        try:
            values = _decode_all(entry["inputs"], data[SELECTOR_BYTES:])
        except DecodingError:
            return None
        names = [member["name"] for member in entry["inputs"]]
        return entry["name"], dict(zip(names, values, strict=True))

    def _member(self, members: Mapping[str, Mapping[str, Any]], name: str) -> Mapping[str, Any]:
        if name not in members:
            raise ArtifactError(f"{self.name} has no function {name}. Rebuild the artifacts.")
        return members[name]


@dataclass(frozen=True)
class Contract:
    """An interface at an address."""

    address: str
    interface: Interface

    def read(
        self, caller: Caller, function: str, *arguments: Any, block: int | str = "latest"
    ) -> Any:
        """Calls a view; one output comes back bare, several as a tuple."""
        data = caller.call(self.address, self.interface.encode(function, *arguments), block=block)
        outputs = self.interface.decode(function, data)
        return outputs[0] if len(outputs) == 1 else outputs


def bind(name: str, address: str) -> Contract:
    """The contract of the named artifact at an address."""
    return Contract(to_checksum_address(address), load_artifact(name).interface)


def _by_name(abi: Sequence[Mapping[str, Any]], kind: str) -> dict[str, Mapping[str, Any]]:
    return {entry["name"]: entry for entry in abi if entry["type"] == kind}


def _types(members: Sequence[Mapping[str, Any]]) -> list[str]:
    return [collapse_if_tuple(dict(member)) for member in members]


def _signature(entry: Mapping[str, Any]) -> bytes:
    return keccak(f"{entry['name']}({','.join(_types(entry['inputs']))})".encode())


def _selector(entry: Mapping[str, Any]) -> bytes:
    return _signature(entry)[:SELECTOR_BYTES]


def _topic(entry: Mapping[str, Any]) -> bytes:
    return _signature(entry)


def _encode_all(members: Sequence[Mapping[str, Any]], arguments: Sequence[Any]) -> bytes:
    values = [_plain(member, argument) for member, argument in zip(members, arguments, strict=True)]
    types = _types(members)
    numbers = encode_numbers(types, values)
    return encode(types, values) if numbers is None else numbers


def _plain(member: Mapping[str, Any], value: Any) -> Any:
    """Turns dictionaries into the tuples that the encoder wants."""
    if member["type"] == "tuple" and isinstance(value, Mapping):
        return tuple(_plain(part, value[part["name"]]) for part in member["components"])
    return value


def _members_of(inputs: Sequence[Mapping[str, Any]], log: Log) -> dict[str, Any]:
    indexed = [member for member in inputs if member["indexed"]]
    plain = [member for member in inputs if not member["indexed"]]
    values = {
        member["name"]: _decode_all([member], topic)[0]
        for member, topic in zip(indexed, log.topics[1:], strict=True)
    }
    for member, value in zip(plain, _decode_all(plain, log.data), strict=True):
        values[member["name"]] = value
    return values


def _decode_all(members: Sequence[Mapping[str, Any]], data: bytes) -> tuple[Any, ...]:
    types = _types(members)
    values = decode_numbers(types, data) or decode(types, data)
    return tuple(_named(member, value) for member, value in zip(members, values, strict=True))


def _named(member: Mapping[str, Any], value: Any) -> Any:
    if member["type"] == "tuple":
        parts = zip(member["components"], value, strict=True)
        return {part["name"]: _named(part, item) for part, item in parts}
    if member["type"] == "address":
        return to_checksum_address(value)
    return value
