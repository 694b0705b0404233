"""Sensitive values as ciphertext in the log: keys, and the store that encrypts with them."""
