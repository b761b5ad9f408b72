"""Routes of validations: send, look, wait, cancel."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from relayer.api import forms, parameters, resources
from relayer.api.callers import submitter
from relayer.api.idempotency import note_whole
from relayer.api.mount import Mount
from relayer.api.operations import RATE_LIMITS, Answer, Operation, View
from relayer.api.parameters import DEFAULT_LIMIT, MAX_LIMIT
from relayer.api.refused import VALIDATIONS_REFUSED
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
from relayer.intake.schemas import ValidationList, ValidationRequest, read_list
from relayer.intake.validations import ValidationAdmission
from relayer.limits import Caller
from relayer.refusals import BadSignature, NotCancellable, NotFound
from relayer.store.statuses import ValidationStatus
from relayer.store.validations import Validation

#: Header that carries a validation's own signature, as proof that it is one's own.
SIGNATURE_HEADER = "Validation-Signature"

_LIST = "validations"


class ValidationRoutes:
    """Serves ``/v1/validations``."""

    def __init__(self, mount: Mount) -> None:
        self._mount = mount
        self._service = mount.service
        mount.route("/v1/validations", POST=_sending(self.send), GET=_paging(self.page))
        mount.route(
            "/v1/validations/<validation_id>",
            GET=_showing(self.show),
            DELETE=_cancelling(self.cancel),
        )

    def send(self) -> Response:
        """Accept one validation, or a list in which each element stands alone."""
        body = read_body(self._service.settings.max_body_bytes)
        intake, sender = self._service.counter.validations, submitter(self._service)
        if isinstance(body, dict) and "validations" in body:
            most = self._service.settings.max_contributions_per_request
            outcomes = intake.submit(read_list(body, most, "validations"), sender)
            note_whole(outcomes)
            return json_response(
                {"results": self._results(outcomes)}, 202, _limits(outcomes, sender)
            )
        (outcome,) = intake.submit([body], sender)
        if isinstance(outcome, Refusal):
            raise outcome
        note_whole([outcome])
        shown = self._shown(outcome.validation)
        headers = {"Location": shown["links"]["self"], **_limits([outcome], sender)}
        return json_response(shown, _status_of(outcome), headers)

    def page(self) -> Response:
        """List validations, newest first."""
        page = self._service.store.listings.validations(
            validator=read_account("validator"),
            status=read_status(ValidationStatus),
            before=read_cursor(_LIST),
            limit=read_count("limit", DEFAULT_LIMIT, MAX_LIMIT),
        )
        return json_response(
            {
                "validations": resources.validations(
                    self._service.store, page.rows, self._mount.base()
                ),
                "next_cursor": write_cursor(_LIST, page.next_before),
            }
        )

    def show(self, validation_id: str) -> Response:
        """Show one validation, now or when its status changes."""
        wait_s = read_seconds("wait", MAX_WAIT_S)
        room, found = self._service.store.validations, self._find(validation_id)
        seen = read_status(ValidationStatus, "while")
        validation = self._service.waiting.for_change(room, found, wait_s, seen)
        return json_response(self._shown(validation))

    def cancel(self, validation_id: str) -> Response:
        """Take a validation back while it is queued; its signature proves whose it is."""
        validation = self._find(validation_id)
        check_ownership(validation.signature, SIGNATURE_HEADER)
        now = self._service.clock.now()
        if not self._service.store.validations.cancel(validation.id, now):
            status = self._find(validation_id).status
            if status != "cancelled":
                raise NotCancellable(
                    f"The validation is {status}; only a queued one can be cancelled. Nothing "
                    "needs to be done: it costs its player nothing."
                )
        return json_response(self._shown(self._find(validation_id)))

    def _find(self, validation_id: str) -> Validation:
        validation = self._service.store.validations.get(validation_id.lower())
        if validation is None:
            raise NotFound(
                f"There is no validation {validation_id[:70]}. The id is the EIP-712 digest that "
                "POST /v1/validations returned."
            )
        return validation

    def _shown(self, row: Validation) -> forms.Validation:
        (shown,) = resources.validations(self._service.store, [row], self._mount.base())
        return shown

    def _results(
        self, outcomes: Sequence[ValidationAdmission | Refusal]
    ) -> list[forms.ValidationResult]:
        root, base = self._mount.documents_root(), self._mount.base()
        rows = [each.validation for each in outcomes if not isinstance(each, Refusal)]
        shown = iter(resources.validations(self._service.store, rows, base))
        return [
            {
                "status": outcome.status,
                "problem": problem(outcome, root, pointer=f"/validations/{index}"),
            }
            if isinstance(outcome, Refusal)
            else {"status": _status_of(outcome), "validation": next(shown)}
            for index, outcome in enumerate(outcomes)
        ]


def _limits(outcomes: Sequence[ValidationAdmission | Refusal], sender: Caller) -> dict[str, str]:
    """Headers about the quotas that something was taken of; all were counted on one sheet."""
    admitted = [outcome for outcome in outcomes if isinstance(outcome, ValidationAdmission)]
    if not admitted:
        return {}
    validators = {outcome.validation.validator for outcome in admitted}
    return admitted[0].allowances.rate_limits(validators, sender)


def _status_of(admission: ValidationAdmission) -> int:
    return 202 if admission.is_new else 200


def _sending(view: View) -> Operation:
    return Operation(
        view,
        "sendValidations",
        {
            202: Answer(
                "Accepted; of a list, one result for each element.",
                forms.Validation | forms.ValidationResults,
                headers=("Location", "Idempotency-Replayed", *RATE_LIMITS),
            ),
            200: Answer("Accepted before.", forms.Validation, headers=("Location", *RATE_LIMITS)),
        },
        parameters=(parameters.PLAY_TICKET,),
        body=ValidationRequest | ValidationList,
        refusals=VALIDATIONS_REFUSED,
        takes_key=True,
    )


def _paging(view: View) -> Operation:
    return Operation(
        view,
        "listValidations",
        {200: Answer("A page.", forms.ValidationPage)},
        (
            parameters.VALIDATOR,
            parameters.VALIDATION_STATUS,
            parameters.LIMIT,
            parameters.CURSOR,
        ),
    )


def _showing(view: View) -> Operation:
    return Operation(
        view,
        "showValidation",
        {200: Answer("As it stands.", forms.Validation)},
        (parameters.WAIT, parameters.VALIDATION_SEEN),
        refusals=(NotFound,),
    )


def _cancelling(view: View) -> Operation:
    return Operation(
        view,
        "cancelValidation",
        {200: Answer("Cancelled, now or before.", forms.Validation)},
        (parameters.signature_header(SIGNATURE_HEADER, "validation"),),
        refusals=(NotFound, BadSignature, NotCancellable),
    )
