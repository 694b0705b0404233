"""Backups: a store's logs in files, chained, checked, and put back into an empty store."""
