"""The page about nginx, held against a real one: `make check-nginx`."""
