"""Commands of the operator, over real chains, stores and files."""
