"""Tests of the project; see CONTRIBUTING."""
