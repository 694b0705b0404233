"""Verifying the chains of a store."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from vexil.convert.audit import stored_entry
from vexil.core.audit.position import Position
from vexil.core.audit.verification import ChainVerifier, Finding, Problem
from vexil.core.errors import DataLoss, NotFound, OutOfRange, Reason
from vexil.core.resource import Commit, Revision
from vexil.server.stores.port import Head, Store

_PAGE = 100
_TRIES = 5

Reading = Callable[[str, int, int], None]
"""`(namespace, entries read, entries to read)`: how far it is."""


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What was seen of a namespace's chain.

    Entries from `first` to `last` were read; those from `sealed_from` on are in the chain (0: none is), and
    `position` is where it has come to. `compact_revision`: what is below is compacted. `compared` positions
    that were written down were compared with it.
    """

    namespace: str
    compact_revision: int
    first: int
    last: int
    sealed_from: int
    position: Position | None
    findings: Sequence[Finding]
    notes: Sequence[str]
    compared: int = 0


def _in_silence(_namespace: str, _read: int, _all: int) -> None:
    """Where nobody waits for it."""


async def verify_chains(
    store: Store,
    written_down: Sequence[Position] = (),
    namespace: str | None = None,
    reading: Reading = _in_silence,
) -> Sequence[ChainReport]:
    """Reads the kept log of every namespace, or of one, and compares it with what was written down.

    The chain is of what is stored: `store` must not be one that decrypts, and no keys are needed.
    A namespace that was written down and is not there is a finding. Raises NotFound for the one that is asked
    for, when nobody knows it, and what the store raises; damage that the store itself sees is a finding.
    """
    heads = {head.namespace: head for head in await store.heads()}
    names = heads.keys() | {position.namespace for position in written_down}
    if namespace is not None:
        if namespace not in names:
            raise NotFound(
                f"there is no namespace {namespace!r}",
                reason=Reason.NAMESPACE_NOT_FOUND,
                metadata={"namespace": namespace},
            )
        names = {namespace}
    return [
        await _verify(store, name, heads.get(name), [p for p in written_down if p.namespace == name], reading)
        for name in sorted(names)
    ]


async def positions(store: Store) -> Sequence[Position]:
    """Where every chain has come to, by namespace; those that have not begun are left out."""
    return [Position(head.namespace, head.revision, head.chain) for head in await store.heads() if head.chain]


async def _verify(
    store: Store, namespace: str, head: Head | None, written_down: Iterable[Position], reading: Reading
) -> ChainReport:
    for _ in range(_TRIES):
        try:
            return await _go_through(store, ChainVerifier(namespace, written_down), head, reading)
        except OutOfRange:
            # What was about to be read was compacted meanwhile.
            head = await store.head(namespace)
    return await _go_through(store, ChainVerifier(namespace, written_down), head, reading)


async def _go_through(
    store: Store, verifier: ChainVerifier, head: Head | None, reading: Reading
) -> ChainReport:
    """Reads up to this head, whatever is committed meanwhile."""
    if head is None:
        verifier.finish()
        return report_of(verifier)
    namespace, compacted = verifier.namespace, head.compact_revision
    reached = compacted
    try:
        while reached < head.revision:
            page = await store.read(namespace, reached, min(_PAGE, head.revision - reached))
            await asyncio.to_thread(_take, verifier, page)
            if not page:
                break
            reached = page[-1].revision
            reading(namespace, reached - compacted, head.revision - compacted)
    except DataLoss as damage:
        after = Revision(reached + 1)
        verifier.findings.append(Finding(namespace, after, Problem.EDITED, damage.message))
        verifier.notes.append(f"{namespace}: nothing after revision {reached} was looked at")
        return report_of(verifier, compacted)
    if reached < head.revision:
        text = f"there is nothing after {reached}, and the namespace's head is at {head.revision}"
        verifier.findings.append(Finding(namespace, Revision(reached + 1), Problem.MISSING, text))
    elif head.chain and head.revision == compacted:
        # Everything is compacted: what is left of the chain is what the head says.
        verifier.resume(Position(namespace, head.revision, head.chain))
    elif verifier.position is not None and verifier.position.chain != head.chain:
        text = "the namespace's head has another chain than its newest entry"
        verifier.findings.append(Finding(namespace, head.revision, Problem.BROKEN, text))
    verifier.finish()
    return report_of(verifier, compacted)


def _take(verifier: ChainVerifier, commits: Iterable[Commit]) -> None:
    for commit in commits:
        verifier.take(stored_entry(commit))


def report_of(verifier: ChainVerifier, compacted: int = 0) -> ChainReport:
    """What a verifier has seen."""
    return ChainReport(
        verifier.namespace,
        compacted,
        verifier.first,
        verifier.last,
        verifier.sealed_from,
        verifier.position,
        verifier.findings,
        verifier.notes,
        verifier.compared,
    )
