"""Following a log from where it was last seen, without a look at its head."""

from dataclasses import replace

from vexil.core.resource import Commit, Revision
from vexil.server.stores.dynamodb.heads import StoredHead
from vexil.server.stores.dynamodb.items import read_binary, read_number
from vexil.server.stores.dynamodb.log import commits_of, find_entries, of_lineage, require_linked
from vexil.server.stores.dynamodb.table import Table


def can_read_on(known: StoredHead, region: str) -> bool:
    """Whether entries above this head are part of the log as soon as they are there.

    So it is where a commit is a transaction, and was made in this region. When the home has moved meanwhile
    such a commit may be one that is left behind: heads tell, which are looked at all the time.
    """
    return not known.shared and not known.fenced and known.head.home == region


async def read_on(table: Table, known: StoredHead, limit: int) -> tuple[StoredHead, list[Commit]]:
    """At most `limit` commits that follow a head, oldest first, and the head with them.

    None at all when the log does not go on from there: then the head may say why. Which commits are unsettled
    is not known afterwards, apart from those that were before. Raises Damage.
    """
    head = known.head
    first = head.revision + 1
    entries = of_lineage(
        await find_entries(table, head.namespace, first, head.revision + limit), head.lineage
    )
    if not entries or read_binary(entries[0], "previous") != known.digest:
        return known, []
    last = read_number(entries[-1], "revision")
    commits = await commits_of(table, head.namespace, require_linked(known, entries, first, last))
    reached = replace(
        known, head=replace(head, revision=Revision(last)), digest=read_binary(entries[-1], "digest")
    )
    return reached, commits
