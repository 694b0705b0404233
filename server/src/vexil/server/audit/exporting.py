"""The kept log of a store as lines, and lines verified without the store."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from vexil.core import jsontext
from vexil.core.audit.position import Position
from vexil.core.audit.verification import ChainVerifier, Finding, Problem
from vexil.core.errors import DataLoss, InvalidRequest
from vexil.core.resource import Kind, Revision
from vexil.core.setting import Definition
from vexil.server.audit.chains import ChainReport, report_of
from vexil.server.audit.showing import Shower, read_line
from vexil.server.stores.port import Head, Store

_PAGE = 100


async def exported(
    store: Store, namespace: str | None = None, after: int = 0
) -> AsyncIterator[dict[str, Any]]:
    """The lines of every namespace, or of one, oldest first; only those above a revision.

    The first of them has what was before it only where its state is still kept.
    """
    for head in await store.heads():
        if namespace in {None, head.namespace}:
            start = Revision(min(max(after, head.compact_revision), head.revision))
            shower = await _shower(store, head, start)
            reached = start
            while reached < head.revision:
                page = await store.read(head.namespace, reached, min(_PAGE, head.revision - reached))
                for commit in page:
                    yield shower.line(commit)
                    reached = commit.revision


def verify_lines(lines: Iterable[str], written_down: Sequence[Position] = ()) -> Sequence[ChainReport]:
    """What is wrong with exported lines. Raises InvalidRequest for a line that is none, by its number."""
    verifiers: dict[str, ChainVerifier] = {}

    def verifier_of(namespace: str) -> ChainVerifier:
        if namespace not in verifiers:
            positions = [each for each in written_down if each.namespace == namespace]
            verifiers[namespace] = ChainVerifier(namespace, positions)
        return verifiers[namespace]

    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = read_line(jsontext.parse_loosely(line))
        except DataLoss as damage:
            namespace, revision = damage.metadata["namespace"], int(damage.metadata["revision"])
            text = damage.message
            verifier_of(namespace).findings.append(Finding(namespace, revision, Problem.EDITED, text))
        except (ValueError, OverflowError, RecursionError, InvalidRequest) as error:
            raise InvalidRequest(f"line {number} is no line of an audit export") from error
        else:
            verifier_of(entry.namespace).take(entry)
    for position in written_down:
        verifier_of(position.namespace)
    for verifier in verifiers.values():
        verifier.finish()
    return [report_of(verifiers[name]) for name in sorted(verifiers)]


async def _shower(store: Store, head: Head, start: Revision) -> Shower:
    newest = await store.load(head.namespace)
    before = newest if start == head.revision else await store.load(head.namespace, start)
    hidden = {
        state.id.key
        for image in (newest, before)
        for state in image.states
        if state.id.kind is Kind.DEFINITION
        and isinstance(state.resource, Definition)
        and state.resource.sensitive
    }
    return Shower(hidden, {state.id: state.resource for state in before.states})
