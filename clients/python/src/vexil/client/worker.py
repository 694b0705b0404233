"""The threads of a sync client."""

import threading
from collections.abc import Callable
from typing import Any

import grpc

from vexil.client import forks
from vexil.client.catch_up import CatchUp, closed
from vexil.client.collection import collected_later
from vexil.client.dispatcher import Dispatcher
from vexil.client.engine import Engine
from vexil.client.replica.reports import Report
from vexil.client.rpc import ConfigStub, open_channel, to_vexil_error
from vexil.client.rpc.watching import (
    acknowledge_request,
    messages_from_proto,
    new_watch_id,
    progress_request,
    watch_request,
)
from vexil.client.state import ClientState
from vexil.core.errors import VexilError
from vexil.core.resource import Revision

_CLOSE_TIMEOUT = 5.0
"""Seconds that `close` waits for each thread; they are daemons, so none keeps the process."""


class Worker:
    """Keeps an engine fed: one thread reads the stream, one keeps house, one calls back.

    `moved` guards the engine and is notified whenever it may have moved. Callbacks run outside of it.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.moved = threading.Condition()
        self.dispatcher = Dispatcher("vexil-callbacks")
        self._threads: list[threading.Thread] = []
        self._channel: grpc.Channel | None = None
        self._stub: ConfigStub | None = None
        self._call: grpc.Call | None = None
        self._stopping = False
        self._orphaned = False
        forks.tell(self)

    def start(self) -> None:
        """Starts the threads; without effect when they run. Raises FailedPrecondition after a fork."""
        self.check_process()
        with self.moved:
            if self._threads or self._stopping:
                return
            if self.engine.cache is not None and (saved := self.engine.cache.load()) is not None:
                self.engine.restore(saved)
            self._channel = open_channel(self.engine.options.endpoint)
            stub = self._stub = ConfigStub(self._channel)
            for name, run in (("vexil-watch", self._read), ("vexil-house", self._keep_house)):
                thread = threading.Thread(target=run, args=(stub,), name=name, daemon=True)
                self._threads.append(thread)
                thread.start()

    def wait_for(self, condition: Callable[[], bool], timeout: float | None) -> bool:
        """Waits until the condition on the engine holds, or the client is closed; False on time-out."""
        self.check_process()
        with self.moved:
            return self.moved.wait_for(lambda: condition() or self._stopping, timeout) and condition()

    def catch_up(self, timeout: float) -> Revision:
        """Waits until the state has all that was committed before; raises as `Client.catch_up` says."""
        self.start()
        catch_up = CatchUp(self.engine, timeout)
        while True:
            with self.moved:
                stub = self._stub
                if self._stopping or stub is None:
                    raise closed()
                if catch_up.is_over():
                    return catch_up.revision()
                watch_id, remaining = catch_up.ask(), catch_up.remaining
                if watch_id is None:
                    self.moved.wait_for(lambda: self._stopping or not catch_up.is_waiting(), catch_up.pause)
                    continue
            self._request_progress(stub, catch_up, watch_id, remaining)

    def check_process(self) -> None:
        """Raises FailedPrecondition in a forked child."""
        if self._orphaned:
            raise forks.refuse()

    def close(self) -> None:
        """Ends everything. May be called again, from any thread, callbacks included."""
        with self.moved:
            first, self._stopping = not self._stopping, True
            self.moved.notify_all()
            call = self._call
        if not first or self._orphaned:
            return
        if call is not None:
            call.cancel()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(_CLOSE_TIMEOUT)
        self._save(at_once=True)
        with self.moved:
            self.engine.close()
        self.dispatcher.close(_CLOSE_TIMEOUT)
        if self._channel is not None:
            self._channel.close()

    def after_fork(self) -> None:
        """In a forked child: the threads are gone, and a lock may be held for ever by one of them."""
        self.moved = threading.Condition()
        self.dispatcher = Dispatcher("vexil-callbacks")
        session = self.engine.session
        if self._threads and session.state is not ClientState.CLOSED:
            self._orphaned = True
            self._threads = []
            session.abandon(forks.OrphanReader(session.view))

    def _read(self, stub: ConfigStub) -> None:
        while True:
            error: VexilError | None = None
            try:
                self._follow(stub)
            except grpc.RpcError as failure:
                error = to_vexil_error(failure, self.engine.options.endpoint.target)
            except VexilError as failure:
                error = failure
            except Exception as failure:  # noqa: BLE001 - reading goes on, whatever a message does
                error = self.engine.defect(failure)
            with self.moved:
                if self._stopping:
                    return
                pause = self.engine.stream_ended(error)
                self.moved.notify_all()
                self.moved.wait_for(lambda: self._stopping, pause)

    def _follow(self, stub: ConfigStub) -> None:
        """Reads one stream to its end. Raises RpcError and VexilError."""
        with self.moved:
            if self._stopping:
                return
            watch_id = new_watch_id()
            self.engine.session.stream_begins(watch_id)
            request = watch_request(self.engine.options, self.engine.session.resume_token, watch_id)
            call = self._call = stub.watch(request)
        try:
            for response in call:
                with collected_later():
                    messages = messages_from_proto(response)
                    with self.moved:
                        for message in messages:
                            self.engine.receive(message)
                        self.moved.notify_all()
        finally:
            call.cancel()

    def _keep_house(self, stub: ConfigStub) -> None:
        while True:
            with self.moved:
                # Waiting for a notification or the time that the engine names, whichever is first.
                pause = self.engine.due - self.engine.clock()
                if not self._stopping and pause > 0:
                    self.moved.wait(min(pause, threading.TIMEOUT_MAX))
                if self._stopping:
                    return
                self.engine.tick()
                report = self.engine.report()
                self.moved.notify_all()
            if report is not None:
                self._send(stub, report)
            self._save(at_once=False)

    def _send(self, stub: ConfigStub, report: Report) -> None:
        options = self.engine.options
        call = stub.acknowledge.future(acknowledge_request(options, report), timeout=options.call_timeout)
        call.add_done_callback(lambda done: self._sent(done, report))

    def _request_progress(self, stub: ConfigStub, catch_up: CatchUp, watch_id: str, timeout: float) -> None:
        options = self.engine.options
        try:
            answer = stub.request_progress(progress_request(options, watch_id), timeout=timeout)
        except grpc.RpcError as failure:
            error = to_vexil_error(failure, options.endpoint.target)
            with self.moved:
                catch_up.failed(error)
        else:
            catch_up.answered(answer.revision)

    def _sent(self, call: "grpc.Future[Any]", report: Report) -> None:
        if call.cancelled() or call.exception() is not None:
            with self.moved:
                self.engine.report_failed(report)
                self.moved.notify_all()

    def _save(self, *, at_once: bool) -> None:
        with self.moved:
            saved = self.engine.unsaved(at_once=at_once)
        if saved is not None and self.engine.cache is not None:
            self.engine.cache.save(saved)
