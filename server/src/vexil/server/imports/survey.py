"""What became of all items."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from vexil.core.change import Put
from vexil.core.resource import Environment, Kind, ResourceId
from vexil.core.validation import check_put
from vexil.server.imports.item import Broken, Item
from vexil.server.imports.outcome import Mapped, Outcome, Refused, SetAside

Mapper = Callable[[Item | Broken], Outcome]
"""Makes an outcome of every item; raises nothing."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Each item is in exactly one of the three; mapped ones are in the order of their resources."""

    mapped: Sequence[Mapped]
    refused: Sequence[Refused]
    set_aside: Sequence[SetAside]

    @property
    def read(self) -> int:
        """How many items there were."""
        return len(self.mapped) + len(self.refused) + len(self.set_aside)

    @property
    def aside(self) -> Sequence[tuple[SetAside, int]]:
        """What was set aside, counted."""
        return sorted(Counter(self.set_aside).items(), key=lambda counted: counted[0].what)

    @property
    def environments(self) -> Sequence[str]:
        """The environments that mapped items are for, by name."""
        ids = (put.id for mapped in self.mapped for put in mapped.puts)
        return sorted({id.environment for id in ids if id.environment})

    def only_in(self, environments: Collection[str]) -> "Survey":
        """The same, with what is for another environment refused."""
        kept: list[Mapped] = []
        refused = list(self.refused)
        for mapped in self.mapped:
            unknown = {put.id.environment for put in mapped.puts} - {"", *environments}
            if unknown:
                reason = (
                    f"there is no environment {', '.join(sorted(unknown))}; --create-environments makes it"
                )
                refused.append(Refused(mapped.item, (reason,)))
            else:
                kept.append(mapped)
        return replace(self, mapped=kept, refused=refused)


def survey(items: Iterable[Item | Broken], mapper: Mapper) -> Survey:
    """Maps all items. What Vexil would not take is refused, and so is a resource that was there before."""
    mapped: list[Mapped] = []
    refused: list[Refused] = []
    aside: list[SetAside] = []
    first: dict[tuple[ResourceId, int], str] = {}
    for outcome in sorted(map(mapper, items), key=_order):
        match outcome:
            case Mapped():
                reasons = [*_faults(outcome), *_repeated(outcome, first)]
                if reasons:
                    refused.append(Refused(outcome.item, reasons))
                    continue
                mapped.append(outcome)
                first.update(((put.id, outcome.version), outcome.item) for put in outcome.puts)
            case Refused():
                refused.append(outcome)
            case SetAside():
                aside.append(outcome)
    return Survey(mapped, refused, aside)


def new_environment(name: str) -> Put:
    """What makes an environment that inherits from none."""
    return Put(ResourceId(Kind.ENVIRONMENT, "", name), Environment())


def _order(outcome: Outcome) -> tuple[object, ...]:
    """A scan gives items in any order; a plan has the same one every time."""
    if isinstance(outcome, Mapped):
        return (0, outcome.puts[0].id, outcome.version, outcome.item)
    return (1, outcome.item if isinstance(outcome, Refused) else outcome.what)


def _faults(mapped: Mapped) -> Iterator[str]:
    for put in (*mapped.puts, *mapped.needs):
        for finding in check_put(put.id, put.resource):
            place = finding.field.removeprefix(f"put.{put.id.kind.name.lower()}").lstrip(".")
            yield f"{place}: {finding.description}" if place else finding.description


def _repeated(mapped: Mapped, first: dict[tuple[ResourceId, int], str]) -> Iterator[str]:
    for put in mapped.puts:
        if (earlier := first.get((put.id, mapped.version))) is not None:
            which = f"version {mapped.version} of {put.id}" if mapped.version else f"{put.id}"
            yield f"{which} is in {earlier} as well"
