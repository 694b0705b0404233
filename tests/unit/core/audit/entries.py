"""Chains to verify."""

from dataclasses import replace

from hypothesis import strategies as st

from vexil.core.audit.entry import Entry, EntryChange, chain, content_digest, content_key
from vexil.core.audit.seal import BEGINNING, Seal

TEXT = st.text(max_size=6)
NAMESPACE = "shop"


def entry(revision: int, **fields: object) -> Entry:
    """An entry without a seal."""
    given = {
        "namespace": NAMESPACE,
        "revision": revision,
        "committed_at": 1_767_268_800_000_000 + revision,
        "author": "ada",
        "peer": "ipv4:192.0.2.7:51234",
        "authentication": "certificate",
        "message": "why",
        "request_id": f"r{revision}",
        "labels": {"ticket": "42"},
        "changes": (change(revision),),
    }
    return Entry(**{**given, **fields})  # type: ignore[arg-type]


def change(revision: int, content: bytes = b"content") -> EntryChange:
    digest = content_digest(content_key(b"salt", 0), content)
    return EntryChange(4, "prod", "color", revision, revision, 1, 1_767_268_800_000_000, digest)


def chained(entries: list[Entry], previous: bytes = BEGINNING) -> list[Entry]:
    """The same entries, each after the one before it."""
    linked = []
    for each in entries:
        seal = Seal(previous, chain(previous, each), b"salt")
        linked.append(replace(each, seal=seal))
        previous = seal.chain
    return linked


changes = st.builds(
    EntryChange,
    kind=st.integers(1, 24),
    environment=TEXT,
    key=TEXT,
    version=st.integers(1, 99),
    revision=st.integers(1, 99),
    create_revision=st.integers(0, 99),
    changed_at=st.integers(0, 2**50),
    content=st.binary(max_size=32),
)


@st.composite
def chains(draw: st.DrawFn) -> list[Entry]:
    """At least two entries that follow each other, from any revision on."""
    first = draw(st.integers(1, 50))
    previous = draw(st.sampled_from([BEGINNING, bytes(range(32))]))
    entries = [
        entry(
            revision,
            author=draw(TEXT),
            peer=draw(TEXT),
            message=draw(TEXT),
            labels=draw(st.dictionaries(TEXT, TEXT, max_size=2)),
            changes=tuple(draw(st.lists(changes, max_size=2))),
        )
        for revision in range(first, first + draw(st.integers(2, 6)))
    ]
    return chained(entries, previous)
