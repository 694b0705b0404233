"""Where the bearer token of each call comes from."""

import logging
from typing import Any, Protocol

import grpc

from vexil.client.rpc.endpoint import Endpoint, can_be_sent
from vexil.secrets import Policy, Resolver, SecretError, SecretReference, SecretUnusable

log = logging.getLogger("vexil.client")

_TTL = 60.0
"""Seconds for which a kept token is used: with that much overlap, a rotation goes unnoticed."""


class Token(Protocol):
    """Gives the token. For any number of threads."""

    def at_hand(self) -> str | None:
        """The token, if `current` would not block."""
        ...

    def current(self) -> str:
        """The token; empty: there is none to be had, and the log says why. May block some seconds."""
        ...


class GivenToken:
    """One that never changes."""

    def __init__(self, text: str) -> None:
        self._text = text

    def at_hand(self) -> str:
        """The token."""
        return self._text

    def current(self) -> str:
        """The token."""
        return self._text


class KeptToken:
    """What a reference leads to, looked at again every minute."""

    def __init__(self, uri: str, resolver: Resolver | None = None) -> None:
        self._reference = SecretReference(uri)
        self._resolver = resolver or Resolver(Policy(ttl=_TTL))
        self._told = ""

    def at_hand(self) -> str | None:
        """The token, while it is current."""
        secret = self._resolver.at_hand(self._reference)
        return None if secret is None or not can_be_sent(secret.data) else secret.text

    def current(self) -> str:
        """The token, or the one before while there is no newer one."""
        try:
            secret = self._resolver.resolve(self._reference)
            if not can_be_sent(secret.data):
                raise SecretUnusable("the token is empty, or has characters that none has")
        except SecretError as error:
            if error.message != self._told:
                self._told = error.message
                log.warning("calls go without a token: %r", error.message)
            return ""
        self._told = ""
        return secret.text


class KeptTokenPlugin(grpc.AuthMetadataPlugin):
    """Puts a kept token on each call over TLS; gRPC calls it in a thread of its own."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def __call__(self, context: grpc.AuthMetadataContext, callback: grpc.AuthMetadataPluginCallback) -> None:
        """Calls back with the metadata."""
        callback(authorization(self._token.current()), None)


def token_of(endpoint: Endpoint) -> Token | None:
    """The endpoint's token; None: it has none."""
    if endpoint.token_from is not None:
        return KeptToken(endpoint.token_from)
    return None if endpoint.token is None else GivenToken(endpoint.token)


def authorization(token: str) -> tuple[tuple[str, Any], ...]:
    """The metadata that a token travels in; none for an empty one."""
    return (("authorization", f"Bearer {token}"),) if token else ()
