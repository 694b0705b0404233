"""Contact flows with one thing broken."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vexil.core.flows.language import FlowFindingCode
from vexil.core.flows.language.actions import ACTION_TYPES, Leaves

NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Mutation:
    """A broken flow; what has to be found is an error of this code at the pointer, None: wherever it is."""

    what: str
    flow: dict[str, Any]
    code: FlowFindingCode
    pointer: str | None


def mutations(flow: dict[str, Any]) -> Iterator[Mutation]:
    """Every way of breaking one thing of a valid flow."""
    yield from _transitions(flow)
    yield from _identifiers(flow)
    yield from _parameters(flow)
    yield from _top(flow)


def _transitions(flow: dict[str, Any]) -> Iterator[Mutation]:
    for index, action in enumerate(flow["Actions"]):
        known = ACTION_TYPES[action["Type"]]
        here = f"/Actions/{index}/Transitions"
        for name in ("Errors", "Conditions"):
            for number in range(len(action["Transitions"].get(name, ()))):
                broken = copy.deepcopy(flow)
                branch = broken["Actions"][index]["Transitions"][name][number]
                branch["NextAction"] = NOWHERE
                yield Mutation(
                    f"{here}/{name}/{number} leads nowhere",
                    broken,
                    FlowFindingCode.TRANSITION_NOT_FOUND,
                    f"{here}/{name}/{number}/NextAction",
                )
                broken = copy.deepcopy(flow)
                del broken["Actions"][index]["Transitions"][name][number]["NextAction"]
                yield Mutation(
                    f"{here}/{name}/{number} leads to nothing",
                    broken,
                    FlowFindingCode.INVALID_STRUCTURE,
                    f"{here}/{name}/{number}",
                )
        if "NextAction" in action["Transitions"]:
            broken = copy.deepcopy(flow)
            broken["Actions"][index]["Transitions"]["NextAction"] = NOWHERE
            yield Mutation(
                f"{here} leads nowhere",
                broken,
                FlowFindingCode.TRANSITION_NOT_FOUND,
                f"{here}/NextAction",
            )
        if known.leaves is Leaves.NEVER:
            broken = copy.deepcopy(flow)
            broken["Actions"][index]["Transitions"] = {}
            yield Mutation(f"{here} is empty", broken, FlowFindingCode.DEAD_END, here)
            broken = copy.deepcopy(flow)
            del broken["Actions"][index]["Transitions"]
            yield Mutation(
                f"{here} is gone", broken, FlowFindingCode.DEAD_END, here.removesuffix("/Transitions")
            )


def _identifiers(flow: dict[str, Any]) -> Iterator[Mutation]:
    for index, action in enumerate(flow["Actions"]):
        here = f"/Actions/{index}"
        if index:
            broken = copy.deepcopy(flow)
            broken["Actions"][index]["Identifier"] = flow["Actions"][0]["Identifier"]
            yield Mutation(
                f"{here} is called as the first",
                broken,
                FlowFindingCode.DUPLICATE_IDENTIFIER,
                f"{here}/Identifier",
            )
        broken = copy.deepcopy(flow)
        del broken["Actions"][index]
        code = FlowFindingCode.TRANSITION_NOT_FOUND
        if action["Identifier"] == flow["StartAction"]:
            code = FlowFindingCode.START_ACTION_NOT_FOUND
        yield Mutation(f"{here} is gone", broken, code, None)
        for name in ("Identifier", "Type"):
            broken = copy.deepcopy(flow)
            del broken["Actions"][index][name]
            yield Mutation(f"{here} has no {name}", broken, FlowFindingCode.INVALID_STRUCTURE, here)
    broken = copy.deepcopy(flow)
    broken["Actions"].append(
        {"Identifier": "island", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
    )
    yield Mutation(
        "one more action that nothing leads to",
        broken,
        FlowFindingCode.UNREACHABLE_ACTION,
        f"/Actions/{len(flow['Actions'])}",
    )


def _parameters(flow: dict[str, Any]) -> Iterator[Mutation]:
    for index, action in enumerate(flow["Actions"]):
        known = ACTION_TYPES[action["Type"]]
        if known.parameters or known.alternatives:
            broken = copy.deepcopy(flow)
            broken["Actions"][index]["Parameters"] = {}
            here = f"/Actions/{index}/Parameters"
            yield Mutation(f"{here} is empty", broken, FlowFindingCode.MISSING_PARAMETER, here)
        for name in known.parameters:
            broken = copy.deepcopy(flow)
            owner, *inner = name.split("/")
            here = f"/Actions/{index}/Parameters/{owner}"
            holder = broken["Actions"][index]["Parameters"]
            if inner:
                del holder[owner][inner[0]]
            else:
                holder[owner] = None
            yield Mutation(f"{here} lacks {name}", broken, FlowFindingCode.MISSING_PARAMETER, None)


def _top(flow: dict[str, Any]) -> Iterator[Mutation]:
    for name, value, code in (
        ("Version", "2018-10-30", FlowFindingCode.UNSUPPORTED_VERSION),
        ("Version", 20191030, FlowFindingCode.UNSUPPORTED_VERSION),
        ("StartAction", NOWHERE, FlowFindingCode.START_ACTION_NOT_FOUND),
        ("StartAction", "", FlowFindingCode.INVALID_STRUCTURE),
        ("StartAction", None, FlowFindingCode.INVALID_STRUCTURE),
        ("Actions", [], FlowFindingCode.INVALID_STRUCTURE),
        ("Actions", {}, FlowFindingCode.INVALID_STRUCTURE),
        ("Metadata", [], FlowFindingCode.INVALID_STRUCTURE),
    ):
        yield Mutation(f"{name} is {value!r}", {**flow, name: value}, code, f"/{name}")
    for name, code in (
        ("Version", FlowFindingCode.UNSUPPORTED_VERSION),
        ("StartAction", FlowFindingCode.INVALID_STRUCTURE),
        ("Actions", FlowFindingCode.INVALID_STRUCTURE),
    ):
        without = {key: value for key, value in flow.items() if key != name}
        yield Mutation(f"{name} is gone", without, code, "")
