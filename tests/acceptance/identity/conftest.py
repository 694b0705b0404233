"""What is promised on every transport."""

import pytest

from tests.support.transports import TRANSPORTS, require
from vexil.server.settings import TransportName


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> TransportName:
    name: TransportName = request.param
    require(name)
    return name
