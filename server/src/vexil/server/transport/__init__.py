"""Transports: each registers the same table of methods and knows nothing of what they do."""
