"""Prediction markets: their steps on the relayer's side, the test set on the provider's."""

from relayer.market.driver import MarketDriver

__all__ = ["MarketDriver"]
