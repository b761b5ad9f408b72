"""Tells games what became of their contributions, by the Standard Webhooks scheme.

`signing` needs neither store nor network, so that the kit for game backends uses it too.
"""
