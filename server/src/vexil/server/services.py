"""The RPCs that a server answers, as a table that any transport can register from."""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from vexil.core.errors import InvalidRequest, VexilError
from vexil.server.call import CallContext
from vexil.server.contract import checks_limits_itself, require_valid
from vexil.v1 import (
    access_service_pb2,
    admin_service_pb2,
    audit_service_pb2,
    config_service_pb2,
    connect_service_pb2,
    user_service_pb2,
)

CONFIG_SERVICE: ServiceDescriptor = config_service_pb2.DESCRIPTOR.services_by_name["ConfigService"]
CONNECT_SERVICE: ServiceDescriptor = connect_service_pb2.DESCRIPTOR.services_by_name["ConnectService"]
ADMIN_SERVICE: ServiceDescriptor = admin_service_pb2.DESCRIPTOR.services_by_name["AdminService"]
ACCESS_SERVICE: ServiceDescriptor = access_service_pb2.DESCRIPTOR.services_by_name["AccessService"]
AUDIT_SERVICE: ServiceDescriptor = audit_service_pb2.DESCRIPTOR.services_by_name["AuditService"]
USER_SERVICE: ServiceDescriptor = user_service_pb2.DESCRIPTOR.services_by_name["UserService"]


class MethodKind(Enum):
    """The shape of a call, and with it that of its handler; `call` is a `CallContext`."""

    UNARY = "unary"
    """`(request, call) -> response`, as a function or, where it waits for something, a coroutine function.

    The response may be bytes that are an encoded one already.
    """

    SERVER_STREAM = "server_stream"
    """`(request, call) -> AsyncGenerator` of responses, or of bytes that are encoded responses already.

    Where the call has a `follower`, it may also yield None: see there.
    """

    BIDI = "bidi"
    """`(AsyncIterator of requests, call) -> AsyncIterator` of responses; it checks each request itself.

    Where one refused request does not end the stream, a `Refused` stands for it among the requests.
    """


@dataclass(frozen=True, slots=True)
class Refused:
    """A request of a stream that its caller may not make: nothing of it is done, only answered."""

    request: Any
    error: VexilError


Admit = Callable[[CallContext, int], None]

Accept = Callable[[bytes, CallContext], Message]


@dataclass(frozen=True, slots=True)
class Method:
    """One RPC: its path on the wire (`/vexil.v1.ConfigService/Get`), its messages, and who answers.

    The handler itself checks the contract's limits of requests of up to `limits_left` bytes: of all in a
    stream, where it knows whether a bad one ends them all, and of those that `checks_limits` says.
    `admit` is asked before a request of so many bytes is read; it raises where none is taken now. `accept`
    reads requests in place of `decode`, and raises also for those that their caller may not make.
    """

    path: str
    kind: MethodKind
    request: type[Message]
    response: type[Message]
    handler: Callable[[Any, Any], Any]
    limits_left: int = -1
    admit: Admit | None = None
    accept: Accept | None = None

    def read(self, data: bytes, call: CallContext) -> Message:
        """As `decode`, for a request that is let in. Raises also what `admit` and `accept` raise."""
        if self.admit is not None:
            self.admit(call, len(data))
        return self.decode(data) if self.accept is None else self.accept(data, call)

    @property
    def reader(self) -> Accept:
        """`read`, or what it comes to for this method: each call takes that way."""
        return self.read if self.admit is not None or self.accept is None else self.accept

    def admitted_by(self, admit: Admit) -> "Method":
        """The method, with `admit` asked before each request, and before a stream of requests is opened.

        It is asked before whatever admits requests already.
        """
        if self.admit is not None:
            admit = _both(admit, self.admit)
        if self.kind is not MethodKind.BIDI:
            return replace(self, admit=admit)

        def open_stream(requests: Any, call: CallContext) -> Any:
            admit(call, 0)
            return self.handler(requests, call)

        return replace(self, admit=admit, handler=open_stream)

    def decode(self, data: bytes) -> Message:
        """The request that these bytes are, within the contract's limits.

        Raises InvalidRequest, also for bytes that are none: cut short, or with text that is not UTF-8.
        """
        try:
            request = self.request.FromString(data)
        except DecodeError:
            raise InvalidRequest(
                f"the request is not a readable {self.request.DESCRIPTOR.full_name}"
            ) from None
        if len(data) > self.limits_left:
            require_valid(request)
        return request


def _both(first: Admit, second: Admit) -> Admit:
    def admit(call: CallContext, size: int) -> None:
        first(call, size)
        second(call, size)

    return admit


def methods_of(service: ServiceDescriptor, handlers: object) -> Iterator[Method]:
    """The methods of a service; the attribute of `handlers` with its name in snake case answers each."""
    for method in service.methods:
        kind = _kind(method)
        handler = getattr(handlers, _attribute(method.name))
        yield Method(
            path=f"/{service.full_name}/{method.name}",
            kind=kind,
            request=GetMessageClass(method.input_type),
            response=GetMessageClass(method.output_type),
            handler=handler,
            limits_left=sys.maxsize if kind is MethodKind.BIDI else checks_limits_itself(handler),
        )


def _kind(method: MethodDescriptor) -> MethodKind:
    if method.client_streaming:
        return MethodKind.BIDI
    return MethodKind.SERVER_STREAM if method.server_streaming else MethodKind.UNARY


def _attribute(name: str) -> str:
    """`ListCommits` is `list_commits`; `Import`, a keyword, is `import_`."""
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    return "import_" if snake == "import" else snake
