"""Rebuilds dataset and model of any trainer from chain data alone, and checks them.

Nothing here reads a relayer's store: a node and a trainer's address are enough.
"""
