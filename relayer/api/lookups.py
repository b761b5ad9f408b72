"""Routes that tell what there is: configuration, players, batches, models."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from relayer.api import resources
from relayer.api.mount import Mount
from relayer.api.requests import read_address
from relayer.api.responses import json_response
from relayer.chain.eip712 import TYPES, Domain
from relayer.deployment import TrainerEntry
from relayer.intake.fees import quote_gwei
from relayer.intake.sample_forms import SparseForm, form_of, label_count_of
from relayer.refusals import NotFound
from relayer.store.chain_state import ChainView
from relayer.store.players import PlayerSnapshot

_MAX_ROW_ID = 2**63 - 1
_SECONDS_PER_DAY = 86_400
_OPEN = ("queued", "sent", "mined", "confirmed")


class LookupRoutes:
    """Serves ``/v1/config``, ``/v1/players``, ``/v1/batches`` and ``/v1/models``."""

    def __init__(self, mount: Mount) -> None:
        self._mount = mount
        self._service = mount.service
        mount.route("/v1/config", GET=self.config)
        mount.route("/v1/players/<address>", GET=self.player)
        mount.route(f"/v1/batches/<int(max={_MAX_ROW_ID}):batch_id>", GET=self.batch)
        mount.route("/v1/models/<address>", GET=self.model)

    def config(self) -> Response:
        """Tell everything that a client needs to know, so that it hardcodes nothing."""
        settings, view = self._service.settings, self._service.store.chain_state.view()
        deployment = self._service.counter.deployment
        domain = Domain(deployment.chain_id, deployment.forwarder)
        return json_response(
            {
                "chain_id": deployment.chain_id,
                "forwarder": deployment.forwarder,
                "eip712": {"domain": domain.as_json(), "types": TYPES},
                "trainers": [_trainer(entry, view) for entry in deployment.trainers],
                "limits": {
                    "max_contributions_per_request": settings.max_contributions_per_request,
                    "max_body_bytes": settings.max_body_bytes,
                    "min_deadline_s": settings.min_deadline_s,
                    "max_deadline_s": settings.max_deadline_s,
                },
                "now": int(self._service.clock.now()),
            }
        )

    def player(self, address: str) -> Response:
        """Tell what a player may sign next and what the work so far has brought."""
        player = read_address(address, "/address")
        store = self._service.store
        snapshot, counts = store.players.get(player), store.players.counts(player)
        return json_response(
            {
                "address": player,
                "next_nonce": store.nonces.next_nonce(player),
                "points": {} if snapshot is None else dict(snapshot.points),
                **_standings(snapshot, int(self._service.clock.now()) // _SECONDS_PER_DAY),
                "balance_wei": resources.wei(0 if snapshot is None else snapshot.balance_wei),
                "unclaimed_wei": resources.wei(0 if snapshot is None else snapshot.unclaimed_wei),
                "open_contributions": sum(counts.get(status, 0) for status in _OPEN),
                "counts": counts,
            }
        )

    def batch(self, batch_id: int) -> Response:
        """Show one batch."""
        row = self._service.store.batches.get(batch_id)
        if row is None:
            raise NotFound(f"There is no batch {batch_id}. A contribution links to its batch.")
        return json_response(resources.batch(self._service.store, row, self._mount.base()))

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


def _standings(snapshot: PlayerSnapshot | None, today: int) -> dict[str, Any]:
    """Badges and streaks by gamified trainer; a day without a contribution ends a streak."""
    standings = {} if snapshot is None else snapshot.standings
    return {
        "badges": {trainer: list(own.badges) for trainer, own in standings.items()},
        "streak_days": {
            trainer: own.streak_days if own.last_day >= today - 1 else 0
            for trainer, own in standings.items()
        },
    }


def _trainer(entry: TrainerEntry, view: ChainView) -> dict[str, Any]:
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
        **entry.model_dump(),
        "market_phase": None if snapshot is None else snapshot.market_phase,
        "stake_wei": resources.wei(None if snapshot is None else snapshot.stake_wei),
        "label_count": label_count_of(entry, snapshot),
        "feature_count": form.feature_count if isinstance(form, SparseForm) else None,
        "max_sample_bytes": form.max_bytes,
        "suggested_max_fee_gwei": suggested_gwei,
    }
