"""`vexil region`."""

import asyncio
import getpass
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from vexil.convert.resources import commit_to_proto
from vexil.core.errors import FailedPrecondition, Reason, VexilError
from vexil.core.resource import Commit, ResourceState, Revision
from vexil.server.cli.commands.store import Address
from vexil.server.cli.exits import Exit
from vexil.server.cli.jsonlines import Header, write_header, write_states
from vexil.server.cli.parameters import DryRun, Yes
from vexil.server.cli.render.messages import document
from vexil.server.cli.render.regions import left_behind_table, risks, survey_document, surveys_table
from vexil.server.cli.session import Injected, Session
from vexil.server.cli.usage import UsageError
from vexil.server.stores.dynamodb.clients import Limits
from vexil.server.stores.dynamodb.place import SCHEME, DynamoDBPlace

if TYPE_CHECKING:
    from vexil.server.stores.dynamodb.regions.desk import Desk
    from vexil.server.stores.dynamodb.regions.survey import Survey

_LOOK = 0.5
"""Seconds between two looks at what has arrived."""

app = App(name="region", help="Show and move the home regions of namespaces.")


@app.command
def show(namespace: str | None = None, /, *, store: Address, session: Injected) -> int:
    """Show the home regions of namespaces, and what the store's region has of them.

    It reads the store itself, in the region that its address names; no server is asked. Exit code 1 when
    something that is known to exist has not arrived, or was left behind when a home moved.
    """

    async def look() -> "list[Survey]":
        async with _opened(store, None, session) as desk:
            return [await desk.survey(namespace)] if namespace else list(await desk.surveys())

    found = asyncio.run(look())
    if session.terminal.structured:
        session.terminal.data({"namespaces": [survey_document(each) for each in found]})
    elif found:
        session.terminal.show(surveys_table(found))
    else:
        session.terminal.note("There is no namespace in the store.")
    doubtful = [each for each in found if each.missing or each.left_behind.count]
    return Exit.UNEXPECTED if doubtful else Exit.OK


@app.command
def promote(
    namespace: str,
    /,
    *,
    to: Annotated[str, Parameter(help="The region that becomes the home.")],
    store: Address,
    wait: Annotated[float, Parameter(help="Longest wait for what has not arrived, in seconds.")] = 30.0,
    leave_behind: Annotated[
        bool, Parameter(negative=(), help="Don't wait: leave behind what has not arrived.")
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    session: Injected,
) -> None:
    """Make another region the home of a namespace.

    Says first what would be left behind. A home that answers is fenced, and takes no more commits: then
    nothing is lost. What one that does not answer has committed alone is left behind, and can be listed and
    exported once it is back (`vexil region conflicts`).
    """
    asyncio.run(
        _promote(session, namespace, store, to, 0.0 if leave_behind else wait, dry_run=dry_run, yes=yes)
    )


@app.command
def conflicts(
    namespace: str,
    /,
    *,
    store: Address,
    export: Annotated[
        Path | None,
        Parameter(help="Write what these commits put to a file, which `vexil import` takes."),
    ] = None,
    session: Injected,
) -> None:
    """List the commits that were left behind when a home moved: what a former home has committed alone.

    They are kept as long as history is.
    """

    async def look() -> "Survey":
        async with _opened(store, None, session) as desk:
            return await desk.survey(namespace)

    found = asyncio.run(look()).left_behind
    if session.terminal.structured:
        commits = [document(commit_to_proto(each, with_changes=True)) for each in found.commits]
        incomplete = [
            {"revision": str(revision), "epoch": str(epoch)} for revision, epoch in found.incomplete
        ]
        session.terminal.data({"commits": commits, "incomplete": incomplete})
    elif found.commits:
        session.terminal.show(left_behind_table(found.commits))
    else:
        session.terminal.note("Nothing was left behind.")
    for revision, epoch in found.incomplete:
        session.terminal.note(f"Revision {revision} of epoch {epoch} has not arrived as a whole yet.")
    if export is not None:
        _export(session, namespace, found.commits, export)


async def _promote(
    session: Session, namespace: str, store: str, to: str, wait: float, *, dry_run: bool, yes: bool
) -> None:
    now = datetime.now(UTC)
    async with _opened(store, to, session) as desk:
        surveyed = await desk.survey(namespace)
        if surveyed.stored.shared:
            session.terminal.note(
                f"Every region takes commits of {namespace}, since its table has strong consistency; "
                "nothing was changed."
            )
            return
        if surveyed.home == to and not surveyed.stored.fenced:
            session.terminal.note(f"{to} is the home of {namespace} already; nothing was changed.")
            return
        there = await _old_home(store, surveyed, session)
        if not session.terminal.structured:
            session.terminal.show(*risks(surveyed, there, now))
        if dry_run or not (yes or session.terminal.confirm(f"Make {to} the home of {namespace}?")):
            session.terminal.note("Dry run: nothing was changed." if dry_run else "Nothing was changed.")
            return
        if there is not None and surveyed.home != to:
            surveyed = await _fenced(store, surveyed, session, desk, wait)
        commit = await desk.promote(surveyed, _author(), datetime.now(UTC))
    if session.terminal.structured:
        session.terminal.data(
            {
                "namespace": namespace,
                "homeRegion": to,
                "commit": document(commit_to_proto(commit, with_changes=True)),
            }
        )
    else:
        session.terminal.show(f"{to} is the home of {namespace} from revision {commit.revision} on.")


async def _old_home(store: str, surveyed: "Survey", session: Session) -> Revision | None:
    """Where the old home itself stands; None when it does not answer."""
    try:
        async with _opened(store, surveyed.home, session) as desk:
            return (await desk.survey(surveyed.stored.namespace)).stored.head.revision
    except VexilError as error:
        session.terminal.note(f"{surveyed.home}: {error.message}")
        return None


async def _fenced(store: str, surveyed: "Survey", session: Session, desk: "Desk", wait: float) -> "Survey":
    """Stops the old home, and waits until everything that it has committed is here."""
    namespace = surveyed.stored.namespace
    async with _opened(store, surveyed.home, session) as old:
        last = await old.fence(surveyed.stored)
    deadline = asyncio.get_running_loop().time() + wait
    while (surveyed := await desk.survey(namespace)).seen.head.revision < last and wait:
        if asyncio.get_running_loop().time() >= deadline:
            raise FailedPrecondition(
                f"revisions {surveyed.seen.head.revision + 1} to {last} have not arrived in {desk.region} "
                f"within {wait:g} s. {surveyed.home} is fenced and takes no commits: repeat this, or leave "
                "them behind (--leave-behind)",
                reason=Reason.NOT_HOME_REGION,
                metadata={"namespace": namespace, "home_region": surveyed.home},
            )
        await asyncio.sleep(_LOOK)
    return surveyed


def _export(session: Session, namespace: str, commits: Sequence[Commit], path: Path) -> None:
    """Writes the last state that the commits gave each resource; deletions are only named."""
    newest = {change.id: change for commit in commits for change in commit.changes}
    states = [change for change in newest.values() if isinstance(change, ResourceState)]
    revision = max((commit.revision for commit in commits), default=0)
    with path.open("w", encoding="utf-8") as file:
        write_header(file, Header(namespace, revision, len(states)))
        write_states(file, states)
    session.terminal.note(
        f"{len(states)} resources were written to {path}; look at them, then `vexil import` them."
    )
    if deleted := [str(change.id) for change in newest.values() if not isinstance(change, ResourceState)]:
        session.terminal.note(f"Deleted by these commits, and not in the file: {', '.join(deleted)}.")


@asynccontextmanager
async def _opened(store: str, region: str | None, session: Session) -> "AsyncIterator[Desk]":
    if not store.startswith(SCHEME):
        raise UsageError(f"{store!r} is in no region.", "Only stores in DynamoDB have homes: dynamodb:TABLE.")
    place = DynamoDBPlace.parse(store)
    place.session()
    from vexil.server.stores.dynamodb.regions.desk import opened  # noqa: PLC0415 - needs boto3

    timeout = session.options.timeout
    limits = Limits(connect_timeout=timeout, read_timeout=timeout, attempts=2, call_timeout=3 * timeout)
    async with opened(place, region, limits) as desk:
        yield desk


def _author() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
