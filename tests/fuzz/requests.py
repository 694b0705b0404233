"""Requests of every RPC, drawn from the name of their case alone."""

import json
import random
from collections.abc import Mapping, Sequence

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from tests.fuzz.hostile import TEXTS
from tests.fuzz.messages import Drawer
from tests.fuzz.mutations import anything, damaged
from vexil.core.resource import Revision
from vexil.server.handlers.paging import Page
from vexil.server.services import (
    ACCESS_SERVICE,
    ADMIN_SERVICE,
    AUDIT_SERVICE,
    CONFIG_SERVICE,
    CONNECT_SERVICE,
    USER_SERVICE,
)
from vexil.server.watch import tokens
from vexil.server.watch.selection import Selection
from vexil.v1.watch_pb2 import WatchRequest

METHODS: Mapping[str, MethodDescriptor] = {
    f"/{service.full_name}/{method.name}": method
    for service in (
        CONFIG_SERVICE, CONNECT_SERVICE, ADMIN_SERVICE, ACCESS_SERVICE, AUDIT_SERVICE, USER_SERVICE,
    )
    for method in service.methods
}  # fmt: skip

Metadata = tuple[tuple[str, str | bytes], ...]

_HEADERS = (
    "x-forwarded-for", "x-request-id", "traceparent", "tracestate", "baggage", "x-forwarded-proto", "cookie",
    "x-vexil-principal", "x-real-ip", "x-odd-bin",
)  # fmt: skip
_VALUES = [text for text in TEXTS if text.isprintable() and text.isascii() and len(text) < 6000]
_MOST_BYTES = 15 * 1024 * 1024
_NUMBERS = (0, 1, 2, 7, 2**32 - 1, 2**63, 2**64 - 1)

Words = Mapping[str, Sequence[str]]
Samples = Mapping[str, Sequence[Message]]


def drawn(path: str, chance: random.Random, words: Words, samples: Samples) -> list[bytes]:
    """The messages of one call: one, or some where the RPC takes a stream."""
    method = METHODS[path]
    wildness = chance.choice((0.0, 0.0, 0.02, 0.1, 0.5, 1.0))
    drawer = Drawer(chance, words, samples, wildness, sparse=chance.random() < 0.6)
    count = chance.randint(1, 4) if method.client_streaming else 1
    sent = (_encoded(drawer, drawer.message(method.input_type), chance) for _ in range(count))
    return [data for data in sent if len(data) < _MOST_BYTES]


def headers(chance: random.Random) -> Metadata:
    """Metadata that nobody has asked for; mostly none."""
    if chance.random() < 0.8:
        return ()
    names = chance.sample(_HEADERS, chance.randint(1, 3))
    return tuple(
        (name, chance.randbytes(20) if name.endswith("-bin") else chance.choice(_VALUES)) for name in names
    )


def credential(chance: random.Random) -> str:
    """An `authorization` header that nobody was given."""
    claims = json.dumps({"iss": chance.choice(_VALUES), "sub": "admin", "exp": 2**40})
    return chance.choice(
        (
            f"Bearer vxk_{chance.randbytes(5).hex()}_{chance.randbytes(20).hex()}",
            f"Bearer vxs_{chance.randbytes(20).hex()}",
            "Bearer eyJhbGciOiJub25lIn0." + claims.encode().hex() + ".",
            "Bearer " + ".".join(chance.randbytes(9).hex() for _ in range(3)),
            "Basic YWRtaW46YWRtaW4=",
            chance.choice(_VALUES),
            "Bearer " + chance.choice(_VALUES),
        )
    )


def _encoded(drawer: Drawer, message: Message, chance: random.Random) -> bytes:
    if chance.random() < 0.3:
        message = drawer.mutated(message)
    _place(message, chance)
    data = message.SerializeToString()
    return damaged(data, chance) if chance.random() < 0.1 else data


def _place(message: Message, chance: random.Random) -> None:
    """A token with the checksum that fits, and any place."""
    if chance.random() < 0.5:
        return
    if "page_token" in message.DESCRIPTOR.fields_by_name:
        page = Page(message)
        page.break_off(chance.choice((anything(chance), [chance.randint(0, 12), "a"], "a", 7, [True, "a"])))
        message.page_token = page.next_token  # type: ignore[attr-defined]
    elif isinstance(message, WatchRequest):
        namespace = chance.choice((message.namespace, "shop"))
        selection = Selection.of(namespace, message.environment, ())
        epoch, revision = chance.choice(_NUMBERS[:5]), Revision(chance.choice(_NUMBERS))
        position = tokens.Position(namespace, selection.fingerprint, epoch, revision)
        message.resume_token = tokens.encode(position)
