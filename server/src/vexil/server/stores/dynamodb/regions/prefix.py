"""What of a log counts where its entries arrive one by one, in any order: the prefix without a gap."""

from collections.abc import Iterable
from dataclasses import dataclass

from vexil.core.resource import Revision
from vexil.server.stores.lineage import Lineage


@dataclass(frozen=True, slots=True)
class Link:
    """An entry, as far as its place in the log is concerned.

    `whole`: everything that it consists of is here. `previous` is the digest of the entry before, `chain` the
    audit chain at it.
    """

    revision: Revision
    epoch: int
    digest: bytes
    previous: bytes
    whole: bool = True
    chain: bytes = b""


@dataclass(frozen=True, slots=True)
class Place:
    """A revision, the digest of its entry, and the audit chain there."""

    revision: Revision
    digest: bytes
    chain: bytes = b""


class BrokenLinkError(Exception):
    """The entry of this revision does not follow the one before: what is stored is damaged."""

    def __init__(self, revision: Revision) -> None:
        super().__init__(revision)
        self.revision = revision


def extend(start: Place, links: Iterable[Link], lineage: Lineage, newest: Revision) -> Place:
    """How far the log reaches without a gap from `start`, but not above `newest`.

    An entry counts when it is of the epoch that wrote its revision, is whole, and the one before it counts.
    The order of the links, repetitions, and entries of other epochs make no difference. Raises
    BrokenLinkError.
    """
    here = {link.revision: link for link in links if lineage.holds(link.revision, link.epoch) and link.whole}
    place = start
    while place.revision < newest and (link := here.get(Revision(place.revision + 1))):
        if link.previous != place.digest:
            raise BrokenLinkError(link.revision)
        place = Place(link.revision, link.digest, link.chain)
    return place


def left_behind(links: Iterable[Link], lineage: Lineage) -> list[Link]:
    """The entries that are not part of the log, by revision and epoch: what a former home wrote alone."""
    outside = {link for link in links if not lineage.holds(link.revision, link.epoch)}
    return sorted(outside, key=lambda link: (link.revision, link.epoch))
