"""Homes of namespaces, what is missing in a region, and what a move leaves behind."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.table import Table

from vexil.core.resource import Commit, Revision
from vexil.server.cli.render.resources import name_of
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import counted, printable
from vexil.server.cli.render.times import brief_moment, span
from vexil.server.stores.dynamodb.regions.epochs import generation

if TYPE_CHECKING:
    from vexil.server.stores.dynamodb.regions.survey import Survey


def surveys_table(surveys: Iterable["Survey"]) -> Table:
    """A line for each namespace."""
    headings = ("NAMESPACE", "HOME", "MOVES", "HERE", "KNOWN", "WAITS FOR", "LEFT BEHIND")
    return table(
        headings,
        (
            (
                each.stored.namespace,
                (each.home or "every region") + (" (fenced)" if each.stored.fenced else ""),
                str(generation(each.stored.head.epoch) - 1),
                str(each.seen.head.revision),
                str(each.stored.head.revision),
                "-" if each.missing is None else str(each.missing),
                str(each.left_behind.count),
            )
            for each in surveys
        ),
    )


def survey_document(survey: "Survey") -> dict[str, Any]:
    """A namespace as a JSON value; revisions are texts, as in protobuf's JSON."""
    document: dict[str, Any] = {
        "namespace": survey.stored.namespace,
        "region": survey.region,
        "homeRegion": survey.home,
        "fenced": survey.stored.fenced,
        "epoch": str(survey.stored.head.epoch),
        "revision": str(survey.seen.head.revision),
        "newestKnownRevision": str(survey.stored.head.revision),
        "leftBehind": survey.left_behind.count,
    }
    if survey.missing is not None:
        document["missingRevision"] = str(survey.missing)
    if survey.newest_at is not None:
        document["committedAt"] = survey.newest_at.isoformat()
    return document


def risks(survey: "Survey", there: Revision | None, now: datetime) -> Iterable[str]:
    """What moving the home here would leave behind, in sentences; `there` is where the old home stands."""
    here = survey.seen.head.revision
    age = ""
    if survey.newest_at is not None:
        age = f", made {span(max((now - survey.newest_at).total_seconds(), 0.0))} ago"
    yield f"{survey.region} has everything up to revision {here}{age}."
    newest = max(survey.stored.head.revision, there or 0)
    if newest > here:
        yield f"It lacks {counted(newest - here, 'commit')} that exist: revisions {here + 1} to {newest}."
    if there is None:
        yield (
            f"{survey.home}, the home now, does not answer. What it has committed beyond that, and has not "
            "replicated, is left behind; so is what it commits until it hears of this."
        )
    elif there == here:
        yield f"{survey.home}, the home now, has nothing more. It is fenced first: nothing is left behind."
    else:
        yield (
            f"{survey.home}, the home now, is fenced first, and this waits for what is missing. With "
            "--leave-behind it does not wait."
        )


def left_behind_table(commits: Iterable[Commit]) -> Table:
    """A line for each commit that is not in the log."""
    headings = ("REVISION", "EPOCH", "COMMITTED", "AUTHOR", "REQUEST", "CHANGES", "MESSAGE")
    return table(
        headings,
        (
            (
                str(commit.revision),
                str(commit.epoch),
                brief_moment(commit.committed_at),
                printable(commit.author),
                printable(commit.request_id),
                ", ".join(name_of(change.id) for change in commit.changes),
                printable(commit.message),
            )
            for commit in commits
        ),
    )
