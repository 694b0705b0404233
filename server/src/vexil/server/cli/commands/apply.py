"""`vexil apply`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from vexil.convert.resources import commit_to_proto
from vexil.core.errors import NotFound, Reason
from vexil.core.resource import Commit
from vexil.files.load import load, load_text
from vexil.files.manifest import Manifest
from vexil.server.cli.applying import carry_out
from vexil.server.cli.exits import Exit
from vexil.server.cli.inputs import STDIN, InputFile, name_of_file, read_text
from vexil.server.cli.inventory import Inventory, inventory
from vexil.server.cli.parameters import CommitMessage, DryRun, ExitCode, Yes
from vexil.server.cli.plan import Action, Plan, make_plan
from vexil.server.cli.render.messages import document
from vexil.server.cli.render.plans import plan_diffs, plan_document, plan_lines
from vexil.server.cli.render.text import counted
from vexil.server.cli.session import Injected, Session
from vexil.server.cli.usage import UsageError


def apply(
    *more: Annotated[InputFile, Parameter(help="More files, as with --file.")],
    files: Annotated[
        tuple[InputFile, ...],
        Parameter(
            name="--file",
            alias="-f",
            negative=(),
            help="A manifest (.yaml, .json, .toml), a directory of them, or `-`; any number of times.",
        ),
    ] = (),
    prune: Annotated[
        bool,
        Parameter(
            negative=(),
            help="Delete what the files lack: resources of the kinds and environments that they mention.",
        ),
    ] = False,
    dry_run: DryRun = False,
    exit_code: ExitCode = False,
    message: CommitMessage = "",
    yes: Yes = False,
    session: Injected,
) -> int:
    """Make the server hold what manifests say.

    Each namespace changes in one commit, as a whole or not at all, and only if nobody else has changed
    anything in between. Namespaces are created where they are missing, and environments where the files
    describe them, in the same commit. --namespace and --environment stand in where a manifest names none.
    With --exit-code a dry run ends with 7 when there is something to change.
    """
    plans = make_plans(session, _load(session, (*files, *more)), prune=prune)
    if not session.terminal.structured:
        for plan in plans:
            session.terminal.show(*(plan_diffs(plan) if dry_run else plan_lines(plan)))
    deletions = sum(plan.count(Action.DELETE) for plan in plans)
    if (
        deletions
        and not (yes or dry_run)
        and not session.terminal.confirm(f"Delete {counted(deletions, 'resource')}?")
    ):
        session.terminal.note("Nothing was written.")
        return Exit.OK
    done = []
    for plan in plans:
        commit = carry_out(session, plan, message=message, dry_run=dry_run)
        done.append(
            {**plan_document(plan), "commit": None if commit is None else document(commit_to_proto(commit))}
        )
        if not session.terminal.structured:
            session.terminal.show(_outcome(plan, commit, dry_run=dry_run))
    if session.terminal.structured:
        session.terminal.data({"dryRun": dry_run, "namespaces": done})
    differs = any(plan.changing or not plan.exists for plan in plans)
    return Exit.DIFFERENT if exit_code and dry_run and differs else Exit.OK


def make_plans(session: Session, manifest: Manifest, *, prune: bool) -> Sequence[Plan]:
    """A plan for each namespace of the files. Raises VexilError."""
    return [
        make_plan(
            namespace,
            [located for located in manifest.changes if located.namespace == namespace],
            _held(session, namespace),
            prune=prune,
        )
        for namespace in manifest.namespaces
    ]


def _load(session: Session, files: Sequence[Path]) -> Manifest:
    namespace, environment = session.default_namespace, session.default_environment
    if not files:
        raise UsageError("No file is given.", "`vexil apply -f FILE|DIRECTORY`.")
    if STDIN not in files:
        return load(files, namespace=namespace, environment=environment)
    if len(files) > 1:
        raise UsageError("Standard input can't be read beside files.", "Apply it alone.")
    # Every JSON text is YAML too.
    return load_text(
        read_text(STDIN), "yaml", name=name_of_file(STDIN), namespace=namespace, environment=environment
    )


def _held(session: Session, namespace: str) -> Inventory | None:
    try:
        return inventory(session, namespace)
    except NotFound as error:
        if error.reason is Reason.NAMESPACE_NOT_FOUND:
            return None
        raise


def _outcome(plan: Plan, commit: Commit | None, *, dry_run: bool) -> str:
    if dry_run:
        return "Dry run: nothing was written."
    if commit is not None:
        return f"Applied to {plan.namespace} (revision {commit.revision})."
    return f"{plan.namespace} is so already; nothing was written."
