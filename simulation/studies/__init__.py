"""Studies over many seeds: which settings do what they should. Their tables are in the docs."""
