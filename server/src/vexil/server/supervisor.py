"""Several processes on one port, and the one that looks after them.

The kernel spreads connections over everyone who listens on the port (SO_REUSEPORT). Each worker follows the
log by itself; the supervisor knows nothing of configuration.
"""

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import structlog

from vexil.core.errors import FailedPrecondition, Reason, VexilError, Violation
from vexil.server.process import announce
from vexil.server.settings import ServerSettings
from vexil.server.worker import Worker

_LONGEST_PAUSE = 10.0
_KILL_AFTER_DRAIN = 5.0
_log = structlog.get_logger(__name__)


class Supervisor:
    """Keeps `settings.processes` workers running.

    One that ends by itself is started again, after a pause that grows while it keeps failing. SIGTERM and
    SIGINT drain all; SIGHUP replaces them one by one, each new one serving before the old one drains.
    """

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._workers: list[Worker] = []
        self._living: set[Worker] = set()
        self._stopping = asyncio.Event()
        self._replacing = asyncio.Event()

    async def run(self) -> None:
        """Runs until it is told to stop. Raises VexilError when the first workers can't serve."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, self._replacing.set)
        with _reserved(self._settings.listen) as address:
            self._settings = replace(self._settings, listen=address)
            self._workers = [self._started() for _ in range(self._settings.processes)]
            try:
                await asyncio.gather(*(worker.ready() for worker in self._workers))
                announce(self._settings, address)
                await self._look_after()
            finally:
                await asyncio.gather(*map(self._stop, list(self._living)))
        _log.info("stopped")

    async def _look_after(self) -> None:
        tasks = [asyncio.create_task(self._keep(slot)) for slot in range(len(self._workers))]
        tasks.append(asyncio.create_task(self._replace_when_told()))
        await self._stopping.wait()
        _log.info("draining", seconds=self._settings.drain_seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self, slot: int) -> None:
        """Starts the worker of one slot again whenever it ends by itself."""
        failures = 0
        while True:
            worker = self._workers[slot]
            code = await worker.ended()
            if self._workers[slot] is not worker:
                continue
            failures = 0 if worker.was_ready else failures + 1
            self._living.discard(worker)
            pause = min(0.1 * 2.0**failures, _LONGEST_PAUSE)
            _log.error("worker_ended", pid=worker.pid, code=code, restart_in=pause)
            await asyncio.sleep(pause)
            if self._workers[slot] is worker:
                self._workers[slot] = self._started()

    async def _replace_when_told(self) -> None:
        while True:
            await self._replacing.wait()
            self._replacing.clear()
            for slot in range(len(self._workers)):
                if not await self._replace(slot):
                    break

    async def _replace(self, slot: int) -> bool:
        """Starts a new worker and, once it serves, drains the old one; False when the new one can't serve."""
        new = self._started()
        try:
            await new.ready()
        except VexilError as error:
            _log.error("worker_kept", pid=self._workers[slot].pid, reason=error.message)
            await self._stop(new)
            return False
        old, self._workers[slot] = self._workers[slot], new
        await self._stop(old)
        return True

    def _started(self) -> Worker:
        worker = Worker(self._settings)
        self._living.add(worker)
        return worker

    async def _stop(self, worker: Worker) -> None:
        await worker.stop(self._settings.drain_seconds + _KILL_AFTER_DRAIN)
        self._living.discard(worker)


@contextmanager
def _reserved(address: str) -> Iterator[str]:
    """The address, its port taken for as long as the block runs, also between one worker and the next.

    A socket that is bound and does not listen gets no connections. Raises FailedPrecondition.
    """
    host, _, port = address.rpartition(":")
    try:
        reserved = _bound(host.strip("[]"), int(port))
    except OSError as error:
        why = f"cannot listen on {address}: {error.strerror}"
        raise FailedPrecondition(
            f"listen: {why}", reason=Reason.INVALID_REQUEST, violations=[Violation("listen", why)]
        ) from error
    with reserved:
        yield f"{host}:{reserved.getsockname()[1]}"


def _bound(host: str, port: int) -> socket.socket:
    [(family, kind, protocol, _, place), *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    reserved = socket.socket(family, kind, protocol)
    try:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        reserved.bind(place)
    except OSError:
        reserved.close()
        raise
    return reserved
