"""The thread that calls back."""

import queue
import threading

from vexil.client.watches import Job


class Dispatcher:
    """Runs jobs in the order given, in one thread that starts with the first.

    So a slow callback delays other callbacks, and nothing else.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._start = threading.Lock()
        self._closed = False

    def submit(self, job: Job) -> None:
        """Queues a job, which must not raise. After `close` it is dropped."""
        with self._start:
            if self._closed:
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
        self._jobs.put(job)

    def close(self, timeout: float) -> None:
        """Drops what is queued and waits up to `timeout` seconds for the job that runs, if another does."""
        with self._start:
            self._closed = True
            thread = self._thread
        if thread is not None:
            self._jobs.put(None)
            if thread is not threading.current_thread():
                thread.join(timeout)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if not self._closed:
                job()
