"""Roles: named sets of verbs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vexil.core.access.verb import Verb


@dataclass(frozen=True, slots=True)
class Role:
    """What someone who has the role may do, wherever it is bound to."""

    verbs: tuple[Verb, ...]
    description: str = ""


_CLIENT = (Verb.READ, Verb.EVALUATE, Verb.WATCH)
_VIEWER = (*_CLIENT, Verb.HISTORY, Verb.EXPORT, Verb.CONVERGENCE, Verb.STATUS)

ADMIN = "admin"

BUILT_IN: Mapping[str, Role] = MappingProxyType(
    {
        ADMIN: Role(tuple(Verb), "Everything, permissions included."),
        "editor": Role(
            (*_VIEWER, Verb.WRITE, Verb.DELETE, Verb.ROLLBACK, Verb.IMPORT, Verb.REVEAL),
            "Reads and changes configuration.",
        ),
        "approver": Role((*_VIEWER, Verb.APPROVE), "Reads configuration and approves changes of others."),
        "auditor": Role(
            (Verb.READ, Verb.HISTORY, Verb.AUDIT_READ, Verb.ACCESS_READ),
            "Sees who did what, when and from where, and who may; changes nothing.",
        ),
        "viewer": Role(_VIEWER, "Reads configuration and its history."),
        "client": Role(_CLIENT, "What an application needs: to read, evaluate and watch."),
    }
)
"""The roles that are always there; none of them can be redefined."""
