"""From the items of another system to commits: what all imports of items have in common."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from vexil.core.errors import InvalidRequest, NotFound, Reason, Violation
from vexil.core.resource import Kind
from vexil.server.cli.arrivals import Destination, check_all, write_all
from vexil.server.cli.inventory import Inventory, inventory
from vexil.server.cli.progress import progress_bar
from vexil.server.cli.render.surveys import import_document, schedule_lines, survey_lines
from vexil.server.cli.session import Session
from vexil.server.cli.usage import UsageError
from vexil.server.imports.environments import EnvironmentNames
from vexil.server.imports.item import Broken, Item
from vexil.server.imports.links import linked
from vexil.server.imports.schedule import Held, Schedule, Write, schedule
from vexil.server.imports.survey import Mapper, Survey, new_environment, survey


@dataclass(frozen=True)
class ItemOptions:
    """The options of every import of items."""

    map_environment: Annotated[
        tuple[str, ...],
        Parameter(negative=(), help="THERE=HERE: what an environment is called here; any number of times."),
    ] = ()
    create_namespace: Annotated[
        bool, Parameter(negative=(), help="Make the namespace when it is not there.")
    ] = False
    create_environments: Annotated[
        bool, Parameter(negative=(), help="Make environments that are not there, each without a parent.")
    ] = False
    allow_unmapped: Annotated[
        bool, Parameter(negative=(), help="Import the rest when some items can't be mapped.")
    ] = False
    batch_size: Annotated[
        int, Parameter(validator=Number(gte=1, lte=1000), help="Most changes in one commit.")
    ] = 500
    message: Annotated[str, Parameter(alias="-m", help="Why, for the history.")] = ""
    dry_run: Annotated[bool, Parameter(negative=(), help="Show what would change, and change nothing.")] = (
        False
    )

    @property
    def names(self) -> EnvironmentNames:
        """What environments are called. Raises UsageError."""
        pairs = [text.partition("=") for text in self.map_environment]
        for there, separator, here in pairs:
            if not (there and separator and here):
                raise UsageError(f"{there + separator + here!r} renames nothing.", "Write THERE=HERE.")
        return EnvironmentNames({there: here for there, _, here in pairs})


def import_items(
    session: Session,
    items: Iterable[Item | Broken],
    make_mapper: Callable[[Inventory | None], Mapper],
    options: ItemOptions,
    *,
    source: str,
    removed: Callable[[Held, Survey], Iterable[Write]] = lambda _held, _found: (),
) -> None:
    """Reads all items, says what becomes of them, and writes what is missing. Raises VexilError.

    `removed` says what is to be deleted of what the namespace holds. Nothing is written when an item can't be
    mapped, unless that is allowed.
    """
    namespace = session.namespace
    held = _held(session, namespace, create=options.create_namespace)
    found = survey(_counted(session, items, source), make_mapper(held))
    states = {} if held is None else held.states
    known = {id.key for id in states if id.kind is Kind.ENVIRONMENT}
    if not options.create_environments:
        found = found.only_in(known)
    mapped = linked(found.mapped, [(id, state.resource) for id, state in states.items()])
    environments = [new_environment(name) for name in found.environments]
    planned = schedule(mapped, environments, states, removed(states, found))
    message = options.message or f"Imported from {source}"
    destination = Destination(namespace, held, options.batch_size, message)
    refused = _refusal(found) if found.refused and not options.allow_unmapped else None
    revision = 0 if held is None else held.revision
    if refused is None and planned.writes:
        if options.dry_run:
            check_all(session, planned, destination)
        else:
            revision = write_all(session, planned, destination)
    is_written = refused is None and not options.dry_run
    if session.terminal.structured:
        outcome = {"namespace": namespace, "dryRun": options.dry_run, "revision": str(revision)}
        written = len(planned.writes) if is_written else 0
        session.terminal.data({**outcome, "written": written, **import_document(found, planned)})
    else:
        _show(session, found, planned, options, _closing(namespace, planned, revision, is_written=is_written))
    if refused is not None:
        raise refused


def _held(session: Session, namespace: str, *, create: bool) -> Inventory | None:
    try:
        return inventory(session, namespace)
    except NotFound as error:
        if create and error.reason is Reason.NAMESPACE_NOT_FOUND:
            return None
        raise


def _counted(session: Session, items: Iterable[Item | Broken], source: str) -> Iterator[Item | Broken]:
    with progress_bar(session.terminal) as progress:
        task = progress.add_task(f"Reading {source}", total=None)
        for item in items:
            yield item
            progress.advance(task)


def _refusal(found: Survey) -> InvalidRequest:
    violations = [Violation(refused.item, reason) for refused in found.refused for reason in refused.reasons]
    return UsageError(
        f"{len(found.refused)} of {found.read} items can't be mapped; nothing was written.",
        "Put them right, or import the rest with --allow-unmapped.",
        violations,
    )


def _show(
    session: Session, found: Survey, planned: Schedule, options: ItemOptions, closing: Sequence[str]
) -> None:
    session.terminal.show(*survey_lines(found))
    if options.dry_run and planned.writes:
        session.terminal.show(*schedule_lines(planned))
    session.terminal.show(*closing)


def _closing(namespace: str, planned: Schedule, revision: int, *, is_written: bool) -> Sequence[str]:
    verb = "" if is_written else "to be "
    deleted = f"{planned.deleted} {verb}deleted, " if planned.deleted else ""
    counts = (
        f"{planned.created} {verb}created, {planned.updated} {verb}updated, {deleted}"
        f"{planned.unchanged} unchanged"
    )
    return [
        f"{namespace}: {counts} (revision {revision}).",
        *([] if is_written else ["Nothing was written."]),
    ]
