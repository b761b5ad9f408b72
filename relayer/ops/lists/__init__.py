"""Lists of the dashboard: the same lines as a page, as CSV and as JSON."""
