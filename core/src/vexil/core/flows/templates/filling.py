"""Filling a template: its JSON is parsed first, so no value can change more than what stands for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from vexil.core.connect import Json
from vexil.core.flows.language.findings import MAX_FINDINGS, FlowFinding, FlowFindingCode
from vexil.core.flows.language.kinds import kind_of
from vexil.core.flows.language.parsing import parse
from vexil.core.flows.pointers import Place
from vexil.core.flows.templates.placeholders import OPENING, Malformed, Name, Placeholder, pieces
from vexil.core.flows.templates.values import ABSENT, find, paths, text_of
from vexil.core.jsontext import JsonProblem

MAX_FILLED_LENGTH = 1024 * 1024
"""Characters that values may add to a template; Amazon Connect takes flows of 256,000."""

_NOTHING: Json = {}


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled template.

    `content` is the JSON text, members in the template's order, without white space; None while placeholders
    are missing or something is wrong. `missing` has every placeholder without a value, in the template's
    order; `unused` the paths of parameters and values that no placeholder names, sorted; `findings` says what
    is wrong with the template or with a value in its place: errors, at most 1,000.
    """

    content: str | None
    missing: tuple[Placeholder, ...] = ()
    unused: tuple[str, ...] = ()
    findings: tuple[FlowFinding, ...] = ()


def fill(template: str, parameters: Json, values: Json = _NOTHING, defaults: Json = _NOTHING) -> Filled:
    """Fills a template's placeholders from parameters, else from values, else from the template's defaults.

    A string that is one placeholder becomes the value itself, of whatever type; inside a longer string, or in
    a member's name, text, numbers and booleans are inserted as text, and nothing else is. What was inserted
    is not looked at again. The cost is linear in the template, and in what is inserted.
    """
    document, problem = parse(template)
    problem = problem or _inexact(template)
    if problem is not None:
        return Filled(None, findings=(problem,))
    filler = _Filler((parameters, values, defaults))
    result = filler.fill(document, ())
    unused = {path for layer in (parameters, values) for path in paths(layer) if not filler.uses(path)}
    complete = not (filler.missing or filler.findings)
    return Filled(
        json.dumps(result, ensure_ascii=False, separators=(",", ":"), allow_nan=False) if complete else None,
        tuple(filler.missing),
        tuple(sorted(".".join(path) for path in unused)),
        tuple(filler.findings),
    )


class _Filler:
    def __init__(self, layers: tuple[Json, ...]) -> None:
        self.missing: list[Placeholder] = []
        self.findings: list[FlowFinding] = []
        self._layers = layers
        self._used: set[tuple[str, ...]] = set()
        self._lengths: dict[str, int] = {}
        self._room = MAX_FILLED_LENGTH

    def fill(self, value: Any, place: Place) -> Any:
        match value:
            case str():
                return self._string(value, place) if OPENING in value else value
            case dict():
                return self._object(value, place)
            case list():
                return [self.fill(item, (*place, index)) for index, item in enumerate(value)]
            case _:
                return value

    def uses(self, path: tuple[str, ...]) -> bool:
        """Whether a placeholder names the path, or an object that it leads through."""
        return any(path[:length] in self._used for length in range(1, len(path) + 1))

    def _object(self, value: Mapping[str, Any], place: Place) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name, item in value.items():
            here = (*place, name)
            filled = self._text(name, here) if OPENING in name else name
            if filled in result:
                self._wrong(here, f'two members of the object would have the name "{filled[:60]}"')
            result[filled] = self.fill(item, here)
        return result

    def _string(self, text: str, place: Place) -> Any:
        match list(pieces(text)):
            case [Name(name)]:
                found = self._find(name, place)
                return text if found is ABSENT else found
            case _:
                return self._text(text, place)

    def _text(self, text: str, place: Place) -> str:
        parts = []
        for piece in pieces(text):
            match piece:
                case str():
                    parts.append(piece)
                case Malformed(opening):
                    self._wrong(
                        place,
                        f'"{opening}" is no placeholder: write {{{{name}}}} or {{{{nested.name}}}},'
                        " and {{{{ for two braces",
                    )
                case Name(name):
                    found = self._find(name, place)
                    if isinstance(found, str | int | float):
                        parts.append(text_of(found))
                    elif found is not ABSENT:
                        self._wrong(
                            place,
                            f"{{{{{name}}}}} is {kind_of(found)}, which has no place inside other text:"
                            " let the placeholder be the whole string",
                        )
        return "".join(parts)

    def _find(self, name: str, place: Place) -> Any:
        """The value for a placeholder; ABSENT, and why, when there is none or no room for it."""
        self._used.add(tuple(name.split(".")))
        found = find(self._layers, name)
        if found is ABSENT:
            self.missing.append(Placeholder(name, place))
            return ABSENT
        if name not in self._lengths:
            self._lengths[name] = len(json.dumps(found, ensure_ascii=False))
        if self._lengths[name] > self._room:
            if self._room >= 0:
                self._wrong(place, f"the values are too long: together over {MAX_FILLED_LENGTH:,} characters")
            self._room = -1
            return ABSENT
        self._room -= self._lengths[name]
        return found

    def _wrong(self, place: Place, message: str) -> None:
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(FlowFinding(place, FlowFindingCode.INVALID_STRUCTURE, message))


def _inexact(template: str) -> FlowFinding | None:
    """A number in the template that would come out as another one, if there is any."""
    try:
        json.loads(template, parse_float=_exact)
    except JsonProblem as problem:
        return FlowFinding((), FlowFindingCode.INVALID_JSON, str(problem))
    return None


def _exact(digits: str) -> float:
    number = float(digits)
    try:
        same = Decimal(digits) == Decimal(repr(number))
    except ArithmeticError:
        same = False
    if not same:
        raise JsonProblem(f"the number {digits[:40]} has more digits than readers keep; write it as text")
    return number
