"""Commits without transactions, in tables where all regions see one order of writes."""
