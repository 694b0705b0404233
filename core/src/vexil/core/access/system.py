"""Where permissions are kept."""

SYSTEM_NAMESPACE = "vexil-access"
"""The namespace that holds nothing but permissions, and is alone in holding any.

Only the access service writes it; no commit, import or rollback by anybody else can.
"""
