"""Searching the log, some commits at a time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.acceptance.store.drafts import NAMESPACE, START, Drafts, delete, put
from vexil.core.change import Put
from vexil.core.errors import InvalidRequest, NotFound
from vexil.core.resource import Revision
from vexil.core.setting import Setting
from vexil.core.value import Encrypted, Value, ValueType
from vexil.server.audit.search import Wanted, searched
from vexil.server.handlers.audit import AuditHandlers
from vexil.server.stores.memory import MemoryStore
from vexil.v1 import audit_service_pb2 as pb


@pytest.fixture
async def store() -> MemoryStore:
    """Revisions 1 to 10 of one setting by two authors; the fifth deletes it."""
    store, drafts = MemoryStore(), Drafts()
    for number in range(1, 11):
        change = delete("color") if number == 5 else put("color", str(number))
        commit = drafts.next(change, put(f"only-{number}", environment="test"))
        await store.append(replace(commit, author="ada" if number % 2 else "bob"))
    return store


async def found(store: MemoryStore, wanted: Wanted, most: int = 100) -> list[int]:
    return [
        revision
        async for revision, commit in searched(store, NAMESPACE, wanted, Revision(99), most)
        if commit is not None
    ]


async def test_everything_that_is_set_has_to_fit(store: MemoryStore) -> None:
    assert await found(store, Wanted()) == list(range(10, 0, -1))
    assert await found(store, Wanted(actor="bob")) == [10, 8, 6, 4, 2]
    assert await found(store, Wanted(key="color", action="deleted")) == [5]
    assert await found(store, Wanted(key="only-3", action="created")) == [3]
    assert await found(store, Wanted(key="only-3", environment="prod")) == []
    assert await found(store, Wanted(since=START + timedelta(seconds=9))) == [10, 9]
    assert await found(store, Wanted(until=START + timedelta(seconds=2.5))) == [2, 1]


async def test_change_has_to_fit_as_a_whole(store: MemoryStore) -> None:
    """That one change has the key and another the action is no fit."""
    assert await found(store, Wanted(key="color", action="created")) == [6, 1]


async def test_search_says_how_far_it_has_looked(store: MemoryStore) -> None:
    steps = [step async for step in searched(store, NAMESPACE, Wanted(actor="nobody"), Revision(99), 4)]
    assert steps == [(7, None)]


async def test_pages_go_on_where_the_one_before_ended(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vexil.server.handlers.audit._MOST", 3)
    handlers = AuditHandlers(store)
    request = pb.SearchEntriesRequest(namespace=NAMESPACE, actor="ada", page_size=2)
    seen: list[int] = []
    for _ in range(10):
        page = await handlers.search_entries(request, None)  # type: ignore[arg-type]
        seen += [entry.commit.revision for entry in page.entries]
        request.page_token = page.next_page_token
        if not page.next_page_token:
            break
    assert seen == [9, 7, 5, 3, 1]
    request.actor = "bob"
    request.page_token = "x"
    with pytest.raises(InvalidRequest):
        await handlers.search_entries(request, None)  # type: ignore[arg-type]


async def test_chain_can_be_noted(store: MemoryStore) -> None:
    handlers = AuditHandlers(store)
    answer = await handlers.get_chain(pb.GetChainRequest(namespace=NAMESPACE), None)  # type: ignore[arg-type]
    head = await store.head(NAMESPACE)
    assert head is not None
    assert (answer.revision, answer.chain) == (10, head.chain)
    with pytest.raises(NotFound):
        await handlers.get_chain(pb.GetChainRequest(namespace="nowhere"), None)  # type: ignore[arg-type]


async def test_encrypted_values_are_shown_by_their_fingerprints() -> None:
    store, drafts = MemoryStore(), Drafts()
    held = Encrypted("key-1", b"wrapped", b"nonce", b"ciphertext", "1a2b3c4d")
    value = Value(ValueType.STRING, held, sensitive=True)
    secret = put("password")
    await store.append(drafts.next(Put(secret.id, Setting(value=value)), put("color")))
    handlers = AuditHandlers(store)
    request = pb.SearchEntriesRequest(namespace=NAMESPACE)
    found = await handlers.search_entries(request, None)  # type: ignore[arg-type]
    [entry] = found.entries
    assert [dict(change.fingerprints) for change in entry.changes] == [{"value": "1a2b3c4d"}, {}]
    assert b"ciphertext" not in entry.SerializeToString()
