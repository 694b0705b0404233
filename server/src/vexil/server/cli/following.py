"""Follows an environment across broken connections."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import grpc

from vexil.client.replica.backoff import Backoff, BackoffPolicy
from vexil.client.replica.replica import Replica
from vexil.client.replica.session import Session as Life
from vexil.client.replica.update import Update
from vexil.client.rpc import to_vexil_error
from vexil.client.rpc.watching import message_from_proto
from vexil.convert.selectors import selector_to_proto
from vexil.core.errors import Code, VexilError
from vexil.core.selector import Selector
from vexil.core.view import View
from vexil.server.cli.session import Session
from vexil.v1 import watch_pb2 as watch_pb

_LASTING = frozenset({Code.INVALID_ARGUMENT, Code.NOT_FOUND, Code.PERMISSION_DENIED, Code.UNAUTHENTICATED})
"""Trying again does not help against these."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A step from one state to the next, with the message that completed it."""

    update: Update
    message: watch_pb.WatchResponse


class Follower:
    """One subscription. `retrying` is told why the stream broke, None if it ended by itself, and the pause.

    With `start` the first stream goes on after that state; without, it begins with a full one.
    """

    def __init__(
        self,
        session: Session,
        selectors: Sequence[Selector],
        retrying: Callable[[VexilError | None, float], None],
        start: View | None = None,
    ) -> None:
        self._session = session
        self._request = watch_pb.WatchRequest(
            namespace=session.namespace,
            environment=session.environment,
            selectors=[selector_to_proto(selector) for selector in selectors],
        )
        self._retrying = retrying
        self._start = start
        replica = Replica(session.namespace, session.environment)
        if start is not None:
            replica.restore(start, b"")
        self._life = Life(replica, Backoff(BackoffPolicy(), random.random), time.monotonic)
        self._stopped = threading.Event()
        self._call: grpc.Call | None = None

    def stop(self) -> None:
        """Ends `steps`, from whichever thread."""
        self._stopped.set()
        if self._call is not None:
            self._call.cancel()

    def steps(self) -> Iterator[Followed]:
        """Every step in order, without end until `stop`.

        Raises VexilError when the first stream can't be opened, or when trying again would not help.
        """
        reached = False
        while not self._stopped.is_set():
            broken: VexilError | None = None
            try:
                for step in self._stream():
                    reached = True
                    yield step
            except grpc.RpcError as error:
                broken = to_vexil_error(error, self._session.endpoint.target)
            except VexilError as error:
                broken = error
            if self._stopped.is_set():
                return
            if broken is not None and (not reached or broken.code in _LASTING):
                raise broken
            pause = self._life.stream_ended(broken)
            self._retrying(broken, pause)
            self._stopped.wait(pause)

    def _stream(self) -> Iterator[Followed]:
        self._life.stream_begins()
        request = watch_pb.WatchRequest()
        request.CopyFrom(self._request)
        if self._life.resume_token:
            request.resume_token = self._life.resume_token
            request.on_compacted = watch_pb.COMPACTED_POLICY_RESYNC
        elif self._start is not None:
            request.after_revision = self._start.revision
        self._call = call = self._session.config.watch(request, metadata=self._session.metadata)
        if self._stopped.is_set():
            call.cancel()  # `stop` may have come before there was a call to cancel
        for response in call:
            step = self._life.receive(message_from_proto(response))
            if step.update is not None:
                yield Followed(step.update, response)
