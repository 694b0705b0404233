"""A server process that ends, in whatever way, and what its clients find afterwards."""

import asyncio
import random
import signal
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest

from tests.support.backend import put
from tests.support.certificates import Authority
from tests.support.fleet import Fleet, fleet
from tests.support.server import server_process
from vexil.client.rpc import AioConfigStub, Endpoint, Tls, open_aio_channel
from vexil.v1.config_service_pb2 import EvaluateRequest
from vexil.v1.watch_pb2 import STREAM_END_REASON_DRAINING


async def write_until_killed(writer: Fleet, round_: int, acknowledged: dict[str, int]) -> None:
    """Commits one by one; what is answered is acknowledged."""
    for i in range(10_000):
        key = f"key-{round_}-{i}"
        try:
            acknowledged[key] = await writer.commit(put(key, "x"), request_id=key)
        except grpc.aio.AioRpcError:
            return


@pytest.mark.timeout(300)
async def test_kill_loses_no_acknowledged_commit_and_no_watcher_its_place(tmp_path: Path) -> None:
    database, acknowledged, dice = tmp_path / "vexil.db", dict[str, int](), random.Random(7)
    token, seen = b"", dict[str, int]()
    for round_ in range(5):
        with server_process(database) as server:
            async with fleet(server.target) as client:
                if round_ == 0:
                    await client.create()
                watcher = client.watch(resume_token=token) if token else client.watch()
                writing = asyncio.create_task(write_until_killed(client, round_, acknowledged))
                following = asyncio.create_task(follow(watcher, seen))
                while not any(key.startswith(f"key-{round_}-") for key in seen):
                    await asyncio.wait({following}, timeout=0.01)
                await asyncio.wait({following}, timeout=dice.uniform(0, 0.2))
                await asyncio.to_thread(server.kill)
                writing.cancel()  # a commit that has no answer may have been made, or not
                await asyncio.gather(writing, following, return_exceptions=True)
                token = watcher.token
    with server_process(database) as server:
        async with fleet(server.target) as client:
            watcher = client.watch(resume_token=token)
            following = asyncio.create_task(follow(watcher, seen))
            last = await client.commit(put("last", "x"))
            while seen.get("last") != last:
                await asyncio.wait({following}, timeout=0.01)
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            await watcher.close()
    assert acknowledged
    assert {key: seen.get(key) for key in acknowledged} == acknowledged


async def follow(watcher: Any, seen: dict[str, int]) -> None:
    """Notes at which revision each key arrived; the watcher refuses a revision twice or out of order."""
    while True:
        message = await watcher.next()
        for change in message.delta.changes:
            assert change.id.key not in seen, "delivered twice"
            seen[change.id.key] = message.revision
        for state in message.state_chunk.resources:
            seen.setdefault(state.id.key, state.revision)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signal_drains_and_ends_with_zero(number: signal.Signals) -> None:
    with server_process() as server:
        async with fleet(server.target) as client:
            await client.create()
            watcher = client.watch()
            await watcher.until(1)
            server.process.send_signal(number)
            end = (await watcher.next()).end
            assert end.reason == STREAM_END_REASON_DRAINING
        assert await asyncio.to_thread(server.process.wait, 30) == 0
    assert [line["event"] for line in server.lines] == ["serving", "draining", "stopped"]


async def test_start_up_line_says_what_there_is(tmp_path: Path) -> None:
    with server_process(tmp_path / "vexil.db", health_listen="127.0.0.1:0") as server:
        line = server.wait_for("serving")
    assert line["store"] == f"sqlite:{tmp_path / 'vexil.db'}"
    assert (line["tls"], line["processes"]) == ("off", 1)
    assert line["version"]


async def test_tls_from_files_in_a_process(tmp_path: Path) -> None:
    authority = Authority()
    certificate, key, trusted = (tmp_path / name for name in ("tls.crt", "tls.key", "ca.crt"))
    authority.issue("server").write(certificate, key)
    trusted.write_bytes(authority.pem)
    with server_process(cert_file=certificate, key_file=key) as server:
        assert server.wait_for("serving")["tls"] == "tls"
        endpoint = Endpoint(server.target, Tls(ca_file=trusted))
        async with open_aio_channel(endpoint) as channel:
            with pytest.raises(grpc.aio.AioRpcError) as raised:
                await AioConfigStub(channel).evaluate(
                    EvaluateRequest(namespace="shop", environment="prod", key="x"), timeout=30
                )
            assert raised.value.code() is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"listen": "0.0.0.0:0"}, "listen: other machines can reach 0.0.0.0:0"),
        ({"store": "sqlite:/nowhere/vexil.db"}, "/nowhere"),
        ({"listen": "127.0.0.1:1", "cert_file": "/nowhere.crt", "key_file": "/nowhere.key"}, "cert_file"),
    ],
    ids=["plain-text", "store", "certificate"],
)
async def test_server_that_cannot_start_says_why_and_fails(settings: dict[str, Any], said: str) -> None:
    with server_process(**settings) as server:
        assert await asyncio.to_thread(server.process.wait, 60) != 0
    text = " ".join(str(line) for line in server.lines)
    assert said in text
    assert "Traceback" not in text


async def test_address_in_use_is_named() -> None:
    with server_process() as first, server_process(listen=first.target) as second:
        assert await asyncio.to_thread(second.process.wait, 60) != 0
        text = " ".join(str(line) for line in second.lines)
        assert first.target in text
        assert "Traceback" not in text
