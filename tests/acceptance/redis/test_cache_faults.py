"""A Redis that is away, frozen, slow or not Redis at all: every call is answered, and few of them wait."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.support.caches import KEY, Reader
from tests.support.engines.redis import redis_process
from vexil.bridge.cache import ConfigurationCache

CALLS = 1000


def test_frozen_redis_costs_one_wait_and_then_nothing() -> None:
    with redis_process() as server, Reader(server.url, timeout=0.1) as reader:
        settle(reader)
        os.kill(server.process.pid, signal.SIGSTOP)
        before, attempts = reader.waits, 0
        for _ in range(CALLS):
            assert reader.get() is None
            attempts += reader.beside.run()
            reader.put(7)
        assert reader.waits == before + 1
        # Beside the callers: one attempt at once, and the next after a pause, when the clock says so.
        assert attempts == 1
        reader.seconds += 10
        assert reader.get() is None
        assert len(reader.beside.waiting) == 1
        os.kill(server.process.pid, signal.SIGCONT)
        settle(reader)


def test_killed_redis_costs_one_failure_and_the_next_one_is_found_again() -> None:
    with redis_process() as server, Reader(server.url) as reader:
        settle(reader)
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        before = reader.waits
        for _ in range(CALLS):
            assert reader.get() is None
            reader.beside.run()
        assert reader.waits == before + 1
        with redis_process(server.port):
            settle(reader)


def test_redis_that_was_never_there_is_a_miss(unused_port: int) -> None:
    reader = Reader(f"redis://127.0.0.1:{unused_port}")
    for _ in range(CALLS):
        assert reader.get() is None
        reader.put(7)
    assert reader.waits == 0


def test_loss_is_logged_once(unused_port: int, caplog: pytest.LogCaptureFixture) -> None:
    reader = Reader(f"redis://user:hush@127.0.0.1:{unused_port}")
    with caplog.at_level(logging.DEBUG):
        for _ in range(50):
            reader.seconds += 10
            reader.get()
            reader.beside.run()
    assert len(caplog.records) == 1
    assert "hush" not in caplog.text


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\xff" * 10_000,
        b"$99999999999\r\n",
        b"$-7\r\n",
        b":x\r\n",
        b"*1\r\n",
        b"",
    ],
)
def test_something_else_than_redis_is_a_miss(answer: bytes) -> None:
    with talker(lambda _: answer) as url:
        reader = Reader(url)
        reader.beside.run()
        assert reader.get() is None
        assert reader.waits == 0


@pytest.mark.parametrize("rest", [b"$5\r\nab", b"$2\r\nabXX", b"+", b"!\r\n", b"$1048577\r\n"])
def test_broken_answer_is_a_miss_and_ends_the_connection(rest: bytes) -> None:
    with (
        talker(lambda request: b"+PONG\r\n" if b"PING" in request else rest) as url,
        Reader(url, timeout=0.1) as reader,
    ):
        assert reader.get() is reader.get() is None
        assert reader.waits == 1


def test_threads_share_a_cache_whose_connection_is_made_beside_them() -> None:
    with redis_process() as server:
        cache = ConfigurationCache.open(server.url)
        threads = [threading.Thread(target=lambda: [cache.get(KEY) for _ in range(100)]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        cache.close()


def settle(reader: Reader) -> None:
    """Lets pauses pass until what is put is found."""
    for _ in range(100):
        reader.seconds += 10
        reader.get()
        reader.beside.run()
        reader.put(7)
        if reader.get() == (7, b"v"):
            return
    raise AssertionError("the reader does not recover")


@contextmanager
def talker(answer: Callable[[bytes], bytes]) -> Iterator[str]:
    """A server that answers whatever it is sent; an empty answer closes the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_talk, args=(listener, answer), daemon=True)
        thread.start()
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def _talk(listener: socket.socket, answer: Callable[[bytes], bytes]) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            while request := client.recv(65536):
                reply = answer(request)
                client.sendall(reply)
                if not reply:
                    break


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
