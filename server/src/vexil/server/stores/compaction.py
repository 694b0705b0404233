"""How much history is kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from vexil.core.resource import Commit, Revision
from vexil.server.stores.port import Head


def choose_revision(
    head: Head,
    oldest: Sequence[Commit],
    *,
    now: datetime,
    keep_revisions: int,
    keep_age: timedelta,
) -> Revision:
    """The revision to compact to; `head.compact_revision` when nothing may be forgotten.

    Both limits are promises: the newest `keep_revisions` commits are kept however old they are, and every
    commit younger than `keep_age` is kept however many there are. `oldest` are the oldest kept commits,
    oldest first, as `Store.read(namespace, head.compact_revision, limit)` gives them; no later one is chosen,
    so that a long history is forgotten in steps. A commit whose clock ran ahead keeps those after it until
    its time has come.
    """
    chosen = head.compact_revision
    for commit in oldest:
        enough_after = head.revision - commit.revision >= keep_revisions
        if not enough_after or now - commit.committed_at < keep_age:
            break
        chosen = commit.revision
    return chosen
