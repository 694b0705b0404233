"""Calls to a Vexil server: where it is, channels to it, typed stubs, and its errors as `VexilError`."""

from vexil.client.rpc.channel import open_aio_channel, open_channel
from vexil.client.rpc.endpoint import DEFAULT_TARGET, Endpoint, Tls
from vexil.client.rpc.errors import to_vexil_error
from vexil.client.rpc.stubs import (
    AccessStub,
    AdminStub,
    AioAccessStub,
    AioAdminStub,
    AioAuditStub,
    AioConfigStub,
    AioConnectStub,
    AioUserStub,
    AuditStub,
    ConfigStub,
    ConnectStub,
    UserStub,
)

__all__ = [
    "DEFAULT_TARGET",
    "AccessStub",
    "AdminStub",
    "AioAccessStub",
    "AioAdminStub",
    "AioAuditStub",
    "AioConfigStub",
    "AioConnectStub",
    "AioUserStub",
    "AuditStub",
    "ConfigStub",
    "ConnectStub",
    "Endpoint",
    "Tls",
    "UserStub",
    "open_aio_channel",
    "open_channel",
    "to_vexil_error",
]
