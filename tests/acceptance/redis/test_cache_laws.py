"""Laws of the cache, with any order of commits, answers, looks and losses."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from tests.support.caches import KEY, Reader

READERS = 3
NAME = KEY.name()
MARKS = "vexil:revisions"

Loss = Literal["everything", "marks", "entries"]


@dataclass(frozen=True)
class Commit:
    """The namespace gets a revision; `told` says whether Redis hears of it."""

    told: bool


@dataclass(frozen=True)
class Answer:
    """A reader gets a server's answer, `behind` revisions old, and puts it."""

    reader: int
    behind: int


@dataclass(frozen=True)
class Look:
    """A reader looks into the cache."""

    reader: int


@dataclass(frozen=True)
class Lose:
    """Redis loses something."""

    what: Loss


@dataclass(frozen=True)
class Restore:
    """Redis is as it was at some moment before, as after a change to a replica that was behind."""


readers = st.integers(0, READERS - 1)
steps = st.lists(
    st.one_of(
        st.builds(Commit, st.booleans()),
        st.builds(Answer, readers, st.integers(0, 3)),
        st.builds(Look, readers),
        st.builds(Lose, st.sampled_from(["everything", "marks", "entries"])),
        st.builds(Restore),
    ),
    max_size=40,
)


@dataclass
class World:
    """A namespace, its Redis and its readers."""

    redis: Redis
    readers: list[Reader]
    head: int = 1
    told: int = 0
    seen: list[int] = field(default_factory=lambda: [0] * READERS)
    copies: list[tuple[bytes | str | None, float | None]] = field(default_factory=list)
    lossless: bool = True

    def do(self, step: object) -> None:
        match step:
            case Commit(told):
                self.head += 1
                if told:
                    self.redis.zadd(MARKS, {KEY.namespace: self.head}, gt=True)
                    self.told = self.head
            case Answer(reader, behind):
                revision = max(self.head - behind, 1)
                self.readers[reader].put(revision, b"as of %d" % revision)
                self.seen[reader] = max(self.seen[reader], revision)
            case Look(reader):
                self.look(reader)
            case Lose(what):
                self.lossless = False
                self.copies.append((self.redis.get(NAME), self.redis.zscore(MARKS, KEY.namespace)))
                self.redis.delete(*{"everything": (NAME, MARKS), "marks": (MARKS,), "entries": (NAME,)}[what])
            case Restore():
                self.restore()

    def look(self, reader: int) -> None:
        hit = self.readers[reader].get()
        if hit is None:
            return
        revision, value = hit
        assert value == b"as of %d" % revision
        assert self.seen[reader] <= revision <= self.head
        if self.lossless:
            assert revision >= self.told
        self.seen[reader] = revision

    def restore(self) -> None:
        if self.copies:
            self.lossless = False
            entry, mark = self.copies[-1]
            self.redis.delete(NAME, MARKS)
            if entry is not None:
                self.redis.set(NAME, entry)
            if mark is not None:
                self.redis.zadd(MARKS, {KEY.namespace: mark})


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taken=steps)
def test_no_reader_gets_what_is_older_than_it_has_seen_or_than_was_told(
    url: str, redis: Redis, taken: list[object]
) -> None:
    redis.flushdb()
    with ExitStack() as stack:
        world = World(redis, [Reader(url) for _ in range(READERS)])
        for reader in world.readers:
            stack.enter_context(reader)
        for step in taken:
            world.do(step)
        for number in range(READERS):
            world.look(number)
