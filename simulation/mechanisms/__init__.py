"""One module for each incentive mechanism."""
