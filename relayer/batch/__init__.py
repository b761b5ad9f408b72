"""The batcher: when to send, what fits, which items would be skipped."""

from relayer.batch.batcher import Batcher

__all__ = ["Batcher"]
