"""Templates that are objects in S3, kept in memory by version."""

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import structlog

from vexil.core.errors import Reason, VexilError
from vexil.server.clock import Clock
from vexil.server.templates.refusals import text_of, unavailable
from vexil.server.templates.s3_objects import Denied, FetchedObject
from vexil.server.templates.template import Template

_FRESH_SECONDS = 5.0
"""So long what is kept is served without asking S3 whether it is still so."""

_PATIENCE_SECONDS = 6.0
"""Longer than one GET may take: what a caller waits for at most, whatever there is to wait for."""

_MOST_KEPT = 64
"""Templates, the ones used last: 16 MiB if all are as large as may be."""

_THREADS = 4
_log = structlog.get_logger(__name__)


class Objects(Protocol):
    """What reads an object; see `S3Objects`."""

    def fetch(self, uri: str, known: str | None = None) -> FetchedObject | None:
        """The object, or None while its entity tag is the known one."""

    def close(self) -> None:
        """Closes the connections."""


@dataclass(slots=True)
class _Kept:
    template: Template
    etag: str
    asked_at: float


class S3Templates:
    """Reads objects, each at most once every few seconds and by one thread at a time.

    While S3 does not answer, what is kept is served, however old it is; what S3 says is gone, or not allowed,
    is forgotten.
    """

    def __init__(self, objects: Objects, clock: Clock, patience: float = _PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._objects = objects
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[Template]] = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="vexil-templates")

    async def read(self, name: str) -> Template:
        """The object `s3://bucket/key`; see the port."""
        kept = self._kept.get(name)
        if kept is not None and self._clock.monotonic() - kept.asked_at < _FRESH_SECONDS:
            self._kept.move_to_end(name)
            return kept.template
        task = self._under_way.get(name)
        if task is None:
            task = self._under_way[name] = asyncio.create_task(self._ask(name))
            task.add_done_callback(lambda done: self._finished(name, done))
        try:
            # Who leaves takes nothing from the others who wait for it.
            return await asyncio.wait_for(asyncio.shield(task), self._patience)
        except TimeoutError:
            if kept is None:
                raise unavailable(name, "S3 does not answer in time") from None
            return kept.template

    async def close(self) -> None:
        """Waits for what is being read, and closes the connections."""
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        await asyncio.to_thread(self._threads.shutdown)
        self._objects.close()

    async def _ask(self, uri: str) -> Template:
        kept = self._kept.get(uri)
        known = None if kept is None else kept.etag
        loop, asked_at = asyncio.get_running_loop(), self._clock.monotonic()
        try:
            fetched = await loop.run_in_executor(self._threads, self._objects.fetch, uri, known)
            template = kept.template if fetched is None and kept is not None else _template(uri, fetched)
        except Denied:
            self._kept.pop(uri, None)
            raise unavailable(
                uri,
                "S3 does not allow it: allow s3:GetObject, and s3:ListBucket to be told what is missing",
                passes=False,
            ) from None
        except VexilError as error:
            if kept is None or error.reason is not Reason.TEMPLATE_UNAVAILABLE:
                self._kept.pop(uri, None)
                raise
            _log.warning("template_not_renewed", template=uri, reason=error.message)
            kept.asked_at = asked_at
            return kept.template
        self._keep(uri, template, known if fetched is None else fetched.etag, asked_at)
        return template

    def _keep(self, uri: str, template: Template, etag: str | None, asked_at: float) -> None:
        self._kept[uri] = _Kept(template, etag or "", asked_at)
        self._kept.move_to_end(uri)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)

    def _finished(self, uri: str, task: asyncio.Task[Template]) -> None:
        del self._under_way[uri]
        if not task.cancelled():
            task.exception()  # those who wait get it; perhaps none does any more


def _template(uri: str, fetched: FetchedObject | None) -> Template:
    if fetched is None:
        raise unavailable(uri, "S3 says that it is as before, and nothing is known of before")
    return Template(text_of(fetched.data, uri), uri, fetched.version)
