import pytest

from tests.fuzz.rpcs import METHODS, target
from tests.support.server import running_server
from tests.support.transports import TRANSPORTS, require
from vexil.server.settings import TransportName


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_whatever_is_in_it_a_request_is_answered_or_refused(transport: TransportName) -> None:
    require(transport)
    async with target(transport) as server:
        found = [await server.run(path, f"{path} {i}") for i in range(12) for path in METHODS]
    assert [each for each in found if each is not None] == []


async def test_every_rpc_is_tried() -> None:
    async with running_server() as server:
        assert {method.path for method in server.inside.parts.methods} == set(METHODS)
