"""The ops dashboard: what did we spend, what came back, what is stuck, how long does it last.

`build_blueprint` is the only name that others use; `relayer.app` mounts it below ``/ops``.

How a page is added: write a class like those in `relayer.ops.pages`, whose ``__init__`` takes the
`relayer.ops.mount.OpsMount` and calls ``mount.page(rule, name, view, menu="Label")``, and put it
into ``PAGES`` there. The view returns ``mount.render("batches.html", rows=...)``; its template lies
in ``templates/ops`` and extends ``ops/base.html``, which tells what blocks there are. Macros for
verdicts, amounts, times, addresses and buttons are in ``ops/parts.html``. What shall stay fresh is
an element with an id and the attribute ``data-live``: ``poll.js`` replaces it every few seconds
with the one of the same id from the same address, or from ``data-source``. Only who is logged in,
with the role that the page asks for, reaches a view. Views read the store and nothing else.

How an action is added: see `relayer.ops.actions.framework`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint

    from relayer.api import Service

__all__ = ["build_blueprint"]


def build_blueprint(service: Service) -> Blueprint:
    """Return a blueprint with the dashboard of one service; register it below ``/ops``.

    Raises:
        SettingsError: ``ops_from`` holds what is no network.
    """
    from relayer.ops.dashboard import build  # commands need the actions, not the pages

    return build(service)
