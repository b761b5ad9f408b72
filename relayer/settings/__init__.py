"""The settings of the relayer: one table that drives loading, command line and documents.

A value comes from the first of: a flag of the command line, ``RELAYER_<NAME>`` in the environment,
the file ``relayer.toml``, the default. Secrets come only from the environment or from a file whose
path is in ``RELAYER_<NAME>_FILE``; they are never parsed and never shown.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, fields
from typing import Any

from eth_utils.address import is_checksum_address

from relayer.errors import SettingsError
from relayer.logs import FORMATS
from relayer.settings.alerts import AlertSettings
from relayer.settings.batching import BatchingSettings
from relayer.settings.declaring import Secret
from relayer.settings.house import HouseSettings
from relayer.settings.intake import IntakeSettings
from relayer.settings.limits import LimitSettings
from relayer.settings.market import MarketSettings
from relayer.settings.ops import OpsSettings
from relayer.settings.oracle import OracleSettings
from relayer.settings.sending import SendingSettings
from relayer.settings.signers import SignerSettings
from relayer.settings.verdicts import VerdictSettings
from relayer.settings.web import WebSettings
from relayer.settings.webhooks import WebhookSettings

__all__ = ["Secret", "Settings"]


# Fields are listed base by base, the last base first.
@dataclass(frozen=True, kw_only=True)
class Settings(
    AlertSettings,
    VerdictSettings,
    OpsSettings,
    OracleSettings,
    MarketSettings,
    WebhookSettings,
    SendingSettings,
    BatchingSettings,
    LimitSettings,
    IntakeSettings,
    WebSettings,
    SignerSettings,
    HouseSettings,
):
    """Everything that can be set. Frozen: a process has one truth from start to end.

    Raises:
        SettingsError: a value is outside its bounds.
    """

    def __post_init__(self) -> None:
        for declared in fields(self):
            self._check_bounds(declared)
        if self.max_batch_items > 255:
            raise SettingsError("max_batch_items must be at most 255, the Forwarder's own limit")
        if self.admission not in ("open", "keys"):
            raise SettingsError(f"admission is {self.admission!r}; it must be 'open' or 'keys'")
        if self.log_format not in FORMATS:
            raise SettingsError(f"log_format is {self.log_format!r}; it must be 'text' or 'json'")
        if self.max_deadline_s <= self.min_deadline_s:
            raise SettingsError("max_deadline_s must be greater than min_deadline_s")
        if self.tip_percentile > 100:
            raise SettingsError("tip_percentile must be at most 100")
        if self.ops_explorer_url and not self.ops_explorer_url.startswith(("https://", "http://")):
            raise SettingsError(
                f"ops_explorer_url is {self.ops_explorer_url!r}; it must begin with https://"
            )
        self._check_signers()
        fault = self.alert_fault()
        if fault is not None:
            raise SettingsError(fault)

    def _check_signers(self) -> None:
        if self.external_signer_method not in ("eth_signTransaction", "account_signTransaction"):
            raise SettingsError(
                "external_signer_method must be eth_signTransaction or account_signTransaction"
            )
        if bool(self.external_signer_url) != bool(self.external_signer_addresses):
            raise SettingsError(
                "external_signer_url and external_signer_addresses go together; set both or none"
            )
        if self.signer_high_wei <= self.signer_low_wei:
            raise SettingsError("signer_high_wei must be greater than signer_low_wei")
        if self.treasury_address is not None and not is_checksum_address(self.treasury_address):
            raise SettingsError(
                f"treasury_address is {self.treasury_address!r}; it must be an address in its "
                "mixed-case spelling, whose checksum guards against slips"
            )

    def _check_bounds(self, declared: Field[Any]) -> None:
        least, most = declared.metadata["least"], declared.metadata["most"]
        value = getattr(self, declared.name)
        if None not in (least, value) and value < least:
            raise SettingsError(f"{declared.name} is {value}; it must be at least {least:g}")
        if None not in (most, value) and value > most:
            raise SettingsError(f"{declared.name} is {value}; it must be at most {most:g}")
