from collections.abc import AsyncIterator

import pytest

from tests.support.backend import Backend, backend


@pytest.fixture
async def shop() -> AsyncIterator[Backend]:
    async with backend() as made:
        yield made
