"""Learners over arrays: the reference's and ours, fast enough for thousands of runs."""
