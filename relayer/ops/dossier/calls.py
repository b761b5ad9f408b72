"""What a transaction asks a contract for, decoded by the contracts' own interfaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from eth_abi.exceptions import DecodingError
from eth_utils.address import is_address, to_checksum_address

from relayer.chain.contracts import load_artifact
from relayer.chain.errors import ArtifactError, FramingError
from relayer.chain.wire import Item, bits_of, unpack_items
from relayer.deployment import TrainerEntry
from relayer.intake.sample_forms import DenseForm, SparseForm, form_of
from relayer.models import samples, vectors
from relayer.models.errors import SampleError
from relayer.store.chain_state import TrainerSnapshot

#: Contracts that this relayer sends transactions to.
_CONTRACTS: Final = ("Forwarder", "PredictionMarket", "OracleClassifier")
#: Bytes of an argument that are shown; the raw calldata has all.
_SHOWN_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument, in words."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class DecodedCall:
    """A call: of which contract, which function, with what."""

    contract: str
    function: str
    arguments: Sequence[Argument]
    items: Sequence[Item] = ()  #: of a batch


@dataclass(frozen=True, slots=True)
class SampleView:
    """What a contribution teaches."""

    form: str  #: ``features``, ``numbers`` or ``bytes``
    numbers: Sequence[int]  #: features or dimensions
    raw: str  #: hex
    label: int
    label_name: str | None  #: None: nobody knows
    fault: str | None = None  #: why it cannot be read as the model's samples are


def decode_call(data: bytes) -> DecodedCall | None:
    """Return what calldata asks for; None: nothing that these contracts know."""
    for name in _CONTRACTS:
        try:
            decoded = load_artifact(name).interface.decode_call(data)
        except (DecodingError, ArtifactError):
            continue
        if decoded is not None:
            function, given = decoded
            return DecodedCall(name, function, _arguments(given), _items(function, given))
    return None


def read_sample(
    sample: bytes, label: int, entry: TrainerEntry | None, snapshot: TrainerSnapshot | None
) -> SampleView:
    """Return a sample in the form of its trainer's model.

    Args:
        sample: as it was signed.
        label: class index.
        entry: the trainer in the deployment file; None: it is not there.
        snapshot: the trainer as the worker saw it last.
    """
    names = [] if entry is None else entry.labels
    label_name = names[label] if label < len(names) else None
    form = None if entry is None else form_of(entry, snapshot)
    raw = f"0x{sample.hex()}"
    try:
        if isinstance(form, SparseForm):
            numbers = samples.decode(sample)
            return SampleView("features", numbers, raw, label, label_name, _fault(form, sample))
        if isinstance(form, DenseForm):
            numbers = tuple(vectors.decode(sample))
            return SampleView("numbers", numbers, raw, label, label_name, _fault(form, sample))
    except SampleError as error:
        return SampleView("bytes", (), raw, label, label_name, str(error))
    return SampleView("bytes", (), raw, label, label_name)


def _fault(form: SparseForm | DenseForm, sample: bytes) -> str | None:
    try:
        form.check(sample)
    except SampleError as error:
        return str(error)
    return None


def _items(function: str, given: Mapping[str, Any]) -> Sequence[Item]:
    if function != "addBatch":
        return ()
    try:
        return unpack_items(given["items"])
    except FramingError:
        return ()


def _arguments(given: Mapping[str, Any], prefix: str = "") -> list[Argument]:
    """The arguments one by one; the members of a struct count as arguments of their own."""
    found: list[Argument] = []
    for name, value in given.items():
        if isinstance(value, Mapping):
            found.extend(_arguments(value, f"{prefix}{name}."))
        else:
            found.append(Argument(prefix + name, _word(name, value)))
    return found


def _word(name: str, value: Any) -> str:
    if isinstance(value, bytes):
        more = f"… ({len(value):,} bytes)" if len(value) > _SHOWN_BYTES else ""
        return f"0x{value[:_SHOWN_BYTES].hex()}{more}"
    if name == "mask" and isinstance(value, int):
        bits = bits_of(value)
        return f"{len(bits)} records: {', '.join(map(str, bits))}"
    if isinstance(value, list | tuple):
        return ", ".join(_word("", each) for each in value)
    return str(to_checksum_address(value)) if is_address(value) else str(value)
