"""Laws of templates: no value changes more than what stands for it."""

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.strategies import json_values
from tests.unit.core.flows.pointing import resolve
from vexil.core.flows.templates import fill
from vexil.core.jsontext import dump

TEXTS = st.text(max_size=12)
VALUES = json_values()


def _template(leaf: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaf,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
        max_leaves=8,
    )


def _escaped(value: Any) -> Any:
    """The value as a template for itself: two braces are written as four."""
    match value:
        case str():
            return value.replace("{{", "{{{{")
        case dict():
            return {_escaped(name): _escaped(item) for name, item in value.items()}
        case list():
            return [_escaped(item) for item in value]
        case _:
            return value


BRACES = st.text(alphabet='{}a. "\\', max_size=12)


@given(_template(st.one_of(VALUES, BRACES)))
@example(["{{{", {"{{": "{{{{{"}])
def test_template_without_placeholders_is_what_it_says(document: Any) -> None:
    filled = fill(json.dumps(_escaped(document)), {})
    assert filled.content is not None
    assert dump(json.loads(filled.content)) == dump(document)


@given(TEXTS, TEXTS, st.text())
def test_text_never_leaves_its_string(before: str, after: str, value: str) -> None:
    template = json.dumps({"a": _escaped(before) + " {{v}} " + _escaped(after), "b": 1})
    filled = fill(template, {"v": value})
    assert filled.content is not None
    assert json.loads(filled.content) == {"a": f"{before} {value} {after}", "b": 1}


@given(VALUES, VALUES)
def test_value_takes_the_place_of_its_placeholder_alone(value: Any, other: Any) -> None:
    filled = fill('{"a":["{{v}}",{"b":"{{o}}"}],"c":"{{v}}"}', {"v": value}, {"o": other})
    assert filled.content is not None
    assert filled.unused == ()
    assert dump(json.loads(filled.content)) == dump({"a": [value, {"b": other}], "c": value})


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53) + 1, 2**53 - 1))
def test_number_inside_text_is_the_same_number(number: float) -> None:
    filled = fill('["{{v}}","n={{v}}"]', {"v": number})
    assert filled.content is not None
    whole, text = json.loads(filled.content)
    assert whole == number
    assert float(text.removeprefix("n=")) == float(number)
    assert json.loads(text.removeprefix("n=")) == number


@given(st.one_of(st.text(), BRACES, _template(BRACES).map(json.dumps)), st.dictionaries(TEXTS, VALUES))
def test_any_template_is_filled_or_says_why_not(template: str, values: dict[str, Any]) -> None:
    filled = fill(template, values)
    assert (filled.content is None) == bool(filled.missing or filled.findings)
    if filled.content is not None:
        json.loads(filled.content)
        return
    for pointer in [missing.pointer for missing in filled.missing] + [it.pointer for it in filled.findings]:
        if pointer:
            resolve(json.loads(template), pointer)


@given(st.lists(st.sampled_from(["a", "b", "c.d", "c.e", "f"]), max_size=6), st.data())
def test_every_name_is_filled_or_missing_and_every_value_used_or_not(
    names: list[str], data: st.DataObject
) -> None:
    values = {"a": 1, "c": {"d": 2, "g": 3}, "h": 4}
    template = json.dumps(
        [data.draw(st.sampled_from([f"{{{{{name}}}}}", f"<{{{{{name}}}}}>"])) for name in names]
    )
    filled = fill(template, values)
    held = {"a", "c.d", "c.g", "h"}
    assert {missing.name for missing in filled.missing} == set(names) - held
    assert set(filled.unused) == held - set(names)
