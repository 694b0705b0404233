"""Every backend: nothing is committed without its place in the audit chain."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from tests.acceptance.store.drafts import NAMESPACE, Drafts, put
from vexil.convert.audit import stored_entry
from vexil.core.audit.origin import Origin
from vexil.core.audit.seal import Seal
from vexil.core.audit.verification import ChainVerifier, Finding
from vexil.core.resource import Commit, Revision
from vexil.server.stores.port import HeadMoved, Store

ORIGIN = Origin("ipv4:192.0.2.7:51234", "service-key")


def found(commits: Sequence[Commit]) -> list[Finding]:
    verifier = ChainVerifier(NAMESPACE)
    for commit in commits:
        verifier.take(stored_entry(commit))
    return verifier.findings


async def written(store: Store, count: int, drafts: Drafts | None = None) -> Drafts:
    drafts = drafts or Drafts()
    for number in range(count):
        await store.append(drafts.next(put("color", str(number)), put(f"key-{number}"), message="why"))
    return drafts


async def test_chain_of_what_is_read_is_sound_and_ends_at_the_head(store: Store) -> None:
    await written(store, 5)
    commits = await store.read(NAMESPACE, Revision(0), 10)
    assert found(commits) == []
    assert all(commit.seal is not None for commit in commits)
    head = await store.head(NAMESPACE)
    assert head is not None
    assert commits[-1].seal is not None
    assert head.chain == commits[-1].seal.chain
    assert commits[0].seal is not None
    assert commits[0].seal.previous == b""


async def test_append_gives_the_seal_that_is_stored(store: Store) -> None:
    given = await store.append(replace(Drafts().next(put("color")), origin=ORIGIN))
    [commit] = await store.read(NAMESPACE, Revision(0), 10)
    assert given == commit
    assert given.seal == commit.seal
    assert commit.origin == ORIGIN


async def test_no_two_entries_have_the_same_salt(store: Store) -> None:
    await written(store, 4)
    commits = await store.read(NAMESPACE, Revision(0), 10)
    assert len({commit.seal.salt for commit in commits if commit.seal is not None}) == 4


async def test_writers_that_race_make_one_chain(store: Store) -> None:
    async def write(writer: int) -> None:
        done = 0
        while done < 4:
            head = await store.head(NAMESPACE)
            revision = Revision(1 if head is None else head.revision + 1)
            drafts = Drafts()
            drafts.revision = Revision(revision - 1)
            try:
                await store.append(drafts.next(put(f"key-{writer}-{done}")))
                done += 1
            except HeadMoved:
                pass

    await asyncio.gather(*map(write, range(3)))
    commits = await store.read(NAMESPACE, Revision(0), 20)
    assert len(commits) == 12
    assert found(commits) == []


async def test_chain_goes_on_after_everything_was_compacted(store: Store) -> None:
    drafts = await written(store, 7)
    head = await store.head(NAMESPACE)
    assert head is not None
    await store.compact(NAMESPACE, Revision(7))
    await written(store, 2, drafts)
    commits = await store.read(NAMESPACE, Revision(7), 10)
    assert commits[0].seal is not None
    assert commits[0].seal.previous == head.chain
    assert found(commits) == []


async def test_seal_that_comes_from_a_backup_is_kept(store: Store) -> None:
    seal = Seal(bytes(range(32)), bytes(reversed(range(32))), bytes(16))
    await store.append(replace(Drafts().next(put("color")), seal=seal))
    [commit] = await store.read(NAMESPACE, Revision(0), 1)
    assert commit.seal == seal
    head = await store.head(NAMESPACE)
    assert head is not None
    assert head.chain == seal.chain
