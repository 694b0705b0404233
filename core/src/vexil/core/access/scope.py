"""Where a role is granted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

ALL = "*"
"""Stands alone for all names, or all keys."""

_NAMED = frozenset({"namespace", "environment"})
"""Kinds whose resources have names. What keys begin with says nothing about these."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of everything: what fits all four members. An empty member fits nothing.

    Names are exact, keys begin with one of the prefixes, and ALL fits everything; there are no other
    patterns. Kinds are names such as `setting`: one that this release does not know fits nothing in it. What
    belongs to no environment, such as a definition, counts for all of them, so that only ALL fits it. So
    namespaces and environments count for all keys: `pre` is for what begins so, and not for `preview`.
    """

    namespaces: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    key_prefixes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @classmethod
    def everything(cls) -> Self:
        """All there is."""
        return cls((ALL,), (ALL,), (ALL,), (ALL,))

    @classmethod
    def of_namespace(cls, name: str) -> Self:
        """All that a namespace holds."""
        return cls((name,), (ALL,), (ALL,), (ALL,))

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be in it."""
        return not (self.namespaces and self.environments and self.key_prefixes and self.kinds)

    def fits_place(self, namespace: str, environment: str) -> bool:
        """Whether something in that environment may be in the scope; it is empty for what has none."""
        return fits(self.namespaces, namespace) and fits(self.environments, environment)

    def fits(self, namespace: str, environment: str, kind: str, key: str) -> bool:
        """Whether the resource is in the scope."""
        return self.fits_place(namespace, environment) and fits_key(self.prefixes(kind), key)

    def prefixes(self, kind: str) -> tuple[str, ...]:
        """What keys of that kind begin with, to be in the scope; empty: none of them is."""
        if not fits(self.kinds, kind) or (kind in _NAMED and ALL not in self.key_prefixes):
            return ()
        return self.key_prefixes

    def covers(self, other: "Scope") -> bool:
        """Whether all that is in the other scope is in this one."""
        return (
            all(fits(self.namespaces, name) for name in other.namespaces)
            and all(fits(self.environments, name) for name in other.environments)
            and all(fits(self.kinds, name) for name in other.kinds)
            and all(covers_prefix(self.key_prefixes, prefix) for prefix in other.key_prefixes)
        )


def fits(names: tuple[str, ...], name: str) -> bool:
    """Whether the name is one of these; ALL, asked for as a name, is only in ALL."""
    return ALL in names or name in names


def fits_key(prefixes: Iterable[str], key: str) -> bool:
    """Whether the key begins with one of these prefixes."""
    for prefix in prefixes:  # noqa: SIM110 - on the way of every call, where `any` costs twice as much
        if prefix == ALL or key.startswith(prefix):
            return True
    return False


def covers_prefix(prefixes: Iterable[str], wanted: str) -> bool:
    """Whether all keys with that prefix begin with one of these prefixes."""
    return any(prefix == ALL or (wanted != ALL and wanted.startswith(prefix)) for prefix in prefixes)
