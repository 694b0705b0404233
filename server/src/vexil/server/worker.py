"""One of several server processes, seen from the supervisor and from inside."""

import asyncio
import multiprocessing
from multiprocessing.connection import Connection

import uvloop
from google.rpc.status_pb2 import Status

from vexil.convert.errors import error_from_status, error_to_status
from vexil.core.errors import Internal, VexilError
from vexil.server.logging import configure_logging
from vexil.server.process import serve
from vexil.server.settings import ServerSettings

_READY = b"ready"


class Worker:
    """A process that serves; started when this is made, in a running event loop.

    Spawned, not forked: gRPC's threads do not survive a fork. A pipe tells the supervisor when the worker
    answers, and the worker, by its end, when the supervisor is gone: then it drains.
    """

    def __init__(self, settings: ServerSettings) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_main, args=(settings, theirs), name="vexil-worker")
        self._process.start()
        theirs.close()
        loop = asyncio.get_running_loop()
        self._said: asyncio.Future[bytes] = loop.create_future()
        self._ended = asyncio.Event()
        loop.add_reader(self._pipe.fileno(), self._hear)
        loop.add_reader(self._process.sentinel, self._end)

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process.pid is not None  # noqa: S101 - it was started
        return self._process.pid

    @property
    def was_ready(self) -> bool:
        """Whether it ever served."""
        return self._said.done() and self._said.result() == _READY

    async def ready(self) -> None:
        """Waits until it serves. Raises the VexilError for which it can't."""
        said = await asyncio.shield(self._said)
        if said != _READY:
            raise error_from_status(Status.FromString(said)) if said else Internal("a worker ended at once")

    async def ended(self) -> int | None:
        """Waits until it ends; its exit code, which is negative for a signal."""
        await self._ended.wait()
        return self._process.exitcode

    async def stop(self, seconds: float) -> None:
        """Has it drain, and kills it when it takes longer than this."""
        if not self._ended.is_set():
            self._process.terminate()
        try:
            await asyncio.wait_for(self._ended.wait(), seconds)
        except TimeoutError:
            self._process.kill()
            await self._ended.wait()

    def _hear(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pipe.fileno())
        try:
            said = self._pipe.recv_bytes()
        except (EOFError, OSError):
            said = b""
        if not self._said.done():
            self._said.set_result(said)

    def _end(self) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._process.sentinel)
        if not self._said.done():
            self._hear()
        self._process.join()
        self._pipe.close()
        self._ended.set()


def _main(settings: ServerSettings, pipe: Connection) -> None:
    configure_logging(settings.log_level, settings.log_format)
    uvloop.run(_serve(settings, pipe))


async def _serve(settings: ServerSettings, pipe: Connection) -> None:
    stop = asyncio.Event()
    # The supervisor never writes: what can be read is the end of the pipe.
    asyncio.get_running_loop().add_reader(pipe.fileno(), stop.set)
    try:
        await serve(settings, lambda _: pipe.send_bytes(_READY), stop)
    except VexilError as error:
        pipe.send_bytes(error_to_status(error).SerializeToString())
        raise SystemExit(1) from None
