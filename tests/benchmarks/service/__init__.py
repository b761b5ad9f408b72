"""The service under load: how much it takes in, how fast it sends, what it weighs."""
