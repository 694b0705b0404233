"""`vexil store`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from vexil.core.errors import InvalidRequest, Violation
from vexil.server.cli.doctor.finding import Finding, Mark
from vexil.server.cli.doctor.store import check_contents, check_sqlite
from vexil.server.cli.doctor.tables import check_tables
from vexil.server.cli.dynamodb import opened
from vexil.server.cli.exits import Exit
from vexil.server.cli.parameters import DryRun, Yes
from vexil.server.cli.render.findings import finding_lines, findings_document
from vexil.server.cli.session import Injected, Session
from vexil.server.cli.table_choices import TableChoices
from vexil.server.cli.usage import UsageError
from vexil.server.stores.dynamodb.access import Problem, StoreRefused
from vexil.server.stores.dynamodb.findings import State, findings
from vexil.server.stores.dynamodb.layout_version import LAYOUT_VERSION
from vexil.server.stores.dynamodb.opening import require_usable
from vexil.server.stores.dynamodb.place import SCHEME, DynamoDBPlace
from vexil.server.stores.dynamodb.schema import Step, Wanted

if TYPE_CHECKING:
    from vexil.server.stores.dynamodb.tables import Tables

_SQLITE = "sqlite:"

Address = Annotated[
    str, Parameter(env_var="VEXIL_STORE", help="The store, as `vexil serve --store` takes it.")
]
Contents = Annotated[
    bool,
    Parameter(
        negative=(),
        help="Of a store in DynamoDB also every item, and the audit chain: reads, and costs, all of them.",
    ),
]
Planned = Sequence[tuple[Wanted, Step]]

app = App(name="store", help="Create, check and migrate where commits are kept.")


@app.command
def init(
    *,
    store: Address,
    choices: TableChoices = TableChoices(),  # noqa: B008 - immutable
    dry_run: DryRun = False,
    yes: Yes = False,
    session: Injected,
) -> None:
    """Create the tables of a store in DynamoDB, or what they lack.

    What is there stays as it is, so it may be repeated. In each region of a global table it is said once
    more: point-in-time recovery, tags and protection from deletion belong to each replica.
    """
    place = _dynamodb(store)
    with opened(place, session.options.timeout) as client:
        from vexil.server.stores.dynamodb.tables import Tables  # noqa: PLC0415 - needs boto3, as `opened` says

        tables = Tables(client)
        wanted = choices.wanted(place.table, tables.region)
        planned = _plan(tables, wanted)
        if planned and not session.terminal.structured:
            session.terminal.show(
                *(Text(f"+ {each.table.name}: {step.text}", "green") for each, step in planned)
            )
        is_wanted = planned and not dry_run and (yes or session.terminal.confirm(f"In {tables.region}?"))
        if is_wanted:
            _mend(session, tables, wanted)
        _tell(session, store, planned, done=bool(is_wanted), dry_run=dry_run)


@app.command
def check(
    *,
    store: Address,
    choices: TableChoices = TableChoices(),  # noqa: B008 - immutable
    contents: Contents = False,
    session: Injected,
) -> int:
    """Check that a store is as it should be, and say what is missing.

    In DynamoDB: its tables with all their properties, as `vexil store init` makes them. Of a SQLite file:
    everything in it, and the audit chain. A server may use it meanwhile. Exit code 1 when something is
    missing or wrong.
    """
    found = []
    for finding in _look(store, choices, session, contents=contents):
        found.append(finding)
        if not session.terminal.structured:
            session.terminal.show(*finding_lines(finding))
    if session.terminal.structured:
        session.terminal.data(findings_document(found))
    return Exit.UNEXPECTED if any(finding.mark is Mark.BAD for finding in found) else Exit.OK


@app.command
def migrate(*, store: Address, session: Injected) -> None:
    """Bring the items of a store in DynamoDB to this release's layout.

    There has been one layout so far: this says whether the store has it. A SQLite file is migrated by the
    server that opens it.
    """
    place = _dynamodb(store)
    with opened(place, session.options.timeout) as client:
        require_usable(client, place.table)
    if session.terminal.structured:
        session.terminal.data({"store": store, "layout": LAYOUT_VERSION, "migrated": False})
    else:
        session.terminal.note(
            f"{place.table} has layout {LAYOUT_VERSION}, as this release; nothing was changed."
        )


def _look(store: str, choices: TableChoices, session: Session, *, contents: bool) -> Iterator[Finding]:
    if store.startswith(_SQLITE):
        yield from check_sqlite(Path(store.removeprefix(_SQLITE).removeprefix("//")))
        return
    place = _dynamodb(store)
    with opened(place, session.options.timeout) as client:
        from vexil.server.stores.dynamodb.tables import Tables  # noqa: PLC0415 - needs boto3, as `opened` says

        tables = Tables(client)
        yield from check_tables(tables, choices.wanted(place.table, tables.region))
    if contents:
        yield from check_contents(store)


def _dynamodb(store: str) -> DynamoDBPlace:
    """The place of a store that consists of tables. Raises UsageError, InvalidRequest for others."""
    if store.startswith(SCHEME):
        return DynamoDBPlace.parse(store)
    if store == "memory" or store.startswith(_SQLITE):
        raise UsageError(
            f"{store!r} needs no tables.",
            "A SQLite file is made, and migrated, by the server that opens it.",
        )
    raise InvalidRequest.of([Violation("store", f"{store!r} is none of sqlite:PATH, dynamodb:TABLE")])


def _plan(tables: "Tables", wanted: Sequence[Wanted]) -> Planned:
    """What is missing. Raises StoreRefused when something is wrong that only its owner can put right."""
    planned = []
    wrong = []
    for each in wanted:
        for finding in findings(each, tables.find(each.table.name)):
            planned += [(each, step) for step in finding.steps]
            if finding.state is State.WRONG:
                wrong.append(Violation(f"{each.table.name}: {finding.aspect}", finding.text))
    if wrong:
        raise StoreRefused(
            Problem.TABLES_WRONG, "The tables can't be used as they are, and nothing was changed.", wrong
        )
    return planned


def _mend(session: Session, tables: "Tables", wanted: Sequence[Wanted]) -> None:
    """Takes the steps, with a line on what is under way, since replicas take minutes."""
    console = session.terminal.error_console
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    lacking: set[str] = set()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)
        for each in wanted:

            def begin(step: Step, name: str = each.table.name) -> None:
                progress.reset(task, description=f"{name}: {step.text}")

            lacking.update(tables.mend(each, begin))
    if lacking:
        session.terminal.note(f"This engine has no {', '.join(sorted(lacking))}; AWS has.")


def _tell(session: Session, store: str, planned: Planned, *, done: bool, dry_run: bool) -> None:
    if session.terminal.structured:
        steps = [
            {"table": each.table.name, "step": step.text, "operation": step.operation}
            for each, step in planned
        ]
        session.terminal.data({"store": store, "dryRun": dry_run, "changed": done, "steps": steps})
    elif not planned:
        session.terminal.note("Everything is so already; nothing was changed.")
    elif done:
        session.terminal.show("Done. `vexil store check` looks at it again.")
    else:
        session.terminal.note("Dry run: nothing was changed." if dry_run else "Nothing was changed.")
