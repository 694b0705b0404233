import itertools
from collections.abc import Iterator

import pytest

from tests.support.bridges import bridge_to
from tests.support.contact_centre import ContactCentre
from tests.support.server import server_thread
from vexil.bridge.bridge import Bridge

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def bridge_target() -> Iterator[str]:
    """A server for all tests that leave it alone, each with a namespace of its own."""
    with server_thread() as server:
        yield server.target


@pytest.fixture
def centre(bridge_target: str) -> Iterator[ContactCentre]:
    """A contact centre for one test."""
    with ContactCentre(bridge_target, f"contact-centre-{next(_numbers)}") as made:
        made.fill()
        yield made


@pytest.fixture
def bridge(bridge_target: str, centre: ContactCentre) -> Iterator[Bridge]:
    """A bridge that looks at it, in live mode, without Redis."""
    with bridge_to(bridge_target, namespace=centre.name) as made:
        yield made
