"""The chain of these tests."""

from tests.chain import chain, deployed_chain

__all__ = ["chain", "deployed_chain"]
