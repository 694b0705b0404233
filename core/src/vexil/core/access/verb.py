"""What can be done, as roles grant it."""

from enum import StrEnum


class Verb(StrEnum):
    """One sort of action; `vexil.v1.Verb` documents each and has the same names."""

    READ = "read"
    EVALUATE = "evaluate"
    WATCH = "watch"
    WRITE = "write"
    DELETE = "delete"
    ROLLBACK = "rollback"
    APPROVE = "approve"
    CREATE_NAMESPACE = "create_namespace"
    HISTORY = "history"
    EXPORT = "export"
    IMPORT = "import"
    CONVERGENCE = "convergence"
    ACCESS_READ = "access_read"
    ACCESS_WRITE = "access_write"
    AUDIT_READ = "audit_read"
    STATUS = "status"
    REVEAL = "reveal"
