"""Simulated players: they play Hunch, or bring their own client, through the public HTTP APIs."""
