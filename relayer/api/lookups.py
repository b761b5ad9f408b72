"""Routes that tell what there is: configuration, players, models."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from relayer.api import forms, parameters, resources
from relayer.api.allowances import house_allowance, player_allowance
from relayer.api.callers import caller
from relayer.api.mount import Mount
from relayer.api.operations import Answer, Operation, View
from relayer.api.requests import read_address
from relayer.api.responses import json_response
from relayer.chain.eip712 import TYPES, Domain
from relayer.deployment import TrainerEntry
from relayer.intake.fees import quote_gwei, withdrawal_fee_gwei
from relayer.intake.sample_forms import SparseForm, form_of, label_count_of
from relayer.refusals import BadKey, ChainUnavailable, NoSnapshot, NotFound, SchemaViolation
from relayer.store.chain_state import ChainView
from relayer.store.players import Standing

_SECONDS_PER_DAY = 86_400
_OPEN = ("queued", "sent", "mined", "confirmed")


class LookupRoutes:
    """Serves ``/v1/config``, ``/v1/players`` and ``/v1/models``."""

    def __init__(self, mount: Mount) -> None:
        self._mount = mount
        self._service = mount.service
        mount.route("/v1/config", GET=_configuring(self.config))
        mount.route("/v1/players/<address>", GET=_showing_player(self.player))
        mount.route("/v1/models/<address>", GET=_handing_out_model(self.model))

    def config(self) -> Response:
        """Tell everything that a client needs to know, so that it hardcodes nothing."""
        settings, view = self._service.settings, self._service.store.chain_state.view()
        deployment = self._service.counter.deployment
        domain = Domain(deployment.chain_id, deployment.forwarder)
        return json_response(
            forms.Config(
                {
                    "chain_id": deployment.chain_id,
                    "forwarder": deployment.forwarder,
                    "eip712": {"domain": domain.as_json(), "types": TYPES},
                    "trainers": [_trainer(entry, view) for entry in deployment.trainers],
                    "withdrawals": _withdrawals(view, settings.priority_fee_wei),
                    "limits": {
                        "max_contributions_per_request": settings.max_contributions_per_request,
                        "max_body_bytes": settings.max_body_bytes,
                        "min_deadline_s": settings.min_deadline_s,
                        "max_deadline_s": settings.max_deadline_s,
                    },
                    "confirmations": settings.confirmations,
                    "allowance": house_allowance(self._service, caller(self._service)),
                    "now": int(self._service.clock.now()),
                }
            )
        )

    def player(self, address: str) -> Response:
        """Tell what a player may sign next and what the work so far has brought."""
        player = read_address(address, "/address")
        store = self._service.store
        snapshot, counts = store.players.get(player), store.players.counts(player)
        standings = {} if snapshot is None else snapshot.standings
        today = int(self._service.clock.now()) // _SECONDS_PER_DAY
        return json_response(
            forms.Player(
                {
                    "address": player,
                    "next_nonce": store.nonces.next_nonce(player),
                    "points": {} if snapshot is None else dict(snapshot.points),
                    "badges": {trainer: list(own.badges) for trainer, own in standings.items()},
                    "streak_days": {
                        trainer: _living_streak(own, today) for trainer, own in standings.items()
                    },
                    "balance_wei": str(0 if snapshot is None else snapshot.balance_wei),
                    "unclaimed_wei": str(0 if snapshot is None else snapshot.unclaimed_wei),
                    "open_contributions": sum(counts.get(status, 0) for status in _OPEN),
                    "counts": counts,
                    "allowance": player_allowance(self._service, player),
                }
            )
        )

    def model(self, address: str) -> WerkzeugResponse:
        """Hand out the model as of the last confirmed block, for inference on one's own machine."""
        counter = self._service.counter
        entry = counter.deployment.trainers_by_address.get(address.lower())
        if entry is None:
            raise NotFound(
                f"This relayer serves no trainer {address[:50]}. GET /v1/config lists those it "
                "serves."
            )
        model = counter.models.get(entry, self._service.store.chain_state.view().head)
        response = Response(model.body, mimetype="application/json")
        response.set_etag(model.etag)
        response.headers["Cache-Control"] = "no-cache"
        return response.make_conditional(request)


def _living_streak(standing: Standing, today: int) -> int:
    """A day without a contribution ends a streak."""
    return standing.streak_days if standing.last_day >= today - 1 else 0


def _trainer(entry: TrainerEntry, view: ChainView) -> forms.Trainer:
    snapshot = view.trainers.get(entry.address)
    form, suggested_gwei = form_of(entry, snapshot), None
    if snapshot is not None and view.tank is not None:
        suggested_gwei = quote_gwei(
            snapshot.schedule,
            form.max_bytes,
            add_price_wei=view.tank.price_cap_wei,
            settle_price_wei=view.tank.price_cap_wei,
        )
    return {
        "address": entry.address,
        "name": entry.name,
        "labels": entry.labels,
        "encoding": entry.encoding,
        "hashing": entry.hashing,
        "classifier": entry.classifier,
        "mechanism": entry.mechanism,
        "data_handler": entry.data_handler,
        "market_phase": None if snapshot is None else snapshot.market_phase,
        "stake_wei": resources.wei(None if snapshot is None else snapshot.stake_wei),
        "label_count": label_count_of(entry, snapshot),
        "feature_count": form.feature_count if isinstance(form, SparseForm) else None,
        "max_sample_bytes": form.max_bytes,
        "suggested_max_fee_gwei": suggested_gwei,
    }


def _withdrawals(view: ChainView, tip_wei: int) -> forms.WithdrawalFee:
    """What a withdrawal costs now, and a maximum that is still enough when the base fee doubles."""
    if view.head is None:
        return {"expected_fee_gwei": None, "suggested_max_fee_gwei": None}
    base_fee_wei = view.head.base_fee_wei
    return {
        "expected_fee_gwei": withdrawal_fee_gwei(base_fee_wei + tip_wei),
        "suggested_max_fee_gwei": withdrawal_fee_gwei(2 * base_fee_wei + tip_wei),
    }


def _configuring(view: View) -> Operation:
    return Operation(
        view,
        "readConfig",
        {200: Answer("As of now.", forms.Config)},
        refusals=(ChainUnavailable, BadKey),
    )


def _showing_player(view: View) -> Operation:
    return Operation(
        view,
        "showPlayer",
        {200: Answer("As of now; any address has an answer.", forms.Player)},
        refusals=(SchemaViolation,),
    )


def _handing_out_model(view: View) -> Operation:
    return Operation(
        view,
        "readModel",
        {
            200: Answer("As of the last confirmed block.", forms.Model, headers=("ETag",)),
            304: Answer("The model is the same.", media_type=None, headers=("ETag",)),
        },
        (parameters.IF_NONE_MATCH,),
        refusals=(NotFound, NoSnapshot, ChainUnavailable),
    )
