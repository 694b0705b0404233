"""What is behind the handlers, on a store in memory: for tests that need no transport."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tests.support.clock import ManualClock
from vexil.core.change import Change, Delete, Put
from vexil.core.resource import Commit, Environment, Kind, Namespace, ResourceId, Revision
from vexil.core.setting import Setting
from vexil.core.value import Value
from vexil.core.view import View
from vexil.server.access.directory import AccessDirectory
from vexil.server.control.committer import Committer, Proposal
from vexil.server.control.directory import Directory
from vexil.server.control.history import History
from vexil.server.control.namespaces import Namespaces
from vexil.server.control.observers import Observers
from vexil.server.control.past import Past
from vexil.server.control.reads import Reads
from vexil.server.control.rollback import Rollback
from vexil.server.control.schemas import JsonSchemas
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Store
from vexil.server.watch.admission import Admission, AdmissionLimits
from vexil.server.watch.catchup import CatchUp
from vexil.server.watch.convergence import Convergence
from vexil.server.watch.departures import Departures
from vexil.server.watch.hub import Hub, HubLimits
from vexil.server.watch.service import WatchService
from vexil.server.watch.standings import Standings

NAMESPACE = "shop"
ENVIRONMENTS = {"base": Environment(), "prod": Environment(parent="base"), "qa": Environment(parent="base")}


class Backend:
    """One process's view of a store. Several on one store are several processes."""

    def __init__(
        self, store: Store, time: ManualClock, limits: HubLimits, admission: AdmissionLimits
    ) -> None:
        self.store = store
        self.time = time
        self.hub = Hub(limits, time.clock, Departures(1.0, time.clock))
        self.access = AccessDirectory()
        self.directory = Directory(store, Observers(self.hub, self.access), time.clock)
        self.past = Past(store)
        self.reads = Reads(self.directory, self.past)
        self.committer = Committer(store, self.directory, JsonSchemas(), time.clock)
        self.namespaces = Namespaces(store, self.directory, self.committer)
        self.history = History(store, self.directory, self.reads)
        self.rollback = Rollback(self.directory, self.reads, self.history, self.committer)
        self.convergence = Convergence(time.clock)
        self.standings = Standings(time.clock, lambda: self.access.current)
        self.watch = WatchService(
            self.directory,
            self.hub,
            CatchUp(store, self.past),
            self.convergence,
            Admission(admission, time.clock),
            self.standings,
        )

    async def commit(self, *changes: Change, **more: Any) -> Commit:
        """Makes a commit in the namespace `shop`."""
        return await self.committer.commit(Proposal(namespace=NAMESPACE, changes=changes, **more))

    async def set(self, environment: str = "prod", **values: Any) -> Revision:
        """Sets settings to texts, or deletes those that are None; the revision."""
        changes = [
            delete(key, environment) if value is None else put(key, value, environment)
            for key, value in values.items()
        ]
        return (await self.commit(*changes)).revision

    def view(self, environment: str = "prod") -> View:
        """An environment's effective state now."""
        return self.directory.view(NAMESPACE, environment)


@asynccontextmanager
async def backend(
    store: Store | None = None,
    *,
    time: ManualClock | None = None,
    limits: HubLimits | None = None,
    admission: AdmissionLimits | None = None,
    create: bool = True,
) -> AsyncIterator[Backend]:
    """A backend with the namespace `shop` at revision 1: `base`, and on top of it `prod` and `qa`.

    `create` False leaves the store as it is.
    """
    made = Backend(
        store or MemoryStore(),
        time or ManualClock(),
        limits or HubLimits(),
        admission or AdmissionLimits(),
    )
    await made.directory.refresh()
    if create:
        await made.namespaces.create(NAMESPACE, Namespace(owner="tests"), ENVIRONMENTS)
    yield made
    await made.store.close()


def setting(key: str, environment: str = "prod") -> ResourceId:
    """Names a setting."""
    return ResourceId(Kind.SETTING, environment, key)


def put(key: str, value: str, environment: str = "prod", tags: Sequence[str] = ()) -> Put:
    """Sets a setting to a text."""
    return Put(setting(key, environment), Setting(value=Value.of_string(value), tags=tuple(tags)))


def delete(key: str, environment: str = "prod") -> Delete:
    """Deletes a setting."""
    return Delete(setting(key, environment))


def texts(view: View) -> dict[str, Any]:
    """A view's plain settings: their values by key."""
    return {key: view.evaluate(key).value for key in view.sorted_keys(Kind.SETTING)}
