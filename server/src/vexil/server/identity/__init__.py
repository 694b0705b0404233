"""Who calls: credentials, what proves them, and the answers that are remembered."""
