"""A real chain for each test of this folder."""

from __future__ import annotations

from tests.chain import chain, deployed_chain

__all__ = ["chain", "deployed_chain"]
