"""Writers: they commit to any server, and repeat what they got no answer to."""

import asyncio
import random
from collections.abc import Sequence

import grpc
import grpc.aio

from tests.robustness.cluster import Target, open_channel
from tests.robustness.recorder import Recorder
from tests.robustness.records import Answered, Called
from tests.robustness.watcher import NAMESPACE
from vexil.client.rpc import AioAdminStub, AioConfigStub, to_vexil_error
from vexil.core.errors import Reason
from vexil.v1 import admin_service_pb2, config_service_pb2, resource_pb2
from vexil.v1.connect_pb2 import LOG_LEVEL_ERROR, LOG_LEVEL_INFO

PARENTS = {"base": "", "prod": "base", "qa": "base", "qa-eu": "qa"}
"""Each environment's parent."""

TAGS = ("blue", "green")
KEYS = tuple(f"{folder}/{name}" for folder in ("app", "web") for name in "abcdefgh")

GUESTS = {"guest": "base", "guest-eu": "guest"}
"""Environments that come and go, and move, during a run; and the parent that each starts with."""

_LARGE = 200_000
_UNSURE = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "ABORTED", "UNKNOWN", "INTERNAL"}
_LATER = {Reason.STORE_FULL, Reason.RATE_LIMITED}
"""Refusals that pass."""


class Writer:
    """Makes one commit after another, of its own choice. `newest` is the last revision that it was told.

    `life` counts the processes that it has had: each has request ids of its own.
    """

    def __init__(
        self, name: str, targets: Sequence[Target], recorder: Recorder, dice: random.Random, life: int = 1
    ) -> None:
        self.name = name
        self._life = life
        self.newest = 0
        self._targets = targets
        self._recorder = recorder
        self._dice = dice
        self._number = 0

    async def run(self, enough: asyncio.Event) -> None:
        """Commits until there is enough; what was begun is brought to its end."""
        while not enough.is_set():
            await self.commit(await self._choice())
            await asyncio.sleep(self._dice.uniform(0.0, 0.06))

    async def commit(self, changes: Sequence[admin_service_pb2.Change]) -> int:
        """The revision that the changes made, or 0 when they were refused."""
        self._number += 1
        request = admin_service_pb2.CommitRequest(
            namespace=NAMESPACE, changes=changes, request_id=f"{self.name}-{self._life}-{self._number}"
        )
        while True:
            self._recorder.add(Called, writer=self.name, request=request.request_id)
            revision, code, reason = await self._send(self._dice.choice(self._targets), request)
            self._recorder.add(
                Answered,
                writer=self.name,
                request=request.request_id,
                revision=revision,
                code=code,
                reason=reason,
            )
            if code not in _UNSURE and reason not in _LATER:
                self.newest = revision or self.newest
                return revision
            await asyncio.sleep(self._dice.uniform(0.05, 0.2))

    @staticmethod
    async def _send(target: Target, request: admin_service_pb2.CommitRequest) -> tuple[int, str, str]:
        async with open_channel(target.address) as channel:
            try:
                answer = await AioAdminStub(channel).commit(request, timeout=3)
            except grpc.aio.AioRpcError as error:
                return 0, error.code().name, to_vexil_error(error).reason
            return answer.commit.revision, "", ""

    async def _choice(self) -> list[admin_service_pb2.Change]:
        dice = self._dice
        if dice.random() < 0.05:
            guest = dice.choice(list(GUESTS))
            if dice.random() < 0.4:
                return [*await self._emptied(guest), remove_environment(guest)]
            return [put_environment(guest, dice.choice(["", "base", "prod", "qa", *GUESTS]))]
        if dice.random() < 0.02:
            return [put_environment("qa-eu", dice.choice(["qa", "prod"]))]
        return self._changes()

    async def _emptied(self, environment: str) -> list[admin_service_pb2.Change]:
        """Deletes what an environment has of its own, as far as can be seen now."""
        request = config_service_pb2.ListRequest(namespace=NAMESPACE, environment=environment, page_size=1000)
        async with open_channel(self._dice.choice(self._targets).address) as channel:
            try:
                answer = await AioConfigStub(channel).list(request, timeout=3)
            except grpc.aio.AioRpcError:
                return []
        return [
            admin_service_pb2.Change(id=state.id, delete=admin_service_pb2.Delete())
            for state in answer.resources
            if state.id.environment == environment
        ]

    def _changes(self) -> list[admin_service_pb2.Change]:
        dice = self._dice
        if dice.random() < 0.03:
            return [self._put(key, _LARGE) for key in dice.sample(KEYS, 4)]
        keys = dice.sample(KEYS, dice.choice([1, 1, 1, 2, 5]))
        return [
            delete(dice.choice(list(PARENTS)), key) if dice.random() < 0.2 else self._put(key) for key in keys
        ]

    def _put(self, key: str, length: int = 0) -> admin_service_pb2.Change:
        dice = self._dice
        # Guests are often not there, and a refused commit tells nobody anything.
        environment = dice.choice([*PARENTS, *PARENTS, *PARENTS, *GUESTS])
        tags = [tag for tag in TAGS if dice.random() < 0.4]
        if not length and dice.random() < 0.2:
            segment = resource_pb2.Resource()
            segment.segment.included.append(f"user-{dice.randrange(3)}")
            segment.segment.tags.extend(tags)
            return _put(resource_pb2.RESOURCE_KIND_SEGMENT, environment, key, segment)
        if not length and dice.random() < 0.1:
            logging = resource_pb2.Resource()
            logging.logging_configuration.level = dice.choice([LOG_LEVEL_INFO, LOG_LEVEL_ERROR])
            return _put(resource_pb2.RESOURCE_KIND_LOGGING_CONFIGURATION, environment, key, logging)
        # Few different values: the same one comes again and again, and each time it is a change.
        return put(environment, key, str(dice.randrange(3)) * (length or 1), tags)


def put(environment: str, key: str, value: str, tags: Sequence[str] = ()) -> admin_service_pb2.Change:
    """Writes a plain setting."""
    setting = resource_pb2.Resource()
    setting.setting.value.string_value = value
    setting.setting.tags.extend(tags)
    return _put(resource_pb2.RESOURCE_KIND_SETTING, environment, key, setting)


def delete(environment: str, key: str) -> admin_service_pb2.Change:
    """Deletes a setting; refused where the environment itself does not set it."""
    return _delete(resource_pb2.RESOURCE_KIND_SETTING, environment, key)


def put_environment(name: str, parent: str) -> admin_service_pb2.Change:
    """Creates an environment, or moves it to another parent; "" for none."""
    environment = resource_pb2.Resource(environment=resource_pb2.Environment(parent=parent or None))
    return _put(resource_pb2.RESOURCE_KIND_ENVIRONMENT, "", name, environment)


def remove_environment(name: str) -> admin_service_pb2.Change:
    """Deletes an environment; refused while something is in it or under it."""
    return _delete(resource_pb2.RESOURCE_KIND_ENVIRONMENT, "", name)


def _put(
    kind: resource_pb2.ResourceKind, environment: str, key: str, resource: resource_pb2.Resource
) -> admin_service_pb2.Change:
    id = resource_pb2.ResourceId(kind=kind, environment=environment, key=key)
    return admin_service_pb2.Change(id=id, put=resource)


def _delete(kind: resource_pb2.ResourceKind, environment: str, key: str) -> admin_service_pb2.Change:
    id = resource_pb2.ResourceId(kind=kind, environment=environment, key=key)
    return admin_service_pb2.Change(id=id, delete=admin_service_pb2.Delete())
