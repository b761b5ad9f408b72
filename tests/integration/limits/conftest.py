"""A real chain for the tests that need one."""

from __future__ import annotations

from tests.chain import chain, deployed_chain

__all__ = ["chain", "deployed_chain"]
