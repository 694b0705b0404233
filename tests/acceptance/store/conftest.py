"""The store under test, once for each backend."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.acceptance.store.backends import BACKENDS, Backend
from vexil.server.stores.port import Store


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    return BACKENDS[request.param](request)(tmp_path)


@pytest.fixture
async def store(backend: Backend) -> AsyncIterator[Store]:
    opened = await backend.open()
    yield opened
    assert await opened.check() == []
    await opened.close()
