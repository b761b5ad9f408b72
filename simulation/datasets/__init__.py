"""What simulations learn from and are tested with. No data is part of this package."""
