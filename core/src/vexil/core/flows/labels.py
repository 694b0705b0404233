"""Resources by a label of their own, such as a name, which several may have."""

from collections.abc import Callable

from vexil.core.resource import ResourceState
from vexil.core.view import Entries


def by_label(
    entries: Entries, label: Callable[[ResourceState], str], is_active: Callable[[ResourceState], bool]
) -> dict[str, ResourceState]:
    """One resource for each label: of several an active one, then the one with the smallest key."""
    best: dict[str, tuple[bool, str, ResourceState]] = {}
    for key, entry in entries.items():
        state = entry.state
        rank = (not is_active(state), key)
        known = best.get(name := label(state))
        if known is None or rank < known[:2]:
            best[name] = (*rank, state)
    return {name: state for name, (_, _, state) in best.items()}
