"""The Vexil SDK: settings and flags from your own memory, always current.

`Client` is for programs with threads, `AsyncClient` for asyncio; `RemoteClient` and `AsyncRemoteClient` hold
nothing and call the server for each read. `vexil.client.testing` has clients for tests without a server,
`vexil.client.openfeature` a provider for OpenFeature, `vexil.client.rpc` the bare API.
"""

from vexil.client.aio_client import AsyncClient
from vexil.client.binding import Bound
from vexil.client.bound_fields import Key
from vexil.client.change import Change
from vexil.client.change_stream import ChangeStream
from vexil.client.client import Client
from vexil.client.options import ClientArguments
from vexil.client.remote import AsyncRemoteClient, RemoteClient
from vexil.client.replica.backoff import BackoffPolicy
from vexil.client.rpc.endpoint import Endpoint, Tls
from vexil.client.state import ClientState
from vexil.client.subscriber import Subscriber
from vexil.client.watches import Watch
from vexil.core.errors import Reason, VexilError
from vexil.core.evaluation import (
    ErrorCode,
    Evaluation,
    EvaluationContext,
    EvaluationReason,
    Explanation,
)
from vexil.core.resource import Kind
from vexil.core.selector import Selector
from vexil.core.value import SecretReference

__all__ = [
    "AsyncClient",
    "AsyncRemoteClient",
    "BackoffPolicy",
    "Bound",
    "Change",
    "ChangeStream",
    "Client",
    "ClientArguments",
    "ClientState",
    "Endpoint",
    "ErrorCode",
    "Evaluation",
    "EvaluationContext",
    "EvaluationReason",
    "Explanation",
    "Key",
    "Kind",
    "Reason",
    "RemoteClient",
    "SecretReference",
    "Selector",
    "Subscriber",
    "Tls",
    "VexilError",
    "Watch",
]
