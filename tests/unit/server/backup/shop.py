"""A store with some history, and backups of it, as the tests need them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.acceptance.store.drafts import Drafts, delete, put
from vexil.core.resource import Revision
from vexil.server.backup.chain import open_chain
from vexil.server.backup.creation import Made, Request, create
from vexil.server.backup.encryption import Keyring, Secret
from vexil.server.backup.restoration import Restored, restore
from vexil.server.backup.vault import Vault
from vexil.server.backup.verification import Report, verify
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Store

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
"""A Monday."""


def quiet(name: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def keyring(passphrase: str = "correct horse battery") -> Keyring:
    """A passphrase with the least work that is allowed."""
    return Keyring(Secret.from_passphrase(passphrase), work=14)


@dataclass
class Shop:
    """A store, and the directory that it is backed up to, an hour apart."""

    directory: Path
    store: Store = field(default_factory=MemoryStore)
    keyring: Keyring | None = None
    now: datetime = NOON
    drafts: dict[str, Drafts] = field(default_factory=dict)

    @property
    def vault(self) -> Vault:
        return Vault(self.directory)

    async def write(
        self, key: str, value: str | None = "on", namespace: str = "shop", request_id: str = ""
    ) -> None:
        """One commit: a setting's new value, or its deletion."""
        drafts = self.drafts.setdefault(namespace, Drafts(namespace))
        change = delete(key) if value is None else put(key, value)
        await self.store.append(drafts.next(change, request_id=request_id, message=f"about {key}"))

    async def some_history(self) -> None:
        """A dozen commits with a deletion, of which the first five are compacted."""
        for number in range(6):
            await self.write(f"key-{number % 4}", f"value {number}", request_id=f"request-{number}")
        await self.write("key-1", None)
        await self.store.compact("shop", Revision(5))
        for number in range(5):
            await self.write(f"key-{number}", f"later {number}", "billing" if number % 2 else "shop")

    async def back_up(self, *, full: bool = False, after: timedelta = timedelta(hours=1)) -> Made:
        self.now += after
        request = Request(self.now, "0.1.0", full=full)
        return await create(self.store, self.vault, request, self.keyring, quiet)

    async def restored(
        self, id: str | None = None, namespace: str | None = None, **more: bool
    ) -> MemoryStore:
        """A new store with a backup in it."""
        store = MemoryStore()
        await self.restore_to(store, id, namespace, **more)
        return store

    async def restore_to(
        self, store: Store, id: str | None = None, namespace: str | None = None, **more: bool
    ) -> list[Restored]:
        chain = open_chain(self.vault, self.vault.find(id), self.keyring)
        return list(await restore(store, self.vault, chain, quiet, namespace=namespace, **more))

    def verify(self, only: str | None = None) -> Report:
        return verify(self.vault, self.keyring, quiet, only)
