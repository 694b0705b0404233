import pytest

from tests.fuzz.requests import METHODS
from tests.fuzz.servers import SERVERS
from tests.support.server import running_server
from tests.support.transports import TRANSPORTS, require
from vexil.server.settings import TransportName


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("server", SERVERS)
async def test_whatever_is_in_it_a_request_is_answered_or_refused(
    server: str, transport: TransportName
) -> None:
    require(transport)
    async with SERVERS[server](transport) as target:
        found = [await target.run(path, f"{server} {path} {i}") for i in range(8) for path in METHODS]
    assert [each for each in found if each is not None] == []


async def test_every_rpc_is_tried() -> None:
    async with running_server() as server:
        assert {method.path for method in server.inside.parts.methods} == set(METHODS)
