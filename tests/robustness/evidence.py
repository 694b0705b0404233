"""A run's records, and what follows from them."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from tests.robustness.model import Expected
from tests.robustness.records import Compacted, Ended, Logged, Opened, Record, Watched, of_type
from tests.robustness.steps import Step, steps_of


class Evidence:
    """A run's records, and what follows from them."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.records = list(records)

    @cached_property
    def log(self) -> list[Logged]:
        """Every commit, by revision; as it was first read."""
        commits: dict[int, Logged] = {}
        for logged in of_type(self.records, Logged):
            commits.setdefault(logged.revision, logged)
        return [commits[revision] for revision in sorted(commits)]

    @cached_property
    def steps(self) -> dict[str, list[Step]]:
        """What each watcher took in."""
        return steps_of(self.records)

    @cached_property
    def expected(self) -> dict[str, Expected]:
        """What each watcher should have been told."""
        wishes = {watched.watcher: watched for watched in of_type(self.records, Watched)}
        return {watcher: Expected(self.log, watched) for watcher, watched in wishes.items()}

    def compacted(self, at: float) -> int:
        """The oldest revision that was surely kept at a time."""
        return max((c.revision for c in of_type(self.records, Compacted) if c.at <= at), default=0)

    def every_step(self, *events: str) -> Iterator[tuple[Step, Expected]]:
        """The steps of all watchers that are one of these events, each with what its watcher expects."""
        for watcher, steps in self.steps.items():
            for step in steps:
                if step.event in events:
                    yield step, self.expected[watcher]

    def ends(self) -> Iterator[tuple[Ended, int | None]]:
        """The ends of streams that the watcher did not want, each with the position that was reached."""
        positions = {opened.stream: opened.position for opened in of_type(self.records, Opened)}
        for step, _ in self.every_step("state", "delta", "progress", "end"):
            if step.token:
                positions[step.stream] = step.revision
        for ended in of_type(self.records, Ended):
            if not ended.own:
                yield ended, positions[ended.stream]
