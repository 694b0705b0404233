"""Small requests that would like to be large: the caller is told, and nobody else notices."""

import json
from typing import Any

import grpc
import grpc.aio
import pytest

from tests.support.server import running_server
from tests.support.transports import TRANSPORTS, require
from vexil.client.rpc import Endpoint, open_aio_channel
from vexil.core.errors import VexilError
from vexil.server.cli.jsonlines import read_states
from vexil.server.settings import TransportName
from vexil.v1.config_service_pb2 import EvaluateRequest

EVALUATE = "/vexil.v1.ConfigService/Evaluate"
STATUS = "/vexil.v1.AdminService/GetServerStatus"


def call(channel: Any, path: str, data: bytes = b"", **options: Any) -> Any:
    return channel.unary_unary(path)(data, **options)


def field(number: int, content: bytes) -> bytes:
    """A field of protobuf's wire format that holds bytes."""
    length, size = b"", len(content)
    while size > 127:
        length += bytes([size & 127 | 128])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + content


def nested_struct(levels: int) -> bytes:
    """An encoded Struct inside a Struct inside …, as no library would write it."""
    value = b""
    for _ in range(levels):
        entry = field(1, b"a") + field(2, field(5, value))
        value = field(1, entry)
    return value


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("levels", [50, 99, 500, 20_000])
async def test_structs_inside_structs_are_refused(transport: TransportName, levels: int) -> None:
    """CVE-2026-0994 is one of this kind."""
    require(transport)
    request = EvaluateRequest(namespace="shop", environment="prod", key="color")
    number = EvaluateRequest.DESCRIPTOR.fields_by_name["context"].number
    bomb = request.SerializeToString() + field(number, field(2, nested_struct(levels)))
    async with (
        running_server(transport=transport) as server,
        open_aio_channel(Endpoint(server.target)) as channel,
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call(channel, EVALUATE, bomb)
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert await call(channel, STATUS)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_oversized_metadata_is_refused(transport: TransportName) -> None:
    require(transport)
    async with (
        running_server(transport=transport) as server,
        open_aio_channel(Endpoint(server.target)) as channel,
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call(channel, STATUS, metadata=(("x-tenant", "x" * 200_000),))
        assert refused.value.code() in {grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNAVAILABLE}
        assert await call(channel, STATUS, wait_for_ready=True)


@pytest.mark.parametrize("levels", [100, 900, 100_000])
def test_json_of_an_export_that_is_nested_is_refused(levels: int) -> None:
    attributes = '{"a": ' * levels + "1" + "}" * levels
    line = f'{{"id": {{"key": "a"}}, "resource": {{"setting": {{"value": {attributes}}}}}}}'
    any_of = '{"@type": "type.googleapis.com/google.protobuf.Any", "value": ' * levels + "{}" + "}" * levels
    for text in (line, json.dumps({"resource": {"setting": 1}}), any_of):
        with pytest.raises(VexilError):
            list(read_states("export.jsonl", [text]))
