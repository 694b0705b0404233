"""Which epoch wrote which part of a log."""

from dataclasses import dataclass
from typing import NamedTuple

from vexil.core.resource import Revision


class Era(NamedTuple):
    """An epoch, and the first revision that it wrote."""

    epoch: int
    first: Revision


@dataclass(frozen=True, slots=True)
class Lineage:
    """The epochs of a log, oldest first; none: all of it is of one epoch, whichever that is.

    After a failover the same revision may have been written in two epochs. One of them is in the lineage; the
    other one is not part of the log.
    """

    eras: tuple[Era, ...] = ()

    @property
    def newest(self) -> int:
        """The newest epoch; 0: it is not known."""
        return self.eras[-1].epoch if self.eras else 0

    def epoch_at(self, revision: int) -> int:
        """The epoch that wrote a revision, which is not below the first. Not for a lineage without eras."""
        return next(era.epoch for era in reversed(self.eras) if era.first <= revision)

    def holds(self, revision: int, epoch: int) -> bool:
        """Whether what was written at this revision in this epoch is part of the log."""
        if not self.eras:
            return True
        return revision >= self.eras[0].first and self.epoch_at(revision) == epoch

    def keeps(self, revision: int, epoch: int) -> bool:
        """Whether what the log was at this revision, while this was its newest epoch, is still its beginning.

        False when a failover has left something behind that was seen there.
        """
        if not self.eras:
            return True
        for place, era in enumerate(self.eras):
            if era.epoch == epoch:
                return place + 1 == len(self.eras) or revision < self.eras[place + 1].first
        return False

    def then(self, epoch: int, first: Revision) -> "Lineage":
        """The lineage up to a revision, which goes on in another epoch."""
        return Lineage((*(era for era in self.eras if era.first < first), Era(epoch, first)))


def only_epoch(epoch: int) -> Lineage:
    """The lineage of a log that one epoch wrote, where no home ever moves."""
    return Lineage((Era(epoch, Revision(1)),))
