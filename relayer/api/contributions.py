"""Routes of contributions: send, look, wait, list, cancel."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request

from relayer.api import forms, parameters, resources
from relayer.api.acceptances import EXAMINED, acceptance, rate_limits
from relayer.api.callers import caller, submitter
from relayer.api.idempotency import note_whole
from relayer.api.mount import Mount
from relayer.api.operations import RATE_LIMITS, Answer, Operation, View
from relayer.api.parameters import DEFAULT_LIMIT, MAX_LIMIT
from relayer.api.refused import CONTRIBUTIONS_REFUSED
from relayer.api.requests import (
    check_ownership,
    read_account,
    read_body,
    read_count,
    read_cursor,
    read_seconds,
    read_status,
    write_cursor,
)
from relayer.api.responses import json_response, problem
from relayer.api.waiting import MAX_WAIT_S
from relayer.errors import Refusal
from relayer.intake.contributions import Admission
from relayer.intake.schemas import ContributionList, ContributionRequest, read_list
from relayer.limits import Scope
from relayer.refusals import (
    BadKey,
    BadSignature,
    BadTicket,
    KeyRequired,
    NotCancellable,
    NotFound,
    ScopeMissing,
)
from relayer.store.contributions import Contribution
from relayer.store.statuses import ContributionStatus

#: Header that carries a contribution's own signature, as proof that it is one's own.
SIGNATURE_HEADER = "Contribution-Signature"

_LIST = "contributions"


class ContributionRoutes:
    """Serves ``/v1/contributions``."""

    def __init__(self, mount: Mount) -> None:
        self._mount = mount
        self._service = mount.service
        mount.route("/v1/contributions", POST=_sending(self.send), GET=_paging(self.page))
        mount.route(
            "/v1/contributions/<contribution_id>",
            GET=_showing(self.show),
            DELETE=_cancelling(self.cancel),
        )

    def send(self) -> Response:
        """Accept one contribution, or a list in which each element stands alone."""
        body = read_body(self._service.settings.max_body_bytes)
        intake, sender = self._service.counter.contributions, submitter(self._service)
        if isinstance(body, dict) and "contributions" in body:
            most = self._service.settings.max_contributions_per_request
            outcomes = intake.submit(read_list(body, most), sender)
            note_whole(outcomes)
            return json_response(
                {"results": self._results(outcomes)}, 202, rate_limits(outcomes, sender)
            )
        outcome = request.environ.pop(EXAMINED, None) or intake.submit([body], sender)[0]
        if isinstance(outcome, Exception):
            raise outcome
        note_whole([outcome])
        shown, headers = acceptance(self._service.store, outcome, sender, self._mount.base())
        return json_response(shown, _status_of(outcome), headers)

    def show(self, contribution_id: str) -> Response:
        """Show one contribution, now or when its status changes."""
        wait_s = read_seconds("wait", MAX_WAIT_S)
        room, found = self._service.store.contributions, self._find(contribution_id)
        seen = read_status(ContributionStatus, "while")
        contribution = self._service.waiting.for_change(room, found, wait_s, seen)
        return json_response(self._shown([contribution])[0])

    def page(self) -> Response:
        """List contributions, newest first."""
        page = self._service.store.listings.contributions(
            player=read_account("player"),
            game=self._read_game(),
            status=read_status(ContributionStatus),
            before=read_cursor(_LIST),
            limit=read_count("limit", DEFAULT_LIMIT, MAX_LIMIT),
        )
        return json_response(
            {
                "contributions": self._shown(page.rows),
                "next_cursor": write_cursor(_LIST, page.next_before),
            }
        )

    def cancel(self, contribution_id: str) -> Response:
        """Take a contribution back while it is queued; signature or key prove whose it is."""
        contribution = self._find(contribution_id)
        canceller = caller(self._service)
        if not (canceller.may(Scope.CANCEL) and canceller.game == contribution.game):
            check_ownership(contribution.signature, SIGNATURE_HEADER)
        now = self._service.clock.now()
        if not self._service.store.contributions.cancel(contribution.id, now):
            status = self._find(contribution_id).status
            if status != "cancelled":
                raise NotCancellable(
                    f"The contribution is {status}; only a queued one can be cancelled. Nothing "
                    "needs to be done: it costs its player nothing."
                )
        return json_response(self._shown([self._find(contribution_id)])[0])

    def _read_game(self) -> str | None:
        """The game in the query; only its own key opens the list."""
        game = request.args.get("game")
        if game is not None:
            reader = caller(self._service)
            self._service.reception.check_scope(reader, Scope.READ)
            if reader.game != game:
                raise ScopeMissing(
                    f"The key {reader.game} opens the list of its own game only. Ask with "
                    f"game={reader.game}."
                )
        return game

    def _find(self, contribution_id: str) -> Contribution:
        contribution = self._service.store.contributions.get(contribution_id.lower())
        if contribution is None:
            raise NotFound(
                f"There is no contribution {contribution_id[:70]}. The id is the EIP-712 digest "
                "that POST /v1/contributions returned."
            )
        return contribution

    def _shown(self, rows: Sequence[Contribution]) -> list[forms.Contribution]:
        return resources.contributions(self._service.store, rows, self._mount.base())

    def _results(self, outcomes: Sequence[Admission | Refusal]) -> list[forms.ContributionResult]:
        admitted = [outcome for outcome in outcomes if isinstance(outcome, Admission)]
        shown = iter(self._shown([outcome.contribution for outcome in admitted]))
        root = self._mount.documents_root()
        return [
            {"status": _status_of(outcome), "contribution": next(shown)}
            if isinstance(outcome, Admission)
            else {
                "status": outcome.status,
                "problem": problem(outcome, root, pointer=f"/contributions/{index}"),
            }
            for index, outcome in enumerate(outcomes)
        ]


def _status_of(admission: Admission) -> int:
    return 202 if admission.is_new else 200


def _sending(view: View) -> Operation:
    return Operation(
        view,
        "sendContributions",
        {
            202: Answer(
                "Accepted; of a list, one result for each element.",
                forms.Contribution | forms.ContributionResults,
                headers=("Location", "Idempotency-Replayed", *RATE_LIMITS),
            ),
            200: Answer("Accepted before.", forms.Contribution, headers=("Location", *RATE_LIMITS)),
        },
        parameters=(parameters.PLAY_TICKET,),
        body=ContributionRequest | ContributionList,
        refusals=CONTRIBUTIONS_REFUSED,
        takes_key=True,
    )


def _paging(view: View) -> Operation:
    return Operation(
        view,
        "listContributions",
        {200: Answer("A page.", forms.ContributionPage)},
        (
            parameters.PLAYER,
            parameters.GAME,
            parameters.CONTRIBUTION_STATUS,
            parameters.LIMIT,
            parameters.CURSOR,
        ),
        refusals=(KeyRequired, BadKey, BadTicket, ScopeMissing),
    )


def _showing(view: View) -> Operation:
    return Operation(
        view,
        "showContribution",
        {200: Answer("As it stands.", forms.Contribution)},
        (parameters.WAIT, parameters.CONTRIBUTION_SEEN),
        refusals=(NotFound,),
    )


def _cancelling(view: View) -> Operation:
    return Operation(
        view,
        "cancelContribution",
        {200: Answer("Cancelled, now or before.", forms.Contribution)},
        (parameters.signature_header(SIGNATURE_HEADER, "contribution", required=False),),
        refusals=(NotFound, BadKey, BadSignature, NotCancellable),
    )
