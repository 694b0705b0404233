"""The guarantees of Watch, one check for each, over everything that a run recorded.

A check yields a sentence for each time the guarantee was broken. `GUARANTEES` has them all by name.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from tests.robustness.evidence import Evidence
from tests.robustness.model import Digests, Expected
from tests.robustness.records import (
    Acknowledged,
    Answered,
    Called,
    Change,
    Converged,
    Ended,
    Fault,
    Logged,
    Opened,
    Promised,
    Received,
    Record,
    Watched,
    of_type,
)
from tests.robustness.steps import Step

_REFUSALS = {"INVALID_ARGUMENT", "NOT_FOUND", "FAILED_PRECONDITION"}
"""Answers that mean: nothing was committed. Unless it was sent twice: then the first may arrive later."""

_LOST = {"OK", "UNAVAILABLE", "CANCELLED"}
"""How a stream may end when nobody is to blame but the network or a restart."""

_TOLD = {"REVISION_COMPACTED", "ENVIRONMENT_NOT_FOUND", "RATE_LIMITED", "TOO_MANY_STREAMS"}
"""Reasons for which a watcher may be refused; checks of their own look at whether it was right."""


Check = Callable[[Evidence], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken guarantee, by name, and how."""

    guarantee: str
    text: str


def findings(records: Iterable[Record]) -> list[Finding]:
    """Everything that is wrong with a run."""
    evidence = Evidence(records)
    return [Finding(name, text) for name, check in GUARANTEES.items() for text in check(evidence)]


def ordered(evidence: Evidence) -> Iterator[str]:
    """On one stream revisions never fall."""
    newest: dict[str, int] = {}
    for step, _ in evidence.every_step("state", "delta", "progress", "end"):
        if step.revision < newest.get(step.stream, 0) and step.token:
            yield f"{_place(step)}: comes after revision {newest[step.stream]}"
        newest[step.stream] = max(newest.get(step.stream, 0), step.revision)


def unique(evidence: Evidence) -> Iterator[str]:
    """Nothing is told twice: no delta at or below the position, no resource twice in one."""
    for step, _ in evidence.every_step("delta"):
        if step.before is not None and step.revision <= step.before:
            yield f"{_place(step)}: the stream was at {step.before} already"
        twice = [place for place, count in Counter(c.place for c in step.changes).items() if count > 1]
        if twice:
            yield f"{_place(step)}: {twice} more than once"


def reliable(evidence: Evidence) -> Iterator[str]:
    """What matches arrives: a stream never moves past a revision without having told it."""
    for step, expected in evidence.every_step("delta", "progress", "end"):
        if missing := _missing(step, expected):
            yield f"{_place(step)}: {missing} never came"


def atomic(evidence: Evidence) -> Iterator[str]:
    """A delta is all that its commit, or with conflation its commits, did to what is watched."""
    for step, expected in evidence.every_step("state", "delta", "progress", "torn"):
        if step.torn:
            yield f"{_place(step)}: {step.torn}"
        if step.event != "delta" or step.before is None or not expected.before(step.revision + 1, 0):
            continue
        after = step.before if step.watched.conflate else step.revision - 1
        wanted, told = expected.changes(after, step.revision), _digests(step.changes)
        if told != wanted:
            missing = [place for place in wanted if place not in told]
            other = [place for place in told if told[place] != wanted.get(place)]
            yield f"{_place(step)}: without {missing}, and with {other} that it did not say so"


def resumable(evidence: Evidence) -> Iterator[str]:
    """After a token comes what follows it, and nothing else; any server takes it."""
    for step, expected in evidence.every_step("state", "delta", "progress"):
        if not step.resumed or step.before is None:
            continue
        if step.event == "state" and step.reason != "STATE_REASON_RESYNC":
            yield f"{_place(step)}: a full state ({step.reason}) for a token of {step.before}"
        if step.event != "state" and _missing(step, expected):
            yield f"{_place(step)}: skips {_missing(step, expected)} after a token of {step.before}"
        if step.event == "delta" and step.revision <= step.before:
            yield f"{_place(step)}: repeats what is before a token of {step.before}"
    for ended, _ in evidence.ends():
        if ended.code not in _LOST and ended.reason not in _TOLD:
            yield f"{ended.watcher} on stream {ended.stream}: {ended.code} {ended.reason}"


def compaction_told(evidence: Evidence) -> Iterator[str]:
    """Only a position that is no longer kept is answered with a resync, or with the oldest kept one."""
    for step, expected in evidence.every_step("state"):
        if step.reason != "STATE_REASON_RESYNC" or step.before is None:
            continue
        if expected.broken(step.before, step.revision):
            continue
        if not step.watched.resync:
            yield f"{_place(step)}: a resync that nobody asked for"
        if step.before >= evidence.compacted(step.at):
            yield f"{_place(step)}: a resync, and {step.before} was kept"
    for ended, position in evidence.ends():
        if ended.reason != "REVISION_COMPACTED":
            continue
        if position is None or position >= evidence.compacted(ended.at):
            yield f"{ended.watcher} on stream {ended.stream}: refused, and {position} was kept"
        if not 0 < ended.compact_revision <= evidence.compacted(ended.at):
            yield f"{ended.watcher} on stream {ended.stream}: {ended.compact_revision} is not what is kept"
    resync = {watched.watcher: watched.resync for watched in of_type(evidence.records, Watched)}
    for ended, _ in evidence.ends():
        if ended.reason == "REVISION_COMPACTED" and resync[ended.watcher]:
            yield f"{ended.watcher} on stream {ended.stream}: refused, and it wanted a resync"


def bookmarkable(evidence: Evidence) -> Iterator[str]:
    """Whatever is complete can be resumed from, and in the end all have been told all, matching or not."""
    for step, _ in evidence.every_step("state", "delta", "progress"):
        if not step.token:
            yield f"{_place(step)}: without a token"
    for watcher, steps in evidence.steps.items():
        told = max((step.revision for step in steps if step.token), default=0)
        if told < evidence.expected[watcher].head:
            yield f"{watcher} was told no more than {told} of {evidence.expected[watcher].head}"


def progress_never_ahead(evidence: Evidence) -> Iterator[str]:
    """A progress message says only what is true: all up to it was told before, and exists."""
    for step, expected in evidence.every_step("progress"):
        if missing := _missing(step, expected):
            yield f"{_place(step)}: before {missing}"
        if step.revision > expected.head:
            yield f"{_place(step)}: the newest commit is {expected.head}"


def no_time_travel(evidence: Evidence) -> Iterator[str]:
    """Whatever server a watcher turns to, it never sees an older state than it has seen."""
    for step, _ in evidence.every_step("state", "delta", "progress", "end"):
        if step.token and step.revision < step.known:
            yield f"{_place(step)}: {step.watched.watcher} had been told {step.known}"


def deletions_seen(evidence: Evidence) -> Iterator[str]:
    """A deletion is told as such, and nothing that was deleted stays behind."""
    for step, expected in evidence.every_step("state", "delta", "progress"):
        if step.event == "delta" and step.before is not None:
            wanted = expected.changes(step.before, step.revision)
            told = _digests(step.changes)
            gone = [place for place, digest in wanted.items() if not digest and told.get(place) != ""]
            if gone:
                yield f"{_place(step)}: nothing says that {gone} are gone"
        stale = [place for place in step.held if place not in expected.at(step.revision)]
        if step.token and stale:
            yield f"{_place(step)}: {stale} were deleted, and are still held"


def prefix_of_history(evidence: Evidence) -> Iterator[str]:
    """All that is told was committed, and what a watcher holds is what the log says at that revision."""
    committed = {change.digest for commit in evidence.log for change in commit.changes}
    for step, expected in evidence.every_step("state", "delta", "progress"):
        if invented := [c.place for c in step.changes if c.digest and c.digest not in committed]:
            yield f"{_place(step)}: {invented} were never committed so"
        if step.event == "delta" and not expected.between(step.revision - 1, step.revision):
            yield f"{_place(step)}: this commit changed nothing here"
        if step.token and step.held != expected.at(step.revision):
            yield f"{_place(step)}: what is held is not what the log says"


def acknowledged_durable(evidence: Evidence) -> Iterator[str]:
    """What was acknowledged is in the log, once, where it was said to be; what was refused is not."""
    if [commit.revision for commit in evidence.log] != list(range(1, len(evidence.log) + 1)):
        yield "the log has gaps"
    for again in of_type(evidence.records, Logged):
        first = evidence.log[again.revision - 1]
        if (again.request, again.changes) != (first.request, first.changes):
            yield f"revision {again.revision} was read twice, and was not the same"
    places: dict[str, list[int]] = {}
    for commit in evidence.log:
        places.setdefault(commit.request, []).append(commit.revision)
    ended = max((record.at for record in evidence.records), default=0.0)
    answered = {answer.request: answer.at for answer in of_type(evidence.records, Answered)}
    for request, revisions in places.items():
        # A request id is forgotten with its commit: one that was compacted may be made again.
        forgotten = evidence.compacted(answered.get(request, ended))
        if request and any(revision > forgotten for revision in revisions[:-1]):
            yield f"request {request} was committed {len(revisions)} times: {revisions}"
    calls = Counter(called.request for called in of_type(evidence.records, Called))
    for answer in of_type(evidence.records, Answered):
        revisions = places.get(answer.request, [])
        if answer.revision and answer.revision not in revisions:
            yield f"request {answer.request} was acknowledged as {answer.revision}; the log has {revisions}"
        if answer.code in _REFUSALS and revisions and calls[answer.request] == 1:
            yield f"request {answer.request} was refused ({answer.code}); the log has {revisions}"


def absence_told(evidence: Evidence) -> Iterator[str]:
    """That an environment is gone is said where it is so, and no stream goes on across that."""
    for step, expected in evidence.every_step("end", "delta", "progress"):
        if step.reason == "STREAM_END_REASON_GONE" and not expected.absent(step.revision):
            yield f"{_place(step)}: the environment was there"
        if step.before is not None and step.token and expected.broken(step.before, step.revision):
            yield f"{_place(step)}: the environment was gone since {step.before}"
    for ended, position in evidence.ends():
        if ended.reason == "ENVIRONMENT_NOT_FOUND" and not evidence.expected[ended.watcher].absent(
            position or 0
        ):
            yield f"{ended.watcher} on stream {ended.stream}: not found, and it was there since {position}"


def progress_on_request(evidence: Evidence) -> Iterator[str]:
    """Progress asked for covers all that anyone was told to be committed, and the stream then says so."""
    acknowledged = sorted((answer.at, answer.revision) for answer in of_type(evidence.records, Answered))
    newest = list(accumulate((revision for _, revision in acknowledged), max, initial=0))
    reached: dict[str, int] = {}
    for step, _ in evidence.every_step("state", "delta", "progress"):
        reached[step.stream] = max(reached.get(step.stream, 0), step.revision)
    # A stream that ended owes nothing; those that were there in the end have been read to the end.
    last = {opened.watcher: opened.stream for opened in of_type(evidence.records, Opened)}
    owing = set(last.values()) - {ended.stream for ended in of_type(evidence.records, Ended)}
    for promised in of_type(evidence.records, Promised):
        committed = newest[bisect_left(acknowledged, (promised.requested_at, 0))]
        if promised.revision < committed:
            yield f"{promised.watcher} on stream {promised.stream}: {promised.revision}, after {committed}"
        if promised.stream in owing and reached.get(promised.stream, 0) < promised.revision:
            yield f"{promised.watcher} on stream {promised.stream}: {promised.revision} never came"


def convergence_known(evidence: Evidence) -> Iterator[str]:
    """What a subscriber has reported as applied every server knows, and nothing beyond what it was told.

    How old a report is, servers tell each other by the wall clock: where that was moved, some may be missing.
    """
    moved = any(fault.what.startswith("jump_clock") for fault in of_type(evidence.records, Fault))
    told: dict[str, int] = {}
    for received in of_type(evidence.records, Received):
        told[received.watcher] = max(told.get(received.watcher, 0), received.revision)
    environments = {each.watcher: each.environment for each in of_type(evidence.records, Watched)}
    reports = list(of_type(evidence.records, Acknowledged))
    for answer in of_type(evidence.records, Converged):
        here = [report for report in reports if environments[report.watcher] == answer.environment]
        due = {r.watcher for r in here if r.at <= answer.asked_at and r.revision >= answer.revision}
        for watcher in sorted(due):
            if answer.applied.get(watcher, 0) < answer.revision and not moved:
                yield f"{answer.server} has not heard that {watcher} has applied {answer.revision}"
        for watcher, applied in answer.applied.items():
            if applied > told.get(watcher, 0):
                yield f"{answer.server} believes that {watcher} has applied {applied}"


GUARANTEES: dict[str, Check] = {
    check.__name__: check
    for check in (
        ordered,
        unique,
        reliable,
        atomic,
        resumable,
        compaction_told,
        bookmarkable,
        progress_never_ahead,
        no_time_travel,
        deletions_seen,
        prefix_of_history,
        absence_told,
        progress_on_request,
        convergence_known,
        acknowledged_durable,
    )
}


def _missing(step: Step, expected: Expected) -> list[int]:
    """What should have been told between the step before and this one."""
    if step.before is None or not step.token:
        return []
    if step.event != "delta":
        return expected.between(step.before, step.revision)
    return [] if step.watched.conflate else expected.before(step.revision, step.before)


def _digests(changes: Iterable[Change]) -> Digests:
    return {change.place: change.digest for change in changes}


def _place(step: Step) -> str:
    return f"{step.watched.watcher} on stream {step.stream}, {step.event} at {step.revision}"
