"""The audit: verifying and showing the chain, and telling others of it (docs/audit.md)."""
