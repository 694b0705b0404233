"""Several regions with one global table, on local engines."""
