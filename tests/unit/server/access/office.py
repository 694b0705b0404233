"""The access service on a store in memory, with a key that may do everything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.support.backend import Backend, backend
from vexil.core.access.grants import Grants
from vexil.core.access.identity import Identity, Means
from vexil.core.access.scope import Scope
from vexil.server.access.bootstrap import make_admin_key
from vexil.server.access.key_check import KeyCheck
from vexil.server.access.key_text import KeyText
from vexil.server.access.key_uses import KeyUses
from vexil.server.access.keys import ServiceKeys, Wanted
from vexil.server.access.permissions import Permissions
from vexil.server.access.writing import AccessWriter, Author
from vexil.server.egress.allow_list import AllowList
from vexil.server.handlers.access import AccessHandlers

SHOP = Scope.of_namespace("shop")


@dataclass
class Call:
    """What the handlers look at of a call."""

    grants: Grants
    principal: str = "tests"
    means: Means = Means.SERVICE_KEY
    expires_at: datetime | None = None

    def identify(self) -> Identity:
        """Who calls."""
        return Identity(self.principal, self.grants, self.means, self.expires_at)


class Office:
    """The parts of the access service in one process."""

    def __init__(self, within: Backend) -> None:
        self.backend = within
        self.directory = within.access
        self.uses = KeyUses()
        self.writer = AccessWriter(self.directory, within.committer)
        self.keys = ServiceKeys(self.directory, self.writer, self.uses, within.time.clock)
        self.permissions = Permissions(self.directory, self.writer, AllowList.parse("public"))
        self.check = KeyCheck(self.directory, self.uses, within.time.clock)
        self.problems: dict[str, str] = {}
        self.handlers = AccessHandlers(
            self.directory,
            self.keys,
            self.permissions,
            within.time.clock,
            lambda place: self.problems.get(place, ""),
        )

    async def found(self) -> KeyText:
        """Makes the first key."""
        return await make_admin_key(self.backend.committer, self.backend.time.clock, first=True)

    def grants(self, text: str) -> Grants:
        """What the holder of a key may do. Raises Unauthenticated."""
        accepted = self.check.accept(text)
        return self.directory.current.grants([accepted.subject], self.backend.time.clock.now())

    def author(self, key: KeyText) -> Author:
        """The holder of a key."""
        return Author(f"key:{key.id}", self.grants(key.text))

    def call(self, key: KeyText) -> Any:
        """A call of a key's holder."""
        return Call(self.grants(key.text), f"key:{key.id}")

    async def key_for(self, author: Author, role: str, scope: Scope = SHOP) -> KeyText:
        """A new key."""
        return await self.keys.create(author, [Wanted(role, scope)], "for tests", None)


@asynccontextmanager
async def office() -> AsyncIterator[tuple[Office, Author]]:
    """An office and its administrator."""
    async with backend() as within:
        made = Office(within)
        yield made, made.author(await made.found())
