"""The service under gunicorn, with a chain behind it, held to its own OpenAPI document.

`make fuzz-api` runs the same for longer: API_FUZZ_EXAMPLES is how many requests of each kind are
made up for each operation, API_FUZZ_SEED where they begin.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import requests

from tests.acceptance.conftest import Site, make_signed

CONFIG = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = os.environ.get("API_FUZZ_EXAMPLES", "4")
SEED = os.environ.get("API_FUZZ_SEED", "1")

pytestmark = pytest.mark.timeout(3_600)


@pytest.fixture
def running(site: Site) -> tuple[Site, list[str]]:
    """A service that works, with contributions that went their whole way."""
    site.start_web()
    site.start_worker()
    site.wait_until_ready()
    ids = site.post(make_signed(site, 3))
    site.wait_until(ids, "settled")
    return site, ids


def schemathesis(
    site: Site, document: str, phases: str, parameters: Mapping[str, str]
) -> tuple[int, str]:
    """Run it with these values for parameters instead of made up ones; exit code and report."""
    config = site.folder / "schemathesis.toml"
    lines = [f'"{name}" = "{value}"' for name, value in parameters.items()]
    given = "\n".join(["[parameters]", *lines, "", ""]) if parameters else ""
    config.write_text(given + CONFIG.read_text("utf-8"))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"),
            *(document, "--url", site.url, "--phases", phases),
            *("--max-examples", EXAMPLES, "--seed", SEED, "--request-timeout", "60"),
            *("--no-shrink", "--continue-on-failure"),
        ],
        cwd=site.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def assert_clean(code: int, report: str, at_least: int) -> None:
    """Require that everything was tried and nothing was found."""
    assert code == 0, report[-8_000:]
    (tried,) = re.findall(r"(\d+) generated", report)
    assert int(tried) >= at_least, report[-3_000:]


def test_made_up_requests_find_no_server_error_and_no_undocumented_answer(
    running: tuple[Site, list[str]],
) -> None:
    site, ids = running
    url = f"{site.url}/openapi.json"
    document = requests.get(url, timeout=30).json()
    operations = sum(len(methods) for methods in document["paths"].values())
    assert_clean(*schemathesis(site, url, "coverage", {}), at_least=20 * operations)
    # Made up ids are found nowhere: once more, with those of what there is.
    known = {"path.contribution_id": ids[0], "path.batch_id": "1"}
    known["path.address"] = site.deployment.trainers[0].address
    assert_clean(*schemathesis(site, url, "fuzzing", known), at_least=operations)
    # Whatever was sent, the service and its books are as they were.
    assert site.statuses(ids) == ["settled"] * len(ids)
    assert requests.get(f"{site.url}/readyz", timeout=30).ok
    site.assert_on_chain_exactly_once(ids)
    # The check itself is checked: a document that forgets an answer does not pass.
    player = document["paths"]["/v1/players/{address}"]
    del player["get"]["responses"]["422"]
    forgetful = site.folder / "forgetful.json"
    forgetful.write_text(json.dumps(document | {"paths": {"/v1/players/{address}": player}}))
    code, report = schemathesis(site, str(forgetful), "coverage", {})
    assert code == 1
    assert "Undocumented status code" in report
