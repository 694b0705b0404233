"""Namespaces as this process holds them, and everything that changes them or looks at their past."""
