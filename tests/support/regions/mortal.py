"""A server process of a region that can be killed."""

import asyncio
from contextlib import ExitStack

from tests.robustness.cluster import open_channel
from tests.robustness.watcher import NAMESPACE
from tests.robustness.writer import PARENTS
from tests.support.server import ServerProcess, server_process
from vexil.client.rpc import AioConfigStub
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.v1 import config_service_pb2


class Mortal:
    """A region's server, which can be killed and comes back somewhere else.

    `address`: where it listens, or did before it was killed.
    """

    def __init__(self, name: str, place: DynamoDBPlace) -> None:
        self.name = name
        self.place = place
        self._store = f"dynamodb:{place.table}?region={place.region}&endpoint={place.endpoint}"
        self._life = ExitStack()
        self._process: ServerProcess | None = None
        self.address = ""

    async def start(self) -> None:
        """Starts it; returns when it serves."""

        def start() -> tuple[ServerProcess, str]:
            process = self._life.enter_context(server_process(self._store))
            return process, process.target

        self._process, self.address = await asyncio.to_thread(start)

    async def kill(self) -> None:
        """kill -9, at whatever it is."""
        assert self._process is not None
        self._process.kill()
        await self.close()

    async def close(self) -> None:
        """Waits until it is gone."""
        await asyncio.to_thread(self._life.close)


async def held(server: Mortal) -> tuple[str, ...]:
    """Everything that a server holds, by environment."""
    async with open_channel(server.address) as channel:
        stub = AioConfigStub(channel)
        requests = [
            config_service_pb2.ListRequest(namespace=NAMESPACE, environment=environment, page_size=1000)
            for environment in PARENTS
        ]
        return tuple([str((await stub.list(request)).resources) for request in requests])
