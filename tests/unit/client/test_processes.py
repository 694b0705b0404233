"""What a client does to its process: what it leaves behind, and what happens when it is taken elsewhere."""

import copy
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.unit.client.making import setting
from tests.unit.client.scripted_server import ScriptedServer, state_responses
from vexil.client import AsyncClient, AsyncRemoteClient, Client, ClientArguments, RemoteClient

HEAD = """
import asyncio, gc, logging, os, sys, threading
from vexil.client import AsyncClient, Client, VexilError
logging.basicConfig(level=logging.WARNING)
# Development mode says which callbacks were slow: on a busy machine any is.
logging.getLogger("asyncio").addFilter(lambda record: not record.msg.startswith("Executing"))
ARGUMENTS = dict(target=sys.argv[1], namespace="shop", environment="prod", cache_path=sys.argv[2])
"""

CLOSED = """
client = Client(**ARGUMENTS)
client.watch("a", lambda change: None)
client.connect(30)
assert client.get("a") == 1
assert threading.active_count() > 1
client.close()
assert threading.enumerate() == [threading.main_thread()], threading.enumerate()
"""

CONTEXT = """
with Client(**ARGUMENTS) as client:
    assert client.get("a") == 1
assert threading.enumerate() == [threading.main_thread()], threading.enumerate()
"""

DROPPED = """
client = Client(**ARGUMENTS)
client.connect(30)
threads = set(threading.enumerate()) - {threading.main_thread()}
del client
gc.collect()
for thread in threads:
    thread.join(30)
assert threading.enumerate() == [threading.main_thread()], threading.enumerate()
"""

NEVER_CLOSED = """
client = Client(**ARGUMENTS)
client.connect(30)
assert client.get("a") == 1
"""

ASYNC_CLOSED = """
async def main():
    client = AsyncClient(**ARGUMENTS)
    client.watch("a", lambda change: None)
    changes = client.changes()
    await client.connect(30)
    assert client.get("a") == 1
    await client.close()
    assert [change.key async for change in changes] == ["a"]
    assert asyncio.all_tasks() == {asyncio.current_task()}, asyncio.all_tasks()
asyncio.run(main())
"""

ASYNC_CONTEXT = """
async def main():
    async with AsyncClient(**ARGUMENTS) as client:
        assert client.get("a") == 1
    assert asyncio.all_tasks() == {asyncio.current_task()}, asyncio.all_tasks()
asyncio.run(main())
"""

ASYNC_CANCELLED = """
async def main(inside):
    async with AsyncClient(**ARGUMENTS) as client:
        assert client.get("a") == 1
        inside.set()
        await asyncio.Event().wait()
async def outer():
    inside = asyncio.Event()
    task = asyncio.create_task(main(inside))
    await inside.wait()
    task.cancel()
    await asyncio.wait([task])
    assert asyncio.all_tasks() == {asyncio.current_task()}, asyncio.all_tasks()
asyncio.run(outer())
"""

ASYNC_NEVER_CLOSED = """
async def main():
    client = AsyncClient(**ARGUMENTS)
    await client.connect(30)
    assert client.get("a") == 1
asyncio.run(main())
"""

FORKED = """
client = Client(**ARGUMENTS)
client.connect(30)
child = os.fork()
if child == 0:
    assert client.state == "STALE"
    assert client.get("a") == 1
    assert client.evaluate("a").reason == "STALE"
    for needs_the_stream in (client.start, client.wait_ready, lambda: client.watch("a", print)):
        try:
            needs_the_stream()
        except VexilError as error:
            assert "make it in the child instead" in error.message, error
        else:
            raise AssertionError("nothing was said")
    client.close()
    sys.exit(7)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 7, status
assert client.state == "READY"
client.close()
"""

FORKED_LOOP = """
async def main():
    async with AsyncClient(**ARGUMENTS) as client:
        child = os.fork()
        if child == 0:
            assert client.state == "STALE"
            assert client.evaluate("a").reason == "STALE"
            try:
                client.changes()
            except VexilError as error:
                assert "make it in the child instead" in error.message, error
                os._exit(7)
            os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 7, status
        assert client.state == "READY"
asyncio.run(main())
"""

FORKED_BEFORE_START = """
client = Client(**ARGUMENTS)
child = os.fork()
if child == 0:
    client.connect(30)
    assert client.get("a") == 1
    client.close()
    sys.exit(7)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 7, status
client.close()
"""


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def run(server: ScriptedServer, tmp_path: os.PathLike[str]) -> Iterator[Callable[[str], str]]:
    """Runs a program against a server that gives every client the same state; answers its standard error."""

    def start(program: str) -> str:
        done = subprocess.run(
            [
                sys.executable,
                "-X",
                "dev",
                "-W",
                "error",
                "-c",
                HEAD + program,
                server.target,
                f"{tmp_path}/cache",
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            # gRPC's own fork handlers now and then crash a child of a process that runs grpc.aio
            # (docs/python-sdk.md).
            env={**os.environ, "GRPC_ENABLE_FORK_SUPPORT": "0"},
        )
        assert done.returncode == 0, done.stderr
        return done.stderr

    with ThreadPoolExecutor(1) as pool:
        serving = pool.submit(_serve, server)
        yield start
    serving.result()


def _serve(server: ScriptedServer) -> None:
    server.accept(60).send(*state_responses([setting("a", 1)], 1))


@pytest.mark.parametrize(
    "program",
    [
        CLOSED,
        CONTEXT,
        DROPPED,
        NEVER_CLOSED,
        ASYNC_CLOSED,
        ASYNC_CONTEXT,
        ASYNC_CANCELLED,
        ASYNC_NEVER_CLOSED,
    ],
    ids=[
        "closed",
        "context",
        "dropped",
        "never closed",
        "asyncio closed",
        "asyncio context",
        "asyncio cancelled",
        "asyncio never closed",
    ],
)
def test_client_leaves_nothing_behind(run: Callable[[str], str], program: str) -> None:
    assert run(program) == ""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("program", [FORKED, FORKED_LOOP], ids=["sync", "asyncio"])
def test_client_notices_a_fork_and_says_what_to_do(run: Callable[[str], str], program: str) -> None:
    said = [line for line in run(program).splitlines() if line.startswith("ERROR:vexil.client:")]
    assert len(said) == 1
    assert "made before the process forked" in said[0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_client_that_was_not_started_may_be_used_after_a_fork(run: Callable[[str], str]) -> None:
    assert run(FORKED_BEFORE_START) == ""


@pytest.mark.parametrize("action", [pickle.dumps, copy.copy, copy.deepcopy])
async def test_client_refuses_to_be_pickled_or_copied(action: Callable[[object], object]) -> None:
    arguments: ClientArguments = {"namespace": "shop", "environment": "prod"}
    async with AsyncRemoteClient("127.0.0.1:1", **arguments) as asynchronous:
        with RemoteClient("127.0.0.1:1", **arguments) as remote:
            local = Client("127.0.0.1:1", **arguments)
            for client in (local, AsyncClient("127.0.0.1:1", **arguments), remote, asynchronous):
                name = type(client).__name__
                with pytest.raises(TypeError, match=f"a {name} can't be pickled or copied"):
                    action(client)
