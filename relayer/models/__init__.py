"""Exact twins of the on-chain classifiers, and the encoding of what they learn.

Everything here is integer arithmetic that agrees bit for bit with the contracts, so that a model
can be served, checked and rebuilt from chain data without asking a node to predict.
"""
