"""Listing resources in order, from any place on."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from immutables import Map

from vexil.core.resource import Kind, ResourceState
from vexil.core.selector import Selector
from vexil.core.snapshot import Place, Snapshot
from vexil.core.view import View
from vexil.server.control.reads import require_place


def listing(
    snapshot: Snapshot, environment: str, selector: Selector, after: Place | None
) -> Iterator[ResourceState]:
    """The selected resources of an environment's effective view, by kind and key.

    `environment` empty lists those that belong to none. `after` leaves out what comes up to and with it.
    Raises NotFound (ENVIRONMENT_NOT_FOUND) and InvalidRequest.
    """
    if selector.kind is not None:
        require_place(selector.kind, environment)
    if environment:
        return _of_view(snapshot.view(environment), selector, after)
    entries = snapshot.own.get("", Map())
    states = (entries[place].state for place in sorted(entries) if after is None or place > after)
    return (state for state in states if selector.fits(state))


def setting_keys(view: View, selector: Selector) -> Iterator[str]:
    """The keys of the selected settings, sorted; the selector's kind is ignored."""
    wanted = replace(selector, kind=Kind.SETTING)
    return (state.id.key for state in _of_view(view, wanted, None))


def _of_view(view: View, selector: Selector, after: Place | None) -> Iterator[ResourceState]:
    for kind in sorted(view.by_kind):
        if selector.kind in {None, kind} and (after is None or kind >= after[0]):
            entries = view.by_kind[kind]
            for key in _keys(view, kind, after):
                if selector.fits_place(kind, key) and selector.fits(state := entries[key].state):
                    yield state


def _keys(view: View, kind: Kind, after: Place | None) -> tuple[str, ...]:
    keys = view.sorted_keys(kind)
    return keys if after is None or after[0] is not kind else keys[bisect_right(keys, after[1]) :]
