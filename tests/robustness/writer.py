"""Writers: they commit to any server, and repeat what they got no answer to."""

import asyncio
import random
from collections.abc import Sequence

import grpc
import grpc.aio

from tests.robustness.cluster import Target, open_channel
from tests.robustness.records import Answered, Called, Recorder
from tests.robustness.watcher import NAMESPACE
from vexil.client.rpc import AioAdminStub
from vexil.v1 import admin_service_pb2, resource_pb2

PARENTS = {"base": "", "prod": "base", "qa": "base", "qa-eu": "qa"}
"""Each environment's parent."""

TAGS = ("blue", "green")
KEYS = tuple(f"{folder}/{name}" for folder in ("app", "web") for name in "abcdefgh")

_LARGE = 200_000
_UNSURE = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "ABORTED", "UNKNOWN", "INTERNAL"}


class Writer:
    """Makes one commit after another, of its own choice. `newest` is the last revision that it was told."""

    def __init__(self, name: str, targets: Sequence[Target], recorder: Recorder, dice: random.Random) -> None:
        self.name = name
        self.newest = 0
        self._targets = targets
        self._recorder = recorder
        self._dice = dice
        self._number = 0

    async def run(self, enough: asyncio.Event) -> None:
        """Commits until there is enough; what was begun is brought to its end."""
        while not enough.is_set():
            await self.commit(self._changes())
            await asyncio.sleep(self._dice.uniform(0.0, 0.06))

    async def commit(self, changes: Sequence[admin_service_pb2.Change]) -> int:
        """The revision that the changes made, or 0 when they were refused."""
        self._number += 1
        request = admin_service_pb2.CommitRequest(
            namespace=NAMESPACE, changes=changes, request_id=f"{self.name}-{self._number}"
        )
        while True:
            self._recorder.add(Called, writer=self.name, request=request.request_id)
            revision, code = await self._send(self._dice.choice(self._targets), request)
            self._recorder.add(
                Answered, writer=self.name, request=request.request_id, revision=revision, code=code
            )
            if code not in _UNSURE:
                self.newest = revision or self.newest
                return revision
            await asyncio.sleep(self._dice.uniform(0.05, 0.2))

    @staticmethod
    async def _send(target: Target, request: admin_service_pb2.CommitRequest) -> tuple[int, str]:
        async with open_channel(target.address) as channel:
            try:
                answer = await AioAdminStub(channel).commit(request, timeout=3)
            except grpc.aio.AioRpcError as error:
                return 0, error.code().name
            return answer.commit.revision, ""

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
        environment = dice.choice(list(PARENTS))
        tags = [tag for tag in TAGS if dice.random() < 0.4]
        if not length and dice.random() < 0.2:
            segment = resource_pb2.Resource()
            segment.segment.included.append(f"user-{dice.randrange(3)}")
            segment.segment.tags.extend(tags)
            id = resource_pb2.ResourceId(
                kind=resource_pb2.RESOURCE_KIND_SEGMENT, environment=environment, key=key
            )
            return admin_service_pb2.Change(id=id, put=segment)
        # Few different values: the same one comes again and again, and each time it is a change.
        return put(environment, key, str(dice.randrange(3)) * (length or 1), tags)


def put(environment: str, key: str, value: str, tags: Sequence[str] = ()) -> admin_service_pb2.Change:
    """Writes a plain setting."""
    setting = resource_pb2.Resource()
    setting.setting.value.string_value = value
    setting.setting.tags.extend(tags)
    return admin_service_pb2.Change(id=_setting(environment, key), put=setting)


def delete(environment: str, key: str) -> admin_service_pb2.Change:
    """Deletes a setting; refused where the environment itself does not set it."""
    return admin_service_pb2.Change(id=_setting(environment, key), delete=admin_service_pb2.Delete())


def _setting(environment: str, key: str) -> resource_pb2.ResourceId:
    return resource_pb2.ResourceId(kind=resource_pb2.RESOURCE_KIND_SETTING, environment=environment, key=key)
