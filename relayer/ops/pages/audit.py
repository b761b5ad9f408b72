"""The audit log, the newest entry first."""

from __future__ import annotations

import json
import re
from typing import Final

from flask import Response, request

from relayer.ops.lists.audit import FILTERS, AuditList
from relayer.ops.mount import OpsMount
from relayer.ops.pages.lists import ListPage, add_files

#: Entries of a page.
PAGE: Final = 50


class AuditPages:
    """Serves ``/ops/audit``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        mount.page("/audit", "audit", self.show, menu="Audit")
        add_files(
            mount,
            ListPage(
                "/audit",
                "audit",
                "Audit log",
                FILTERS,
                lambda values: AuditList(mount.store, values.get("who"), values.get("action")),
            ),
        )

    def show(self) -> Response:
        """List entries, filtered by who and what as the address says."""
        who, action = (request.args.get(name, "").strip() or None for name in ("who", "action"))
        text = request.args.get("before", "")
        before = int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None
        entries = self._mount.store.audit.newest(PAGE + 1, before=before, who=who, action=action)
        more = entries[PAGE - 1].sequence if len(entries) > PAGE else None
        return self._mount.render(
            "audit.html",
            rows=[(entry, json.loads(entry.arguments)) for entry in entries[:PAGE]],
            more=more,
            who=who,
            action=action,
            is_newest=before is None,
            head=self._mount.store.audit.head(),
        )
