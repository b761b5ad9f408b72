"""Who contributes in a simulation: what they say, when they act, and what they are ready to pay."""
