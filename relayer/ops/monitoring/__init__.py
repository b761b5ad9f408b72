"""Rules for Prometheus and a dashboard for Grafana, as files; docs/how-to/alerts.md tells how."""

from __future__ import annotations

from pathlib import Path


def folder() -> Path:
    """Return where the files lie."""
    return Path(__file__).parent
