"""What operators can do: the same by page, HTTP API and command line."""
