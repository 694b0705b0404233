"""Times."""

from datetime import datetime


def moment(time: datetime) -> str:
    """A time to the second, in the zone of the machine, with its offset."""
    return time.astimezone().isoformat(sep=" ", timespec="seconds")


def clock(time: datetime) -> str:
    """The time of day to the second, in the zone of the machine."""
    return time.astimezone().strftime("%H:%M:%S")
