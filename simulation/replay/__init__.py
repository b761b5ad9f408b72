"""Simulated runs, done once more by the real contracts on a development chain."""
