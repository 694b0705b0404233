"""Loaded by servers that live by another clock: libfaketime 0.9.10 fails sleeps that end at a given time.

`time.sleep` is one of those: it would raise EINVAL. A `select` sleeps for a length of time.
"""

import select
import time
from typing import SupportsIndex


def sleep(seconds: float | SupportsIndex) -> None:
    """Sleeps, by the monotonic clock, which is not changed."""
    select.select((), (), (), float(seconds))


time.sleep = sleep
