"""The mechanisms off chain, in exact integers: for figures, plans and tests of the contracts."""
