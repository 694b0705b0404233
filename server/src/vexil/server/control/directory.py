"""Every namespace that the store holds, as this process has it in memory."""

import asyncio
from collections.abc import Sequence

import structlog

from vexil.core.errors import DataLoss, NotFound, OutOfRange, Reason, Unavailable, VexilError
from vexil.core.resource import Commit, Revision
from vexil.core.snapshot import Snapshot
from vexil.core.view import View
from vexil.server.clock import Clock
from vexil.server.control.past import build_snapshot
from vexil.server.control.runtime import NamespaceRuntime, Observer
from vexil.server.control.withheld import Withheld, is_about_keys
from vexil.server.stores.hints import Hint
from vexil.server.stores.port import Head, Store

_READ_BATCH = 256
_log = structlog.get_logger(__name__)


class Directory:
    """Namespaces by name.

    Reads neither wait nor do I/O; `refresh`, `heed`, `reach` and `follow` take in what the log has more.
    Reads raise Unavailable (NOT_READY) before the first `refresh` has succeeded, and afterwards NotFound
    (NAMESPACE_NOT_FOUND, ENVIRONMENT_NOT_FOUND); of a namespace whose encryption keys can't be had,
    FailedPrecondition (ENCRYPTION_KEY_MISSING) or Unavailable (ENCRYPTION_UNAVAILABLE).
    """

    def __init__(self, store: Store, observer: Observer, clock: Clock) -> None:
        self._store = store
        self._observer = observer
        self._clock = clock
        self._runtimes: dict[str, NamespaceRuntime] = {}
        self._withheld = Withheld(clock)
        self._loading = asyncio.Lock()
        self._confirmed_at: float | None = None
        self._failure: VexilError | None = None

    @property
    def ready(self) -> bool:
        """Whether every namespace has been loaded completely."""
        return self._confirmed_at is not None

    @property
    def age(self) -> float | None:
        """Seconds since the store last confirmed that nothing is missing here; None before the first time."""
        return None if self._confirmed_at is None else self._clock.monotonic() - self._confirmed_at

    @property
    def failure(self) -> VexilError | None:
        """Why the last `refresh` failed, or left a namespace out; None when it didn't."""
        return self._failure

    def view(self, namespace: str, environment: str) -> View:
        """The environment's effective state."""
        try:
            return self._runtimes[namespace].snapshot.views[environment]
        except KeyError:
            return self.snapshot(namespace).view(environment)

    def snapshot(self, namespace: str) -> Snapshot:
        """Everything that the namespace holds."""
        return self.runtime(namespace).snapshot

    def runtime(self, namespace: str) -> NamespaceRuntime:
        """The namespace itself."""
        runtime = self._runtimes.get(namespace)
        if runtime is not None and self.ready:
            return runtime
        if not self.ready:
            raise Unavailable("the server is still loading its configuration", retry_after=1.0)
        self._withheld.check(namespace)
        raise NotFound(
            f"there is no namespace {namespace!r}",
            reason=Reason.NAMESPACE_NOT_FOUND,
            metadata={"namespace": namespace},
        )

    def __contains__(self, namespace: str) -> bool:
        """Whether there is a namespace of that name."""
        return namespace in self._runtimes or namespace in self._withheld

    def names(self) -> Sequence[str]:
        """The names, sorted, of the namespaces that can be read."""
        return sorted(self._runtimes)

    async def find(self, namespace: str) -> NamespaceRuntime:
        """The namespace; the store is asked for one that is not known: another process may have made it."""
        if namespace not in self._runtimes and self.ready:
            await self.reach(namespace, Revision(1))
        return self.runtime(namespace)

    async def reach(self, namespace: str, revision: Revision) -> None:
        """Takes in what the log has more, unless this revision is here. Afterwards it may still not be."""
        runtime = self._runtimes.get(namespace)
        if runtime is None or runtime.snapshot.revision < revision:
            await self.follow(namespace)

    async def follow(self, namespace: str) -> None:
        """Takes in everything that the namespace's log has more when this is called."""
        head = await self._store.head(namespace)
        if head is not None:
            await self._catch_up(head)

    async def refresh(self) -> None:
        """Takes in everything that the log has more. Raises what the store raises; what was there, stays.

        Damage and missing keys are a namespace's own: they are raised when the others have been taken in.
        Where nothing is here of a namespace without keys, there is nothing that could be old: it is left out.
        """
        asked_at = self._clock.monotonic()
        own: VexilError | None = None
        try:
            for head in await self._store.heads():
                try:
                    await self._catch_up(head)
                except VexilError as error:
                    if not (isinstance(error, DataLoss) or is_about_keys(error)):
                        raise
                    if head.namespace not in self._withheld:
                        own = own or error
            if own is not None:
                raise own
        except VexilError as error:
            self._failure = error
            raise
        self._confirmed_at, self._failure = asked_at, self._withheld.error

    async def heed(self, hint: Hint) -> None:
        """Takes in what the hint names, or everything where it names nothing or a namespace that is new here.

        What is here already is not asked for. Raises what the store raises.
        """
        if hint is None or any(namespace not in self._runtimes for namespace in hint):
            await self.refresh()
            return
        for namespace, revision in hint.items():
            runtime = self._runtimes[namespace]
            if runtime.snapshot.revision < revision and not await self._go_on(runtime, revision):
                await self.follow(namespace)

    async def add(self, commit: Commit) -> None:
        """Takes in a commit that was just appended."""
        runtime = self._runtimes.get(commit.namespace)
        if runtime is None or not await runtime.apply(commit):
            await self.reach(commit.namespace, commit.revision)

    async def _go_on(self, runtime: NamespaceRuntime, revision: Revision) -> bool:
        """Follows the log to this revision without a look at its head. False where only the head can help."""
        while (reached := runtime.snapshot.revision) < revision:
            try:
                commits = await self._store.read(runtime.snapshot.namespace, reached, _READ_BATCH)
            except (OutOfRange, NotFound):
                return False
            # Another epoch: the home has moved, and may have left behind what is here.
            if not commits or any(commit.epoch != runtime.epoch for commit in commits):
                return False
            for commit in commits:
                await runtime.apply(commit)
            if runtime.snapshot.revision == reached:
                return False
        return True

    async def _catch_up(self, head: Head) -> None:
        runtime = self._runtimes.get(head.namespace)
        if runtime is None:
            await self._load(head)
            return
        runtime.hear(head)
        if runtime.is_left_behind:
            _log.error(
                "history_replaced",
                namespace=head.namespace,
                revision=runtime.snapshot.revision,
                epoch=runtime.epoch,
                home=head.home,
            )
            await self._load(head)
            return
        try:
            await self._follow(runtime, head)
        except OutOfRange:  # what is missing here was compacted meanwhile
            await self._load(head)

    async def _follow(self, runtime: NamespaceRuntime, head: Head) -> None:
        while (reached := runtime.snapshot.revision) < head.revision:
            for commit in await self._store.read(head.namespace, reached, _READ_BATCH):
                await runtime.apply(commit)
            if runtime.snapshot.revision == reached:
                raise Unavailable(
                    f"the log of {head.namespace!r} does not show revision {reached + 1} yet",
                    reason=Reason.STORE_UNAVAILABLE,
                    retry_after=1.0,
                )

    async def _load(self, head: Head) -> None:
        async with self._loading:
            runtime = self._runtimes.get(head.namespace)
            if (
                runtime is not None
                and not runtime.is_left_behind
                and runtime.snapshot.revision >= head.revision
            ):
                return
            self._withheld.check_due(head.namespace)
            try:
                image = await self._store.load(head.namespace)
            except VexilError as error:
                if runtime is None and is_about_keys(error):
                    self._withheld.add(head.namespace, error)
                raise
            snapshot = await asyncio.to_thread(build_snapshot, image)
            self._withheld.discard(head.namespace)
            if runtime is None:
                self._runtimes[head.namespace] = NamespaceRuntime(snapshot, head, self._observer)
            else:
                await runtime.replace(snapshot, head.epoch)
