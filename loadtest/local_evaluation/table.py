"""The figures of a run: flag by flag, each call beside Vexil's full result."""

from collections.abc import Iterator, Mapping

from loadtest.local_evaluation.cases import FLAGS
from loadtest.local_evaluation.subject import Subject
from loadtest.results import Figure

NAME = "local evaluation"
TITLES = {
    "fixed": "no rule",
    "rules": "five rules, alike",
    "mixed": "five rules, mixed",
    "rollout": "rollout, 50 %",
}
AIMS = {"fixed": "≤ 0.2 µs", "rules": "≤ 0.6 µs", "rollout": "≤ 0.35 µs"}
"""For Vexil's full result; each is also meant to be ahead of every peer's call for the bare value."""


def figures(subjects: Mapping[str, Subject]) -> Iterator[Figure]:
    """Yields microseconds a call; the subjects are those of `OWN` and any peers."""
    empty = subjects["empty"].medians["value", "fixed"]
    yield Figure(NAME, "an empty function", "the measuring", empty, "µs")
    reference = subjects["vexil"]
    sdks = [subject for name, subject in subjects.items() if name not in ("empty", "vexil_openfeature")]
    for flag in FLAGS:
        full = reference.medians["details", flag]
        for sdk in sdks:
            for (kind, about), median in sdk.medians.items():
                if about == flag:
                    itself = sdk is reference and kind == "details"
                    label = f"{sdk.name} {sdk.version} {kind}"
                    ratio = None if itself else median / full
                    aim = AIMS.get(flag, "") if itself else ""
                    yield Figure(NAME, TITLES[flag], label, median, "µs", ratio, "vexil's details", aim)
    yield from _openfeature(subjects["vexil_openfeature"].medians)


def _openfeature(medians: Mapping[tuple[str, str], float]) -> Iterator[Figure]:
    """What OpenFeature's own client takes on top of the provider that it asks."""
    for flag in ("fixed", "rules"):
        provider, client = medians["provider", flag], medians["client", flag]
        case = f"OpenFeature, {flag}"
        yield Figure(NAME, case, "the provider alone", provider, "µs")
        yield Figure(NAME, case, "its client adds", client - provider, "µs")
