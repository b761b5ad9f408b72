"""The demo: a local chain, the relayer, the game and simulated players, started by one command."""
