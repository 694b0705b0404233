"""Times."""

from datetime import datetime


def moment(time: datetime) -> str:
    """A time to the second, in the zone of the machine, with its offset."""
    return time.astimezone().isoformat(sep=" ", timespec="seconds")


def brief_moment(time: datetime) -> str:
    """The same for a column of a table, without the offset."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def clock(time: datetime) -> str:
    """The time of day to the second, in the zone of the machine."""
    return time.astimezone().strftime("%H:%M:%S")


def span(seconds: float) -> str:
    """How long something took: `0.41 ms`, `12 ms`, `1.25 s`, `130 s`."""
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.3g} s" if seconds < 100 else f"{seconds:.0f} s"
