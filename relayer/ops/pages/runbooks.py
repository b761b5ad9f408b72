"""What a verdict means and what to do about it, beside how it stands now."""

from __future__ import annotations

from flask import Response

from relayer.ops.mount import OpsMount
from relayer.ops.pages.sentences import Sentences
from relayer.ops.runbooks import read_runbook
from relayer.ops.verdicts import VerdictName
from relayer.refusals import NotFound


class RunbookPages:
    """Serves ``/ops/runbooks/<name>``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        self._sentences = Sentences(mount)
        mount.page("/runbooks/<name>", "runbook", self.show)

    def show(self, name: str) -> Response:
        """Show a runbook, and the sentence that led here.

        Raises:
            NotFound: no verdict has this name.
        """
        if name not in set(VerdictName):
            raise NotFound(f"No verdict is called {name}. The first page lists them all.")
        verdict = VerdictName(name)
        shown = self._sentences.shown()
        shown["verdicts"] = [each for each in shown["verdicts"] if each[0].name == verdict]
        return self._mount.render("runbook.html", runbook=read_runbook(verdict), **shown)
