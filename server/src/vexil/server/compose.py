"""The composition root: the one place that knows every part of a server, and how they fit together."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from vexil.server.access.directory import AccessDirectory
from vexil.server.access.guard import Guard
from vexil.server.access.key_uses import KeyUses
from vexil.server.access.keys import ServiceKeys
from vexil.server.access.matrix import matrix
from vexil.server.access.permissions import Permissions
from vexil.server.access.writing import AccessWriter
from vexil.server.audit.reads import ReadRecorder
from vexil.server.audit.recording import Recorder
from vexil.server.background import Background
from vexil.server.clock import Clock
from vexil.server.control.committer import Committer
from vexil.server.control.compaction import Compactor, Retention
from vexil.server.control.directory import Directory
from vexil.server.control.follower import Follower
from vexil.server.control.history import History
from vexil.server.control.namespaces import Namespaces
from vexil.server.control.observers import Observers
from vexil.server.control.past import Past
from vexil.server.control.reads import Reads
from vexil.server.control.reencryption import Reencryption
from vexil.server.control.rendering import Rendering
from vexil.server.control.rollback import Rollback
from vexil.server.control.schemas import JsonSchemas
from vexil.server.egress.allow_list import AllowList
from vexil.server.encryption.cipher import Cipher
from vexil.server.encryption.opening import open_cipher
from vexil.server.encryption.store import EncryptingStore
from vexil.server.handlers.access import AccessHandlers
from vexil.server.handlers.admin import AdminHandlers
from vexil.server.handlers.audit import AuditHandlers
from vexil.server.handlers.config import ConfigHandlers
from vexil.server.handlers.connect import ConnectHandlers
from vexil.server.handlers.convergence import ConvergenceHandlers
from vexil.server.handlers.status import StatusHandlers
from vexil.server.handlers.transfer import Transfer
from vexil.server.handlers.users import UserHandlers
from vexil.server.identity.authentication import Authentication
from vexil.server.identity.key_sets import KeySets
from vexil.server.identity.opening import open_authentication, open_key_sets
from vexil.server.identity.users.sessions import Sessions
from vexil.server.identity.users.users import Users
from vexil.server.limits.gate import Gate
from vexil.server.limits.origin import Origins
from vexil.server.metrics.entry import open_metrics
from vexil.server.metrics.sources import Sources
from vexil.server.opening import open_announcer, open_board, open_journal, open_store
from vexil.server.services import (
    ACCESS_SERVICE,
    ADMIN_SERVICE,
    AUDIT_SERVICE,
    CONFIG_SERVICE,
    CONNECT_SERVICE,
    USER_SERVICE,
    Method,
    methods_of,
)
from vexil.server.settings import ServerSettings
from vexil.server.stores.board import Board
from vexil.server.stores.hinted import HintedStore
from vexil.server.stores.port import Store
from vexil.server.stores.redis import RedisHints, RedisPlace
from vexil.server.templates.templates import Templates
from vexil.server.transport.choice import histories_of, open_transport
from vexil.server.transport.listener import Listener
from vexil.server.transport.port import Transport
from vexil.server.watch.admission import Admission, AdmissionLimits
from vexil.server.watch.catchup import CatchUp
from vexil.server.watch.convergence import Convergence
from vexil.server.watch.departures import Departures
from vexil.server.watch.fleet import Fleet
from vexil.server.watch.hub import Hub, HubLimits
from vexil.server.watch.service import WatchService
from vexil.server.watch.standings import Standings

_Wrap = Callable[[Method], Method]

_SWEEP_SECONDS = 10.0
_FLEET_SECONDS = 1.0
_PAST_SECONDS = 60.0
_STANDING_SECONDS = 0.25
_KEY_SETS_SECONDS = 0.5
_COMPACTION_SECONDS = 60.0
_REENCRYPTION_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What a server consists of, apart from its transport."""

    store: Store
    directory: Directory
    hub: Hub
    convergence: Convergence
    fleet: Fleet
    past: Past
    rendering: Rendering
    compactor: Compactor
    reencryption: Reencryption
    standings: Standings
    key_sets: KeySets | None
    authentication: Authentication
    guard: Guard | None
    methods: Sequence[Method]


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that answers. `background` holds its own tasks."""

    settings: ServerSettings
    parts: Parts
    transport: Transport
    background: Background

    @property
    def address(self) -> str:
        """Where clients call, with the port that was taken."""
        host, _, _ = self.settings.listen.rpartition(":")
        return f"{host}:{self.transport.port}" if self.transport.port > 1 else self.settings.listen


def compose(
    settings: ServerSettings, log: Store, board: Board, clock: Clock, cipher: Cipher | None = None
) -> Parts:
    """Puts the parts together; nothing runs yet. The log holds sensitive values as the cipher leaves them."""

    def is_sensitive(namespace: str, key: str) -> bool:
        return namespace in directory and directory.snapshot(namespace).is_sensitive(key)

    cipher = cipher or Cipher(None)
    store = EncryptingStore(log, cipher, is_sensitive)
    departures = Departures(settings.new_streams_per_second, clock)
    limits = HubLimits(settings.history_events, settings.history_bytes)
    open_live = histories_of(
        settings.transport, Listener.by(settings), settings.history_events, settings.history_bytes
    )
    hub = Hub(limits, clock, departures, open_live)
    access = AccessDirectory()
    directory = Directory(store, Observers(hub, access), clock)
    past = Past(store)
    reads = Reads(directory, past)
    convergence = Convergence(clock)
    fleet = Fleet(convergence, board, clock)
    committer = Committer(store, directory, JsonSchemas(), clock)
    history = History(store, directory, reads)
    admission = Admission(
        AdmissionLimits(
            streams_per_principal=settings.max_streams_per_principal,
            new_per_second=settings.new_streams_per_second,
            burst=settings.new_streams_burst,
        ),
        clock,
    )
    standings = Standings(clock, lambda: access.current)
    config = ConfigHandlers(
        directory,
        reads,
        WatchService(directory, hub, CatchUp(store, past), convergence, admission, standings),
        settings.progress_interval,
    )
    admin = AdminHandlers(
        reads=reads,
        namespaces=Namespaces(store, directory, committer),
        committer=committer,
        history=history,
        rollback=Rollback(directory, reads, history, committer),
        transfer=Transfer(directory, reads, committer),
        convergence=ConvergenceHandlers(directory, history, fleet),
        status=StatusHandlers(directory),
    )
    retention = Retention(settings.keep_revisions, timedelta(days=settings.keep_days))
    rendering = Rendering(Templates.of(settings, clock))
    uses = KeyUses()
    writer = AccessWriter(access, committer)
    sessions = Sessions(access, writer, clock)
    users = UserHandlers(Users(access, writer, clock), sessions, Origins.by(settings))
    key_sets = open_key_sets(settings, access, clock)
    authentication = open_authentication(settings, access, uses, key_sets, clock, lambda: directory.ready)
    service_keys = ServiceKeys(access, writer, uses, clock)
    permissions = Permissions(access, writer, AllowList.parse(settings.egress_allow))
    problem_of = key_sets.problem if key_sets is not None else lambda _place: ""
    guard = None
    if settings.requires_authentication:
        guard = Guard(matrix(lambda name: name in directory))
    methods = [
        *methods_of(CONFIG_SERVICE, config),
        *methods_of(CONNECT_SERVICE, ConnectHandlers(directory, rendering)),
        *methods_of(ADMIN_SERVICE, admin),
        *methods_of(ACCESS_SERVICE, AccessHandlers(access, service_keys, permissions, clock, problem_of)),
        *methods_of(AUDIT_SERVICE, AuditHandlers(log)),
        *methods_of(USER_SERVICE, users),
    ]
    compactor = Compactor(log, retention, clock)
    return Parts(
        store=store,
        directory=directory,
        hub=hub,
        convergence=convergence,
        fleet=fleet,
        past=past,
        rendering=rendering,
        compactor=compactor,
        reencryption=Reencryption(log, directory, committer, cipher),
        standings=standings,
        key_sets=key_sets,
        authentication=authentication,
        guard=guard,
        methods=methods,
    )


@asynccontextmanager
async def running(
    settings: ServerSettings,
    store: Store | None = None,
    clock: Clock | None = None,
    board: Board | None = None,
) -> AsyncIterator[RunningServer]:
    """A server for as long as the block runs; then it drains.

    `store` and `board` instead of those that the settings name; they are closed in the end. Raises what
    opening the store and listening raise.
    """
    async with AsyncExitStack() as stack:
        store = store or await open_store(settings)
        stack.push_async_callback(store.close)
        opened, hints = store, None
        if settings.hints is not None:
            hints = RedisHints(RedisPlace(settings.hints, settings.hints_password))
            store = HintedStore(store, hints)
            stack.push_async_callback(store.close)
        clock = clock or Clock()
        board = board or open_board(settings, clock)
        stack.push_async_callback(board.close)
        cipher = await asyncio.to_thread(open_cipher, settings, clock)
        stack.push_async_callback(cipher.close)
        parts = compose(settings, store, board, clock, cipher)
        stack.push_async_callback(parts.fleet.leave)
        stack.push_async_callback(parts.rendering.close)
        announcer = await open_announcer(settings, store, clock, stack)
        background = Background()
        stack.push_async_callback(background.stop)
        journal = open_journal(settings, clock, stack)
        origins = Origins.by(settings)
        recorder = Recorder(journal, origins, clock)
        reads = None if journal is None else ReadRecorder(journal, settings.audit_reads, origins)
        listens = replace(
            Listener.by(settings),
            gate=Gate.of(settings, clock),
            authentication=parts.authentication,
            guard=_guarding(parts.guard, recorder, reads),
            recorded=recorder.recorded,
        )
        transport = open_transport(settings.transport, listens, parts.methods)
        await transport.start()
        seconds = settings.drain_seconds
        stack.push_async_callback(transport.stop, lambda: parts.hub.drain(seconds / 2), seconds)
        if settings.metrics_listen is not None:
            sources = Sources(parts.directory, opened, hints, announcer)
            stack.push_async_callback(open_metrics(settings.metrics_listen, sources).close)
        await parts.directory.refresh()
        _start_tasks(background, settings, parts, Follower(store, parts.directory))
        if announcer is not None:
            background.start(announcer.run())
        transport.serve()
        yield RunningServer(settings, parts, transport, background)


def _start_tasks(background: Background, settings: ServerSettings, parts: Parts, follower: Follower) -> None:
    """Starts what follows the log, posts, renews and tidies up beside the calls."""
    background.start(follower.run())
    background.every(_SWEEP_SECONDS, parts.hub.sweep)
    background.every(_SWEEP_SECONDS, parts.convergence.sweep)
    background.every(_FLEET_SECONDS, parts.fleet.post)
    background.every(_STANDING_SECONDS, parts.standings.check)
    if parts.key_sets is not None:
        background.every(_KEY_SETS_SECONDS, parts.key_sets.refresh)
    background.every(_PAST_SECONDS, parts.past.sweep)
    background.every(_COMPACTION_SECONDS, parts.compactor.compact)
    if settings.encryption_keys is not None:
        background.every(_REENCRYPTION_SECONDS, parts.reencryption.run)


def _guarding(guard: Guard | None, recorder: Recorder, reads: ReadRecorder | None) -> _Wrap:
    """The guard, where there is one, and behind it what records reads."""

    def guarding(method: Method) -> Method:
        method = method if reads is None else reads.recorded(method)
        return method if guard is None else guard.guarded(method)

    if guard is not None:
        guard.refused = recorder.denied
    return guarding
