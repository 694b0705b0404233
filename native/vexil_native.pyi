"""A gRPC server over HTTP/2 whose handlers are Python functions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

class Call:
    """A call, as its handler may ask about it."""

    @property
    def authorization(self) -> tuple[str, ...]:
        """All `authorization` headers; one that is no text is an empty one."""

    @property
    def certificate(self) -> bytes | None:
        """The client's certificate, in DER, where it showed one."""

    @property
    def remembered(self) -> Any:
        """What `remember` was last given on this connection; None where that call showed other credentials.

        They are the same where the connection and all `authorization` headers are, byte by byte.
        """

    def remember(self, recognised: object) -> None:
        """Keeps this, in place of what was kept, for calls on the connection that show the same."""

    @property
    def peer(self) -> str:
        """Where the call comes from, such as `ipv4:127.0.0.1:51234`."""

    @property
    def metadata(self) -> Mapping[str, str]:
        """The call's text metadata; names in lower case."""

    @property
    def time_remaining(self) -> float | None:
        """Seconds until the deadline; None: there is none."""

    def header(self, name: str) -> str | None:
        """One text header; None where there is none, or it is no text."""

class SharedHistory:
    """A history that many streams are delivered from."""

    def __new__(cls, head: int, progress: bytes, max_events: int, max_bytes: int) -> Self:
        """Complete and empty at a revision; `progress` is the message that says so.

        It keeps so many events, and bytes of them together; the newest whatever its size.
        """

    def append(self, revision: int, messages: Sequence[bytes], progress: bytes) -> None:
        """Adds the newest revision: its messages, which followers get now, and its own progress message."""

    def advance(self, revision: int, progress: bytes) -> None:
        """Nothing is missing up to a revision either: who asks, or has heard nothing for long, is told."""

    def announce(self) -> None:
        """Tells everybody how far the history is."""

    def end(self) -> None:
        """Hands every follower back to Python."""

class Outbound:
    """A handler's way to its caller. Methods may be called from any thread, and never block."""

    def listen(self, listener: Callable[[str, int], object]) -> None:
        """Names who is called, in the transport's thread, with an event and a position.

        `ready`: there is room again after `send` said that there is none. `left`: the history that was
        followed ended, or no longer reaches back to the position, up to which everything was told. `closed`:
        the caller is gone, or its deadline passed; nothing is called after that.
        """

    def send(self, message: bytes) -> bool:
        """Sends a message; whether there is room for another one."""

    def follow(self, history: SharedHistory, position: int, interval: float) -> None:
        """Sends from a history, after what was sent before.

        The subscriber was told of everything up to `position`; silence lasts at most `interval` seconds.
        """

    def ask(self) -> None:
        """Has progress told as soon as everything is delivered that there is.

        Where no history is followed: once one is.
        """

    def finish(self) -> None:
        """Ends the stream well, after all that was sent."""

    def fail(self, code: int, message: str, details: bytes, request_id: str) -> None:
        """Ends the stream with a status; `details` is an encoded `google.rpc.Status`."""

class Inbound:
    """The requests of one stream."""

    def resume(self) -> None:
        """Asks for more after the receiver said that it wants none."""

class Server:
    """One server: bound when it is made, serving while `run` runs."""

    def __new__(
        cls,
        address: str,
        methods: Sequence[tuple[str, str, Callable[..., object]]],
        unknown: Callable[[str, Call], tuple[int, str, bytes, str]],
        *,
        certificates: Callable[[], tuple[bytes, bytes, bytes | None] | None] | None,
        reuse_port: bool,
        max_message_bytes: int,
        max_streams_per_connection: int,
        max_connections: int,
        max_header_bytes: int,
        handshake_timeout: float,
        keepalive_interval: float,
        keepalive_timeout: float,
    ) -> Self:
        """Listens on `address`.

        Times are in seconds; `handshake_timeout` is from the first byte of a connection to the last of its
        preface.

        `methods` are (path, shape, handler). Shapes: `direct`, whose handler takes the request and the call,
        and answers at once with bytes or with (code, message, details, request id); `started`, whose handler
        also takes an Outbound; `bidirectional`, whose handler takes the call, an Outbound and an Inbound, and
        answers with the function that takes each request, None at their end, and says whether it wants more.

        `certificates` None is plain text. Otherwise it is called for each new connection and answers the PEM
        texts of chain, key and client authorities, or None where nothing has changed; the first time they are
        needed. Raises OSError for an address that can't be had, ValueError for certificates that can't be
        used.
        """

    @property
    def port(self) -> int:
        """The port that was taken."""

    @property
    def connections(self) -> int:
        """Connections that are open."""

    def run(self) -> None:
        """Serves, in the calling thread, until `stop`. Once only."""

    def stop(self, grace: float) -> None:
        """Takes no more connections, and lets those that are there finish.

        `run` returns after `grace` seconds at the latest.
        """
