"""A small stage for one story: servers on one file, watchers and a writer that are told what to do."""

import random
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.robustness.auditor import Auditor
from tests.robustness.checks import Finding, findings
from tests.robustness.cluster import Node, Target, cluster
from tests.robustness.recorder import Recorder
from tests.robustness.records import Record
from tests.robustness.steps import Step, steps_of
from tests.robustness.watcher import Watcher, Wish
from tests.robustness.writer import Writer
from vexil.server.stores.sqlite import SqliteStore
from vexil.v1.admin_service_pb2 import Change


@dataclass(frozen=True, slots=True)
class Direct:
    """A server without the proxy before it."""

    name: str
    address: str


class Stage:
    """What a story needs. `writer` commits to the first server."""

    def __init__(self, nodes: Sequence[Node], auditor: Auditor, recorder: Recorder) -> None:
        self.nodes = nodes
        self.auditor = auditor
        self.writer = Writer("writer", nodes[:1], recorder, random.Random(1))
        self._recorder = recorder
        self._watchers = 0

    @property
    def records(self) -> list[Record]:
        """All that happened so far."""
        return self._recorder.records

    def around_proxy(self, number: int) -> Direct:
        """A way to a server that runs which the proxy's faults do not touch."""
        node = self.nodes[number]
        assert node.proxy.server is not None
        return Direct(node.name, node.proxy.server)

    def watcher(self, wish: Wish, targets: Sequence[Target] | None = None) -> Watcher:
        """One more watcher; it turns to the first server, or to those given, whatever they are by then."""
        self._watchers += 1
        name = f"watcher-{self._watchers}"
        where = self.nodes[:1] if targets is None else targets
        return Watcher(name, wish, where, self._recorder, random.Random(name))

    def steps(self, watcher: Watcher) -> list[Step]:
        """What a watcher took in."""
        return steps_of(self.records)[watcher.name]

    def deltas(self, watcher: Watcher) -> list[int]:
        """The revisions that a watcher was told as deltas."""
        return [step.revision for step in self.steps(watcher) if step.event == "delta"]

    async def commit_each(self, changes: Iterable[Change]) -> int:
        """Makes a commit of each change; the last one's revision."""
        revision = 0
        for change in changes:
            revision = await self.writer.commit([change])
        return revision

    async def findings(self) -> list[Finding]:
        """Everything that went wrong."""
        await self.auditor.record()
        return findings(self.records)


@asynccontextmanager
async def stage(directory: Path, servers: int = 1, **settings: Any) -> AsyncIterator[Stage]:
    """A stage with a namespace at revision 1; settings as in `ServerSettings`."""
    recorder = Recorder(directory / "history.jsonl")
    path = directory / "vexil.db"
    try:
        async with cluster(path, servers, directory, **settings) as nodes:
            store = await SqliteStore.open(path)
            try:
                auditor = Auditor(store, recorder)
                await auditor.create(nodes[0].address)
                yield Stage(nodes, auditor, recorder)
            finally:
                await store.close()
    finally:
        recorder.close()
