"""A chain for the tests of the judge."""

from tests.chain import chain, deployed_chain

__all__ = ["chain", "deployed_chain"]
