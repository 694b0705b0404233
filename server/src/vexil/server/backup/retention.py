"""Which backups are kept: one a day for some time, one a week for longer, and all that these build upon."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from vexil.server.backup.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Policy:
    """For how long a daily and a weekly backup is kept."""

    daily: timedelta
    weekly: timedelta


def kept(backups: Sequence[Manifest], policy: Policy, now: datetime) -> set[str]:
    """The ids to keep; in any case that of the newest, and of all that kept ones follow.

    Of a day (in UTC) it is the last backup, of a week (ISO 8601) the first one with everything, which needs
    no other; the last one where a week has none.
    """
    ordered = sorted(backups, key=lambda manifest: manifest.id)
    wanted = {manifest.id for manifest in ordered[-1:]}
    daily = [each for each in ordered if each.created_at > now - policy.daily]
    wanted.update({_day(each): each.id for each in daily}.values())
    weekly = [each for each in ordered if each.created_at > now - policy.weekly]
    wanted.update({_week(each): each.id for each in _full_ones_last(weekly)}.values())
    by_id = {manifest.id: manifest for manifest in ordered}
    for id in list(wanted):
        wanted.update(_ancestors(by_id[id], by_id))
    return wanted


def _full_ones_last(backups: Sequence[Manifest]) -> Iterable[Manifest]:
    """So that of several with one week the last one is the first that has everything."""
    yield from (each for each in backups if each.parent is not None)
    yield from (each for each in reversed(backups) if each.parent is None)


def _ancestors(manifest: Manifest, by_id: dict[str, Manifest]) -> Iterable[str]:
    parent = manifest.parent
    while parent is not None:
        yield parent.id
        before = by_id.get(parent.id)
        parent = None if before is None else before.parent


def _day(manifest: Manifest) -> date:
    return manifest.created_at.astimezone(UTC).date()


def _week(manifest: Manifest) -> tuple[int, int]:
    year, week, _ = _day(manifest).isocalendar()
    return year, week
