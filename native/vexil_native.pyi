"""A gRPC server over HTTP/2 whose handlers are Python functions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Self

class Call:
    """A call, as its handler may ask about it."""

    @property
    def certificate(self) -> bytes | None:
        """The client's certificate, in DER, where it showed one."""

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

class Frame:
    """A message that many streams send: framed once."""

    def __new__(cls, message: bytes) -> Self: ...

class SharedHistory:
    """A history that many streams are delivered from. It is complete above its floor."""

    def __new__(cls, floor: int, progress: bytes) -> Self:
        """Complete and empty at a revision; `progress` is the message that says so."""

    def append(self, revision: int, messages: Sequence[bytes], progress: bytes) -> None:
        """Adds the newest revision: its messages, which followers get now, and its own progress message."""

    def prepend(self, floor: int, events: Sequence[tuple[int, Sequence[bytes]]]) -> None:
        """Puts older revisions, oldest first, before those that are there."""

    def trim(self, floor: int) -> None:
        """Forgets events up to and with `floor`: who is below it has to be caught up."""

    def announce(self, revision: int, progress: bytes) -> None:
        """Tells everybody that nothing is missing up to a revision that had nothing for them."""

    def restart(self, revision: int, progress: bytes) -> None:
        """Goes on at a revision, without what led there: everybody below it has to be caught up."""

    def end(self) -> None:
        """Hands every follower back to Python, which says why."""

    @property
    def delivered(self) -> int:
        """Messages delivered to all followers so far."""

class Outbound:
    """A handler's way to its caller. Methods may be called from any thread, and never block."""

    def listen(self, listener: Callable[[str, int], object]) -> None:
        """Names who is called, in the transport's thread, with an event and a position.

        `ready`: there is room again after `send` said that there is none. `behind` and `ended`: the history
        that was followed no longer reaches back to the position, or ended. `closed`: the caller is gone, or
        its deadline passed; nothing is called after that.
        """

    def send(self, message: bytes | Frame) -> bool:
        """Sends a message; whether there is room for another one."""

    def follow(self, history: SharedHistory, position: int, told: int, interval: float) -> None:
        """Sends from a history, after what was sent before.

        The subscriber has all up to `position`, and was told so unless `told` is lower; silence lasts at most
        `interval` seconds.
        """

    def ask(self) -> None:
        """Has progress told at once."""

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
        """Listens on `address`. Times are in seconds; `handshake_timeout` is from the first byte of a connection
        to the last of its preface.

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
