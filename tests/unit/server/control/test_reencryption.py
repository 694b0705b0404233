from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.backend import NAMESPACE, Backend, backend, texts
from tests.support.clock import START, ManualClock
from tests.unit.server.encryption.encrypting import MARKER, TOKEN, cipher_of, definition, keyring
from vexil.core.change import Put
from vexil.core.resource import Commit, Kind, ResourceId, ResourceState, Revision, Version
from vexil.core.sensitivity import is_sensitive
from vexil.core.setting import Definition, Setting
from vexil.core.value import Encrypted, Value, ValueType
from vexil.server.control.directory import Directory
from vexil.server.control.reencryption import AUTHOR, Reencryption
from vexil.server.encryption.data_keys import SECONDS
from vexil.server.encryption.keyring import Keyring
from vexil.server.encryption.store import EncryptingStore
from vexil.server.stores.memory import MemoryStore

OTHER = TOKEN._replace(key="other")


@dataclass
class Process:
    """A process with the keys of a file."""

    backend: Backend
    reencryption: Reencryption

    @property
    def head(self) -> Revision:
        """Of what is in its memory."""
        return self.backend.directory.snapshot(NAMESPACE).revision

    async def put(self, id: ResourceId, text: str) -> None:
        """Sets a setting."""
        await self.backend.commit(Put(id, Setting(value=Value.of_string(text))))


@asynccontextmanager
async def process(log: MemoryStore, keys: Path, time: ManualClock) -> AsyncIterator[Process]:
    """A process on that log; the first one makes the namespace, where `token` is sensitive."""
    directories: list[Directory] = []

    def is_named(namespace: str, key: str) -> bool:
        return any(each.snapshot(namespace).is_sensitive(key) for each in directories)

    cipher = cipher_of(keys, time.clock)
    store = EncryptingStore(log, cipher, is_named)
    async with backend(store, create=not await log.heads()) as made:
        directories.append(made.directory)
        yield Process(made, Reencryption(log, made.directory, made.committer, cipher))


@pytest.fixture
def time() -> ManualClock:
    return ManualClock()


@pytest.fixture
def log() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return keyring(tmp_path)


@pytest.fixture
async def shop(log: MemoryStore, keys: Path, time: ManualClock) -> AsyncIterator[Process]:
    async with process(log, keys, time) as made:
        await made.backend.commit(definition())
        await made.put(TOKEN, MARKER)
        await made.put(OTHER, "plain")
        yield made


def rotate(keys: Path, time: ManualClock) -> None:
    """A new primary key, `second`, which servers have noticed."""
    Keyring.read(keys).rotated("second").write(keys)
    time.advance(SECONDS)


async def key_of(log: MemoryStore) -> str:
    """The key of the newest version of `token`."""
    (record,) = await log.versions(NAMESPACE, TOKEN, None, 1)
    resource = record.change.resource  # type: ignore[union-attr]
    assert isinstance(resource, Setting)
    assert resource.value is not None
    assert isinstance(resource.value.data, Encrypted)
    return resource.value.data.key_id


async def test_nothing_is_written_while_the_key_is_the_same(shop: Process, time: ManualClock) -> None:
    before = shop.head
    time.advance(SECONDS)
    await shop.reencryption.run()
    assert shop.head == before


async def test_values_of_an_old_key_are_written_again_once(
    shop: Process, log: MemoryStore, keys: Path, time: ManualClock
) -> None:
    before = shop.head
    rotate(keys, time)

    await shop.reencryption.run()
    await shop.reencryption.run()

    assert shop.head == before + 1
    (commit,) = await log.read_back(NAMESPACE, Revision(shop.head + 1), 1)
    assert [change.id for change in commit.changes] == [TOKEN]
    assert (commit.author, commit.message) == (AUTHOR, "encrypted with the key second")
    assert await key_of(log) == "second"
    assert texts(shop.backend.view()) == {"token": MARKER, "other": "plain"}


async def test_what_somebody_writes_meanwhile_is_not_undone(
    shop: Process, log: MemoryStore, keys: Path
) -> None:
    time = ManualClock()
    async with process(log, keys, time) as other:
        rotate(keys, time)
        # By a process that has not noticed the rotation; this one has not heard of it yet.
        await shop.put(TOKEN, "newer")

        await other.reencryption.run()
        assert await key_of(log) == "first"
        assert texts(other.backend.view())["token"] == "newer"
        await other.reencryption.run()

        assert await key_of(log) == "second"
        assert texts(other.backend.view())["token"] == "newer"


async def test_what_was_stored_before_its_setting_was_sensitive_is_encrypted(
    shop: Process, log: MemoryStore
) -> None:
    await shop.backend.commit(definition("other"))

    await shop.reencryption.run()

    before = shop.head
    await shop.reencryption.run()
    assert shop.head == before
    (commit,) = await log.read_back(NAMESPACE, Revision(before + 1), 1)
    assert [change.id for change in commit.changes] == [OTHER]
    assert "plain" not in str(commit.changes)
    assert texts(shop.backend.view()) == {"token": MARKER, "other": "plain"}


async def test_what_was_stored_before_there_were_keys_is_encrypted(
    log: MemoryStore, keys: Path, time: ManualClock
) -> None:
    async with backend(EncryptingStore(log, cipher_of(None), lambda *_: False)) as before:
        await before.set(token=MARKER)
        # As a release without encryption has stored it.
        state = ResourceState(
            ResourceId(Kind.DEFINITION, "", "token"),
            Definition(ValueType.STRING, default=Value.of_string(MARKER), sensitive=True),
            Version(1),
            Revision(3),
            Revision(3),
            START,
        )
        await log.append(Commit(NAMESPACE, Revision(3), (state,), START))

        async with process(log, keys, time) as shop:
            await shop.reencryption.run()

            image = await log.load(NAMESPACE)
            assert MARKER not in str(image.states)
            assert texts(shop.backend.view()) == {"token": MARKER}
            (older,) = await shop.backend.store.versions(NAMESPACE, TOKEN, Version(2), 1)
            assert is_sensitive(older.change.resource)  # type: ignore[union-attr]
            assert MARKER not in str(older.change)
