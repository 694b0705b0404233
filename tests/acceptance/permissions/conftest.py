"""A server that asks who calls, on every transport."""

from collections.abc import AsyncIterator

import pytest

from tests.acceptance.permissions.guarded import House, house
from tests.support.transports import TRANSPORTS, require
from vexil.server.settings import TransportName


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> TransportName:
    name: TransportName = request.param
    require(name)
    return name


@pytest.fixture
async def guarded(transport: TransportName) -> AsyncIterator[House]:
    async with house(transport) as made:
        yield made
