"""Everything here is done to both transports."""

import pytest

from tests.support.transports import TRANSPORTS, require
from vexil.server.settings import TransportName


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> TransportName:
    """Each transport in turn; the compiled one is skipped where it is not installed."""
    name: TransportName = request.param
    require(name)
    return name
