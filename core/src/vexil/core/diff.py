"""What differs between two states of a namespace or of an environment.

Two resources differ when their content does: a resource that was changed and changed back does not differ,
although its version does.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import zip_longest
from typing import Any

from immutables import Map

from vexil.core.resource import Resource, ResourceId, ResourceState
from vexil.core.snapshot import Snapshot
from vexil.core.value import Value
from vexil.core.view import Entries, Entry, View

_NOTHING: Entries = Map()


@dataclass(frozen=True, slots=True)
class ResourceDiff:
    """One resource before and after; None: it was not there, or is not there any more.

    `id.environment` is the environment that sets the resource or, between views, the one compared.
    """

    id: ResourceId
    before: ResourceState | None
    after: ResourceState | None


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One field before and after, such as `rules[0].serve`; None: not set."""

    path: str
    old: Any
    new: Any


def same(a: Any, b: Any) -> bool:
    """Whether two resources, or parts of them, have the same content.

    Unlike `==` it tells 1, 1.0 and true apart at any depth; the order of mappings does not count.
    """
    if a is b:
        return True
    if isinstance(a, Mapping):
        return isinstance(b, Mapping) and a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if _is_sequence(a):
        return _is_sequence(b) and len(a) == len(b) and all(map(same, a, b))
    if type(a) is not type(b):
        return False
    if is_dataclass(a):
        return all(same(getattr(a, each.name), getattr(b, each.name)) for each in fields(a) if each.compare)
    return bool(a == b)


def describe(before: Resource | None, after: Resource | None) -> list[FieldDiff]:
    """The fields that differ, in the content's own order; the whole, under "", where one is None."""
    return list(_fields("", before, after))


def diff_snapshots(before: Snapshot, after: Snapshot, environment: str | None = None) -> list[ResourceDiff]:
    """What differs between two revisions of a namespace, ordered by kind, environment and key.

    With an environment: between its effective views, and then an environment that is missing from one of the
    snapshots is empty there. Without: between what each environment itself sets. Costs a look at each
    resource; what both snapshots share is not compared.
    """
    if environment is not None:
        return diff_views(
            *(one.views.get(environment, View(one.namespace, environment)) for one in (before, after))
        )
    differences = []
    for name in {*before.own, *after.own}:
        old, new = before.own.get(name, Map()), after.own.get(name, Map())
        if old is not new:
            differences += [
                difference
                for kind, key in {**old, **new}
                if (
                    difference := _compare(
                        ResourceId(kind, name, key), old.get((kind, key)), new.get((kind, key))
                    )
                )
            ]
    return _ordered(differences)


def diff_views(before: View, after: View) -> list[ResourceDiff]:
    """What differs between two effective views, ordered by kind and key."""
    differences = []
    for kind in {*before.by_kind, *after.by_kind}:
        old, new = before.by_kind.get(kind, _NOTHING), after.by_kind.get(kind, _NOTHING)
        if old is not new:
            differences += [
                difference
                for key in {**old, **new}
                if (
                    difference := _compare(
                        ResourceId(kind, after.environment, key), old.get(key), new.get(key)
                    )
                )
            ]
    return _ordered(differences)


def _compare(id: ResourceId, old: Entry | None, new: Entry | None) -> ResourceDiff | None:
    if old is new:
        return None
    before = None if old is None else old.state
    after = None if new is None else new.state
    if before is not None and after is not None and same(before.resource, after.resource):
        return None
    return ResourceDiff(id, before, after)


def _ordered(differences: list[ResourceDiff]) -> list[ResourceDiff]:
    return sorted(differences, key=lambda difference: difference.id)


def _fields(path: str, old: Any, new: Any) -> Iterator[FieldDiff]:
    if same(old, new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in {**old, **new}:
            yield from _fields(f"{path}[{json.dumps(key, ensure_ascii=False)}]", old.get(key), new.get(key))
    elif _is_sequence(old) and _is_sequence(new):
        for index, (one, other) in enumerate(zip_longest(old, new)):
            yield from _fields(f"{path}[{index}]", one, other)
    elif type(old) is type(new) and is_dataclass(old) and not isinstance(old, Value):
        for field in fields(old):
            name = f"{path}.{field.name}" if path else field.name
            yield from _fields(name, getattr(old, field.name), getattr(new, field.name))
    else:
        yield FieldDiff(path, old, new)


def _is_sequence(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
