"""Something that is done while calls are measured."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager


@contextmanager
def repeated(work: Callable[[], object], pause: float = 0.0) -> Iterator[None]:
    """Does it from another thread until the block ends, at least once and always to its end.

    `pause`: seconds between the end of one and the beginning of the next. Raises what the work raises.
    """
    enough = threading.Event()

    def repeat() -> None:
        work()
        while not enough.wait(pause):
            work()

    with ThreadPoolExecutor(1) as thread:
        repeating = thread.submit(repeat)
        try:
            yield
        finally:
            enough.set()
        repeating.result()
