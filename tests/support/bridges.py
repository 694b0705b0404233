"""Bridges for tests, and servers that fail in ways a real one can't be made to."""

import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import grpc

from vexil.bridge.bridge import Bridge
from vexil.bridge.cache import ConfigurationCache
from vexil.bridge.settings import Settings

PATIENT: dict[str, Any] = {"budget": 60.0, "attempt": 30.0, "hedge_after": 20.0}
"""For what is not about time: machines may be busy."""

HURRIED: dict[str, Any] = {"budget": 1.0, "attempt": 0.2, "hedge_after": 0.05}
"""For what will not answer however long one waits."""


@contextmanager
def bridge_to(target: str, *, cache: ConfigurationCache | None = None, **settings: Any) -> Iterator[Bridge]:
    """A bridge to a server in plain text, unless told otherwise; it looks at contact-centre/prod."""
    wanted = {
        "namespace": "contact-centre",
        "environment": "prod",
        "plaintext": True,
        **PATIENT,
        **settings,
    }
    bridge = Bridge(Settings(target, **wanted), cache=cache)
    try:
        yield bridge
    finally:
        bridge.close()


class Refusing(grpc.GenericRpcHandler):
    """Ends every call with one status; remembers the last one's metadata."""

    def __init__(self, code: grpc.StatusCode) -> None:
        self.code = code
        self.calls = 0
        self.metadata: dict[str, str | bytes] = {}

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        def refuse(_request: bytes, context: grpc.ServicerContext) -> bytes:
            self.calls += 1
            self.metadata = dict(context.invocation_metadata())
            context.abort(self.code, "no")

        return grpc.unary_unary_rpc_method_handler(refuse)


class Hesitant(grpc.GenericRpcHandler):
    """Answers every call with these bytes, but the first only when it is told to."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._calls = itertools.count()
        self.go_on = threading.Event()

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        def answer(_request: bytes, _context: grpc.ServicerContext) -> bytes:
            if next(self._calls) == 0:
                self.go_on.wait()
            return self._answer

        return grpc.unary_unary_rpc_method_handler(answer)


@contextmanager
def hesitant_server(answer: bytes) -> Iterator[str]:
    """A server that keeps its first caller waiting until the end of the block."""
    handler = Hesitant(answer)
    with _serving(handler) as target:
        try:
            yield target
        finally:
            handler.go_on.set()


@contextmanager
def refusing_server(code: grpc.StatusCode) -> Iterator[tuple[str, Refusing]]:
    """A server that answers everything with that code; where it is, and what it has seen."""
    handler = Refusing(code)
    with _serving(handler) as target:
        yield target, handler


@contextmanager
def _serving(handler: grpc.GenericRpcHandler) -> Iterator[str]:
    with ThreadPoolExecutor(4) as workers:
        server = grpc.server(workers, handlers=[handler])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield f"127.0.0.1:{port}"
        finally:
            server.stop(None).wait()


@contextmanager
def black_hole() -> Iterator[str]:
    """An address where connections are made, and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        host, port = listener.getsockname()
        yield f"{host}:{port}"


def nobody() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host, port = listener.getsockname()
    return f"{host}:{port}"


@contextmanager
def slow_redis(answer: Callable[[bytes], bytes | None]) -> Iterator[str]:
    """A Redis that answers what it is asked with that; None: never. Its URL."""
    open_ones: list[socket.socket] = []

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            open_ones.append(connection)
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    def talk(connection: socket.socket) -> None:
        try:
            while asked := connection.recv(65536):
                said = answer(asked)
                if said is not None:
                    connection.sendall(said)
        except OSError:
            pass

    listener = socket.create_server(("127.0.0.1", 0))
    acceptor = threading.Thread(target=serve, args=(listener,), daemon=True)
    acceptor.start()
    try:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join()
        for connection in open_ones:
            connection.close()


class Way:
    """A TCP way to a server, that can swallow what travels on it: connections stay open, nothing arrives."""

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition(":")
        self._server = (host, int(port))
        self._swallowing = threading.Event()
        self._dead: set[socket.socket] = set()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "{}:{}".format(*self._listener.getsockname())
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def black_hole(self) -> None:
        """From now on nothing arrives."""
        self._swallowing.set()

    def heal_for_new_connections(self) -> None:
        """Those that were open stay dead."""
        self._dead.update(self._open)
        self._swallowing.clear()

    def close(self) -> None:
        """Ends it all."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join()
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            self._open += (client, server)
            for pair in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if not self._swallowing.is_set() and source not in self._dead:
                    sink.sendall(data)


@contextmanager
def proxy_thread(target: str) -> Iterator[Way]:
    """A way to a server."""
    way = Way(target)
    try:
        yield way
    finally:
        way.close()
