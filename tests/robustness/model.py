"""What a watcher should have been told: worked out from the log alone, in the plainest way there is.

Nothing of the server or of the core is used here, only the contract's numbers. After every commit a watcher's
whole view is put together anew; what differs from the view before is what the watcher has to be told.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

from tests.robustness.records import Change, Logged, Watched
from vexil.v1.resource_pb2 import RESOURCE_KIND_ENVIRONMENT

Place = tuple[int, str]
Digests = dict[Place, str]
"""A state, or changes to one: the digest of what is at each place, "" where nothing is any more."""


class Expected:
    """Everything that one watcher should be told.

    Where its environment comes or goes, no delta says so: what follows is a full state.
    """

    def __init__(self, log: Iterable[Logged], watched: Watched) -> None:
        self.head = 0
        self._revisions: list[int] = []
        self._changes: dict[int, Digests] = {}
        self._views: dict[int, Digests] = {}
        self._breaks: list[int] = []
        self._absent = [0]
        own: dict[str, dict[Place, Change]] = {}
        parents: dict[str, str] = {}
        before: Digests = {}
        there = False
        for commit in log:
            for change in commit.changes:
                _apply(change, own, parents)
            was_there, there = there, watched.environment in parents
            chain = _chain(parents, watched.environment) if there else []
            after = _view([own.get(name, {}) for name in chain], watched.selectors)
            told = {place: digest for place, digest in after.items() if before.get(place) != digest}
            told |= dict.fromkeys(before.keys() - after.keys(), "")
            if there != was_there:
                self._breaks.append(commit.revision)
            if not there:
                self._absent.append(commit.revision)
            if told:
                self._revisions.append(commit.revision)
                self._changes[commit.revision] = told
                self._views[commit.revision] = after
            before = after
            self.head = commit.revision

    def broken(self, after: int, until: int) -> bool:
        """Whether the environment came or went above `after`, up to and with `until`."""
        return bisect_right(self._breaks, after) < bisect_right(self._breaks, until)

    def absent(self, since: int) -> bool:
        """Whether there is a revision, not before this one, at which the environment does not exist."""
        return self._absent[-1] >= since

    def between(self, after: int, until: int) -> list[int]:
        """The revisions that have to be told, above `after`, up to and with `until`."""
        first, last = bisect_right(self._revisions, after), bisect_right(self._revisions, until)
        return self._revisions[first:last]

    def before(self, revision: int, after: int) -> list[int]:
        """The revisions that have to be told, above `after` and below `revision`."""
        first, last = bisect_right(self._revisions, after), bisect_left(self._revisions, revision)
        return self._revisions[first:last]

    def changes(self, after: int, until: int) -> Digests:
        """What becomes of each place, in the end, by the commits above `after`, up to and with `until`."""
        merged: Digests = {}
        for revision in self.between(after, until):
            merged |= self._changes[revision]
        return merged

    def at(self, revision: int) -> Digests:
        """The whole view at a revision."""
        earlier = self.between(0, revision)
        return self._views[earlier[-1]] if earlier else {}


def _apply(change: Change, own: dict[str, dict[Place, Change]], parents: dict[str, str]) -> None:
    if change.kind == RESOURCE_KIND_ENVIRONMENT and change.digest:
        parents[change.key] = change.parent
    elif change.kind == RESOURCE_KIND_ENVIRONMENT:
        del parents[change.key]
    elif change.environment and change.digest:
        own.setdefault(change.environment, {})[change.place] = change
    elif change.environment:
        del own[change.environment][change.place]


def _chain(parents: Mapping[str, str], environment: str) -> list[str]:
    chain = [environment]
    while parent := parents[chain[-1]]:
        chain.append(parent)
    return chain


def _view(chain: list[dict[Place, Change]], selectors: tuple[Mapping[str, Any], ...]) -> Digests:
    effective: dict[Place, Change] = {}
    for own in reversed(chain):
        effective |= own
    return {place: change.digest for place, change in effective.items() if _selected(change, selectors)}


def _selected(change: Change, selectors: tuple[Mapping[str, Any], ...]) -> bool:
    return not selectors or any(_fits(change, selector) for selector in selectors)


def _fits(change: Change, selector: Mapping[str, Any]) -> bool:
    return (
        selector.get("kind") in {None, change.kind}
        and selector.get("key") in {None, change.key}
        and change.key.startswith(selector.get("prefix") or "")
        and (selector.get("tag") is None or selector["tag"] in change.tags)
    )
