"""What one run of a command works with: the options resolved, and a connection to the server."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from uuid import uuid4

from cyclopts import Parameter

from vexil.server.cli import contexts, logins
from vexil.server.cli.contexts import Context, Contexts
from vexil.server.cli.options import FromVariable, Options
from vexil.server.cli.terminal import Terminal
from vexil.server.cli.usage import UsageError

if TYPE_CHECKING:
    import grpc

    from vexil.client.rpc import AccessStub, AdminStub, ConfigStub, ConnectStub, Endpoint, Tls, UserStub
    from vexil.v1.user_service_pb2 import SessionTokens

Response = TypeVar("Response")

_PAGE = 1000
"""Items asked for at a time: as many as the contract allows."""


class Session:
    """Options, in the precedence flag, environment variable, context, default; and the stubs.

    Nothing is read or opened before it is used. The one who makes a session closes it. `metadata` goes with
    every call: an id that finds them in the server's log.
    """

    def __init__(self, options: Options, terminal: Terminal, *, anonymous: bool = False) -> None:
        """`anonymous`: whatever token there is, it is not sent."""
        self.options = options
        self.anonymous = anonymous
        self.terminal = terminal
        self.metadata = (("x-request-id", uuid4().hex),)

    @cached_property
    def config_path(self) -> Path:
        """Where the configuration file is, or would be."""
        return self.options.config_file or contexts.default_path()

    @cached_property
    def contexts(self) -> Contexts:
        """What the configuration file says."""
        return contexts.load(self.config_path)

    @cached_property
    def context(self) -> Context:
        """The context in use."""
        return self.contexts.get(self.options.context)

    @property
    def context_name(self) -> str | None:
        """The name of the context in use; None when none is."""
        return self.options.context or self.contexts.current

    @property
    def said(self) -> Context:
        """What the options and variables say, as a context of its own."""
        options = self.options
        return Context(
            target=options.target or None,
            namespace=_plain(options.namespace),
            environment=_plain(options.environment),
            token=options.token,
            tls=options.tls,
            tls_ca_file=_absolute(options.tls_ca_file),
            tls_certificate_file=_absolute(options.tls_certificate_file),
            tls_key_file=_absolute(options.tls_key_file),
            tls_server_name=options.tls_server_name,
        )

    @property
    def namespace(self) -> str:
        """The namespace to work in. Raises UsageError when nobody says."""
        return _required("namespace", "-n", self.default_namespace)

    @property
    def environment(self) -> str:
        """The environment to work in. Raises UsageError when nobody says."""
        return _required("environment", "-e", self.default_environment)

    @property
    def default_namespace(self) -> str | None:
        """The namespace, where one is said."""
        return _plain(self.options.namespace) or self.context.namespace

    @property
    def default_environment(self) -> str | None:
        """The environment, where one is said."""
        return _plain(self.options.environment) or self.context.environment

    @property
    def named_namespace(self) -> str:
        """The namespace that a flag names; empty when only a variable or the context does."""
        return _named(self.options.namespace)

    @property
    def named_environment(self) -> str:
        """The environment that a flag names; empty when only a variable or the context does.

        Where a command is about everything unless told otherwise, only what was said on the spot tells it: a
        backup, for example, must not depend on a variable.
        """
        return _named(self.options.environment)

    @cached_property
    def endpoint(self) -> "Endpoint":
        """The server. Raises InvalidRequest for options that don't fit together."""
        from vexil.client.rpc import DEFAULT_TARGET, Endpoint  # noqa: PLC0415 - gRPC only where it is used

        # A context's credentials are for its own server: they never go to another one.
        # An empty variable says nothing.
        own = self.context if (self.options.target or None) in {None, self.context.target} else Context()
        return Endpoint(
            target=self.options.target or own.target or DEFAULT_TARGET,
            tls=self._tls(own),
            token=None if self.anonymous else self.options.token or self._token(own),
        )

    @cached_property
    def channel(self) -> "grpc.Channel":
        """The connection; made with the first call."""
        from vexil.client.rpc import open_channel  # noqa: PLC0415 - gRPC only where it is used

        # gRPC's core writes its own warnings to stderr, beside the error that is shown for them.
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")
        return open_channel(self.endpoint)

    @cached_property
    def config(self) -> "ConfigStub":
        """The data plane."""
        from vexil.client.rpc import ConfigStub  # noqa: PLC0415 - gRPC only where it is used

        return ConfigStub(self.channel)

    @cached_property
    def admin(self) -> "AdminStub":
        """The control plane."""
        from vexil.client.rpc import AdminStub  # noqa: PLC0415 - gRPC only where it is used

        return AdminStub(self.channel)

    @cached_property
    def access(self) -> "AccessStub":
        """Who may do what."""
        from vexil.client.rpc import AccessStub  # noqa: PLC0415 - gRPC only where it is used

        return AccessStub(self.channel)

    @cached_property
    def users(self) -> "UserStub":
        """People with passwords."""
        from vexil.client.rpc import UserStub  # noqa: PLC0415 - gRPC only where it is used

        return UserStub(self.channel)

    @cached_property
    def connect(self) -> "ConnectStub":
        """What contact flows ask."""
        from vexil.client.rpc import ConnectStub  # noqa: PLC0415 - gRPC only where it is used

        return ConnectStub(self.channel)

    def call(self, method: Callable[..., Response], request: Any) -> Response:
        """The answer of a unary call within the time allowed. Raises VexilError."""
        with self.errors():
            return method(request, timeout=self.options.timeout, metadata=self.metadata)

    def pages(self, method: Callable[..., Response], request: Any) -> Iterator[Response]:
        """Every page of a list, as they are asked for; `request` is changed on the way. Raises VexilError."""
        request.page_size = _PAGE
        while True:
            page = self.call(method, request)
            yield page
            request.page_token = page.next_page_token  # type: ignore[attr-defined]  # every list has it
            if not request.page_token:
                return

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turns what a call inside raises into the VexilError that it stands for."""
        import grpc  # noqa: PLC0415 - gRPC only where it is used

        from vexil.client.rpc import to_vexil_error  # noqa: PLC0415

        try:
            yield
        except grpc.RpcError as error:
            failure = to_vexil_error(error, self.endpoint.target)
            failure.metadata.setdefault("request_id", self.metadata[0][1])
            raise failure from error

    @contextmanager
    def as_nobody(self) -> "Iterator[Session]":
        """A session of the same options that sends no token, for who is about to get one or to give it back.

        Raises InvalidRequest where what it sends could be read on the way.
        """
        session = Session(self.options, self.terminal, anonymous=True)
        session.endpoint.require_privacy("tls", "a password or token")
        try:
            yield session
        finally:
            session.close()

    def close(self) -> None:
        """Closes what was opened."""
        if "channel" in self.__dict__:
            self.channel.close()

    def _token(self, own: Context) -> str | None:
        """The context's token; who has logged in gets another one when it ends."""
        name = self.context_name
        if name is None or not logins.is_due(own):
            return own.token
        return logins.renew(self.config_path, name, lambda token: self._refreshed(own, token)).token

    def _refreshed(self, own: Context, token: str) -> "SessionTokens":
        import grpc  # noqa: PLC0415 - gRPC only where it is used

        from vexil.client.rpc import (  # noqa: PLC0415
            DEFAULT_TARGET,
            Endpoint,
            UserStub,
            open_channel,
            to_vexil_error,
        )
        from vexil.v1.user_service_pb2 import RefreshRequest  # noqa: PLC0415

        target = own.target or DEFAULT_TARGET
        request = RefreshRequest(refresh_token=token)
        try:
            endpoint = Endpoint(target, self._tls(own))
            endpoint.require_privacy("tls", "the session's token")
            with open_channel(endpoint) as channel:
                return UserStub(channel).refresh(request, timeout=self.options.timeout).tokens
        except grpc.RpcError as error:
            raise to_vexil_error(error, target) from error

    def _tls(self, own: Context) -> "Tls | None":
        from vexil.client.rpc import Tls  # noqa: PLC0415 - gRPC only where it is used

        ca_file = self.options.tls_ca_file or own.tls_ca_file
        certificate = self.options.tls_certificate_file or own.tls_certificate_file
        key = self.options.tls_key_file or own.tls_key_file
        wanted = self.options.tls if self.options.tls is not None else own.tls
        if wanted is None:
            wanted = bool(ca_file or certificate or key)
        if not wanted:
            return None
        return Tls(
            ca_file=Path(ca_file) if ca_file else None,
            certificate_file=Path(certificate) if certificate else None,
            key_file=Path(key) if key else None,
            server_name=self.options.tls_server_name or own.tls_server_name,
        )


Injected = Annotated[Session, Parameter(parse=False)]
"""The type of a command's parameter that gets the session instead of something from the command line."""


def _named(value: str | None) -> str:
    return "" if value is None or isinstance(value, FromVariable) else value


def _plain(value: str | None) -> str | None:
    # Writers of files take a str, and none of its subclasses.
    return None if value is None else str(value)


def _absolute(path: Path | None) -> str | None:
    # The context is used from other directories later.
    return None if path is None else str(path.absolute())


def _required(what: str, flag: str, value: str | None) -> str:
    if value:
        return value
    raise UsageError(
        f"No {what} is given.",
        f"Say {flag} NAME, set VEXIL_{what.upper()}, or keep one in a context: "
        f"`vexil config set-context NAME --{what} …`.",
    )
