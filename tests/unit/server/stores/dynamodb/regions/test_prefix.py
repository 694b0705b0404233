"""The prefix rule: laws over logs that were split, and arrive in any order, twice, or in part."""

import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from vexil.core.resource import Revision
from vexil.server.stores.dynamodb.regions.prefix import BrokenLinkError, Link, Place, extend, left_behind
from vexil.server.stores.lineage import Lineage

START = Place(Revision(0), b"")


def entry(previous: Place, epoch: int) -> Link:
    revision = Revision(previous.revision + 1)
    digest = sha256(previous.digest + b"%d %d" % (revision, epoch)).digest()
    return Link(revision, epoch, digest, previous.digest)


def chain(after: Place, epoch: int, length: int) -> list[Link]:
    links: list[Link] = []
    for _ in range(length):
        links.append(entry(after, epoch))
        after = Place(links[-1].revision, links[-1].digest)
    return links


def place(link: Link) -> Place:
    return Place(link.revision, link.digest)


@given(st.integers(0, 12), st.randoms(use_true_random=False), st.sets(st.integers(1, 12)))
def test_prefix_ends_before_the_first_that_is_missing(
    length: int, dice: random.Random, missing: set[int]
) -> None:
    links = chain(START, 7, length)
    here = [link for link in links if link.revision not in missing] * 2
    dice.shuffle(here)
    found = extend(START, here, Lineage().then(7, Revision(1)), Revision(length))
    reached = min([length, *(revision - 1 for revision in missing)])
    assert found == (place(links[reached - 1]) if reached else START)


@given(st.integers(1, 12), st.data())
def test_prefix_goes_on_from_anywhere(length: int, data: st.DataObject) -> None:
    links = chain(START, 7, length)
    lineage = Lineage().then(7, Revision(1))
    middle = data.draw(st.integers(1, length))
    newest = data.draw(st.integers(0, length))
    begun = extend(START, links, lineage, Revision(min(middle, newest)))
    assert extend(begun, links, lineage, Revision(newest)) == extend(START, links, lineage, Revision(newest))


@given(
    st.integers(1, 9),
    st.integers(0, 9),
    st.integers(1, 9),
    st.integers(0, 9),
    st.randoms(use_true_random=False),
)
def test_of_two_homes_only_one_counts(
    shared: int, lost: int, won: int, arrived: int, dice: random.Random
) -> None:
    """Whatever has arrived of both, nothing of the one that lost is ever in the prefix."""
    common = chain(START, 10, shared)
    old, new = chain(place(common[-1]), 10, lost), chain(place(common[-1]), 20, won)
    lineage = Lineage().then(10, Revision(1)).then(20, Revision(shared + 1))
    links = [*common, *old, *new[:arrived]]
    dice.shuffle(links)
    found = extend(START, links, lineage, Revision(shared + won))
    assert found == place([*common, *new[:arrived]][-1])
    assert left_behind(links, lineage) == old


def test_part_that_is_missing_is_a_gap() -> None:
    first, second = chain(START, 7, 2)
    torn = Link(second.revision, 7, second.digest, second.previous, whole=False)
    lineage = Lineage().then(7, Revision(1))
    assert extend(START, [first, torn], lineage, Revision(2)) == place(first)


def test_entry_that_follows_another_is_damage() -> None:
    first, second = chain(START, 7, 2)
    other = Link(second.revision, 7, second.digest, b"another")
    with pytest.raises(BrokenLinkError) as raised:
        extend(START, [first, other], Lineage().then(7, Revision(1)), Revision(2))
    assert raised.value.revision == 2


class Regions(RuleBasedStateMachine):
    """Homes commit and move, in time and too late; a replica hears of it in any order."""

    @initialize()
    def begin(self) -> None:
        self.epoch = 1
        self.lineage = Lineage().then(1, Revision(1))
        self.log: list[Link] = []
        self.lost: list[Link] = []
        self.fallen: list[tuple[Place, int]] = []
        self.under_way: list[Link] = []
        self.here: list[Link] = []
        self.shown: tuple[Place, int] = (START, 1)

    @property
    def head(self) -> Place:
        return place(self.log[-1]) if self.log else START

    @rule()
    def commit(self) -> None:
        self.log.append(entry(self.head, self.epoch))
        self.under_way.append(self.log[-1])

    @rule(back=st.integers(0, 4))
    def move(self, back: int) -> None:
        """Another region takes over, which lacks the last few."""
        if len(self.log) <= back:
            return
        kept = len(self.log) - back
        self.fallen.append((self.head, self.epoch))
        self.lost += self.log[kept:]
        del self.log[kept:]
        self.epoch += 1
        self.lineage = self.lineage.then(self.epoch, Revision(kept + 1))
        self.commit()

    @rule(choice=st.integers(0, 10**6))
    def old_home_goes_on(self, choice: int) -> None:
        if self.fallen:
            number = choice % len(self.fallen)
            after, epoch = self.fallen[number]
            stray = entry(after, epoch)
            self.fallen[number] = (place(stray), epoch)
            self.lost.append(stray)
            self.under_way.append(stray)

    @rule(choice=st.integers(0, 10**6), again=st.booleans())
    def arrive(self, choice: int, again: bool) -> None:
        if self.under_way:
            number = choice % len(self.under_way)
            self.here.append(self.under_way[number] if again else self.under_way.pop(number))

    @invariant()
    def replica_shows_a_beginning_of_the_log(self) -> None:
        before, epoch = self.shown
        start = before if self.lineage.keeps(before.revision, epoch) else START
        found = extend(start, self.here, self.lineage, self.head.revision)
        assert found == START or found == place(self.log[found.revision - 1])
        arrived = {link.digest for link in self.here}
        if found.revision < len(self.log):
            assert self.log[found.revision].digest not in arrived
        assert {link.digest for link in left_behind(self.here, self.lineage)} == {
            link.digest for link in self.lost if link.digest in arrived
        }
        if start == before:
            assert found.revision >= before.revision
        self.shown = (found, self.epoch)


TestRegions = Regions.TestCase
