"""Tokens of an issuer whose keys are at hand, and what accepts them."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.support.clock import START, ManualClock
from tests.support.issuer import SigningKey
from vexil.core.access.identity_provider import IdentityProvider
from vexil.core.resource import Kind, ResourceId, ResourceState, Revision, Version
from vexil.server.access.directory import AccessDirectory
from vexil.server.identity.key_sets import KeySets
from vexil.server.identity.token_check import TokenCheck

ISSUER = "https://login.example.org/"
PROVIDER = IdentityProvider(
    ISSUER, ("vexil",), "https://login.example.org/keys", ("ES256", "RS256", "EdDSA"), groups_claim="groups"
)
NOW = START.timestamp()


def claims(**more: Any) -> dict[str, Any]:
    """What a good token says; None leaves a claim out."""
    all_of_them = {
        "iss": ISSUER,
        "aud": "vexil",
        "sub": "ada",
        "iat": NOW,
        "exp": NOW + 600,
        **more,
    }
    return {name: value for name, value in all_of_them.items() if value is not None}


class Desk:
    """Checks tokens; `published` is what its provider's place answers, an exception where it fails."""

    def __init__(self, key: SigningKey, **provider: Any) -> None:
        self.time = ManualClock()
        self.key = key
        self.published: bytes | Exception = document(key)
        self.fetched = 0
        directory = AccessDirectory()
        state = ResourceState(
            ResourceId(Kind.IDENTITY_PROVIDER, "", "corp"),
            replace(PROVIDER, **provider),
            Version(1),
            Revision(1),
            Revision(1),
            datetime(2026, 1, 1, tzinfo=UTC),
        )
        directory.current = directory.current.after([state])
        self.key_sets = KeySets(directory, self._fetch, self.time.clock)
        self.check = TokenCheck(directory, self.key_sets, self.time.clock)
        self.refresh()

    def refresh(self) -> None:
        """What the background does."""
        asyncio.run(self.key_sets.refresh())

    def _fetch(self, _url: str) -> bytes:
        self.fetched += 1
        if isinstance(self.published, Exception):
            raise self.published
        return self.published


def document(*keys: SigningKey | Mapping[str, Any]) -> bytes:
    """A JSON Web Key Set."""
    published = [key.public if isinstance(key, SigningKey) else key for key in keys]
    return json.dumps({"keys": published}).encode()
