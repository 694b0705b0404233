"""Channels to a server, with the options that suit long streams and short calls."""

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import grpc
import grpc.aio

from vexil.client.rpc.bearer import Bearer, aio_bearers
from vexil.client.rpc.endpoint import Endpoint, Tls
from vexil.client.rpc.token import GivenToken, KeptTokenPlugin, Token, token_of
from vexil.core.errors import InvalidRequest, Violation

_RETRIED = {
    "vexil.v1.ConfigService": (
        "Get",
        "List",
        "Evaluate",
        "EvaluateBatch",
        "Acknowledge",
        "RequestProgress",
        "Explain",
    ),
    "vexil.v1.AdminService": (
        "ListNamespaces",
        "ListEnvironments",
        "ListCommits",
        "GetCommit",
        "ListVersions",
        "Diff",
        "GetConvergence",
        "GetServerStatus",
    ),
}
"""Calls that change nothing, or the same thing twice. Streams are resumed by their readers instead."""

_SERVICE_CONFIG = json.dumps(
    {
        "methodConfig": [
            {
                "name": [
                    {"service": service, "method": method}
                    for service, methods in _RETRIED.items()
                    for method in methods
                ],
                "retryPolicy": {
                    "maxAttempts": 3,
                    "initialBackoff": "0.05s",
                    "maxBackoff": "0.5s",
                    "backoffMultiplier": 3,
                    "retryableStatusCodes": ["UNAVAILABLE"],
                },
            }
        ],
        "retryThrottling": {"maxTokens": 20, "tokenRatio": 0.2},
    }
)

CLIENT_NAME = f"vexil-python/{version('vexil')}"
"""What this library calls itself."""


def open_channel(endpoint: Endpoint) -> grpc.Channel:
    """A channel for threads; connects with the first call. The caller closes it.

    Raises InvalidRequest for a TLS file that can't be read.
    """
    token = token_of(endpoint)
    if endpoint.tls is None:
        channel = grpc.insecure_channel(endpoint.target, _options(endpoint))
        return channel if token is None else grpc.intercept_channel(channel, Bearer(token))
    return grpc.secure_channel(endpoint.target, _credentials(endpoint.tls, token), _options(endpoint))


def open_aio_channel(endpoint: Endpoint) -> grpc.aio.Channel:
    """A channel for the running event loop; otherwise as `open_channel`."""
    token = token_of(endpoint)
    if endpoint.tls is None:
        bearers = None if token is None else aio_bearers(token)
        return grpc.aio.insecure_channel(endpoint.target, _options(endpoint), interceptors=bearers)
    credentials = _credentials(endpoint.tls, token)
    return grpc.aio.secure_channel(endpoint.target, credentials, _options(endpoint))


def _options(endpoint: Endpoint) -> Sequence[tuple[str, Any]]:
    options: list[tuple[str, Any]] = [
        ("grpc.primary_user_agent", endpoint.user_agent or CLIENT_NAME),
        ("grpc.keepalive_time_ms", int(endpoint.keepalive_time * 1000)),
        ("grpc.keepalive_timeout_ms", int(endpoint.keepalive_timeout * 1000)),
        ("grpc.max_receive_message_length", endpoint.max_message_bytes),
        ("grpc.max_send_message_length", endpoint.max_message_bytes),
        ("grpc.service_config", _SERVICE_CONFIG),
        # gRPC's own pause between connection attempts stays below that of our streams, so that an attempt of
        # theirs is an attempt to connect.
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 1000),
    ]
    if endpoint.is_local:
        options.append(("grpc.enable_http_proxy", 0))
    if endpoint.tls is not None and endpoint.tls.server_name is not None:
        options.append(("grpc.ssl_target_name_override", endpoint.tls.server_name))
    return options


def _credentials(tls: Tls, token: Token | None) -> grpc.ChannelCredentials:
    channel = grpc.ssl_channel_credentials(
        _read("tls.ca_file", tls.ca_file),
        _read("tls.key_file", tls.key_file),
        _read("tls.certificate_file", tls.certificate_file),
    )
    match token:
        case None:
            return channel
        case GivenToken():
            calls = grpc.access_token_call_credentials(token.current())
        case _:
            calls = grpc.metadata_call_credentials(KeptTokenPlugin(token))
    return grpc.composite_channel_credentials(channel, calls)


def _read(field: str, path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InvalidRequest.of([Violation(field, f"{path}: {error.strerror}")]) from error
