"""`vexil access init`."""

import asyncio
from typing import Annotated

from cyclopts import Parameter

from vexil.core.errors import AlreadyExists, NotFound
from vexil.server.access.bootstrap import make_admin_key
from vexil.server.access.key_text import KeyText
from vexil.server.cli.session import Injected
from vexil.server.cli.usage import UsageError

Address = Annotated[
    str, Parameter(env_var="VEXIL_STORE", help="The store, as `vexil serve --store` takes it.")
]


def init(
    *,
    store: Address,
    another: Annotated[
        bool, Parameter(negative=(), help="Where permissions are kept already: make one more such key.")
    ] = False,
    session: Injected,
) -> None:
    """Make the first key, which may do everything, and print it once.

    It writes the store itself; no server is asked, and one may be running. Nothing has a key before: there is
    no default secret. With --another it also helps who has lost every key.
    """
    if store == "memory":
        raise UsageError("A store in memory is gone when the command ends.", "Name the one that servers use.")
    try:
        key = asyncio.run(_make(store, first=not another))
    except AlreadyExists as error:
        raise UsageError(
            "Permissions are kept there already, and nothing was changed.",
            "Use a key that may do everything; if none is left, `vexil access init --another` makes one.",
        ) from error
    except NotFound as error:
        raise UsageError(
            "No permissions are kept there yet, and nothing was changed.", "Leave --another out."
        ) from error
    if session.terminal.structured:
        session.terminal.data({"id": key.id, "key": key.text})
        return
    session.terminal.note("This key may do everything. It is shown this once and kept nowhere:")
    session.terminal.show(key.text)


async def _make(address: str, *, first: bool) -> KeyText:
    from vexil.server.clock import Clock  # noqa: PLC0415 - what servers are made of, only where it is used
    from vexil.server.control.committer import Committer  # noqa: PLC0415
    from vexil.server.control.directory import Directory  # noqa: PLC0415
    from vexil.server.control.observers import Observers  # noqa: PLC0415
    from vexil.server.control.schemas import JsonSchemas  # noqa: PLC0415
    from vexil.server.opening import open_store  # noqa: PLC0415
    from vexil.server.settings import ServerSettings  # noqa: PLC0415

    store = await open_store(ServerSettings(store=address))
    try:
        clock = Clock()
        directory = Directory(store, Observers(), clock)
        await directory.refresh()
        return await make_admin_key(Committer(store, directory, JsonSchemas(), clock), clock, first=first)
    finally:
        await store.close()
