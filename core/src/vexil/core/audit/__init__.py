"""The audit chain: what it covers, how it is made, and what is wrong with one (docs/audit.md)."""
