"""Events of contact flows."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.contact_centre import CALLER_NUMBER, CONTACT, FIRST_CONTACT, OUR_NUMBER, event
from vexil.bridge.event import parse
from vexil.core.errors import InvalidRequest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
KNOWN = st.sampled_from(
    ["Details", "ContactData", "Parameters", "Attributes", "Queue", "Name", "Address", "ContactId", "Channel"]
)
EVENTS = st.recursive(JSON, lambda inner: st.dictionaries(KNOWN, inner), max_leaves=12)


@given(EVENTS)
def test_any_json_is_an_event_or_is_refused(found: Any) -> None:
    try:
        parsed = parse(found)
    except InvalidRequest:
        return
    for name, text in parsed.caller.attributes.items():
        assert name.encode()
        assert text.encode()


def test_contact_is_known_by_its_first_id_and_its_attributes() -> None:
    parsed = parse(event({"plan": "gold"}, operation="route"))

    assert parsed.contact_id == CONTACT
    assert parsed.caller.targeting_key == FIRST_CONTACT
    assert parsed.caller.attributes["plan"] == "gold"
    assert parsed.caller.attributes["Channel"] == "VOICE"
    assert parsed.caller.attributes["QueueName"] == "Basic"
    assert parsed.caller.attributes["LanguageCode"] == "de-DE"
    assert not {CALLER_NUMBER, OUR_NUMBER} & set(parsed.caller.attributes.values())


def test_phone_numbers_are_known_where_the_flow_asks() -> None:
    attributes = parse(event(endpoints="true")).caller.attributes

    assert attributes["CustomerEndpoint"] == CALLER_NUMBER
    assert attributes["SystemEndpoint"] == OUR_NUMBER


def test_contacts_own_attribute_counts_more_than_connects_field() -> None:
    assert parse(event({"Channel": "FAX"})).caller.attributes["Channel"] == "FAX"


def test_targeting_key_is_what_the_flow_says_or_the_contact() -> None:
    alone = event()
    del alone["Details"]["ContactData"]["InitialContactId"]
    nobody = event()
    nobody["Details"]["ContactData"] = {}

    assert parse(event(targetingKey="customer-7")).caller.targeting_key == "customer-7"
    assert parse(alone).caller.targeting_key == CONTACT
    assert parse(nobody).caller.targeting_key is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", ""),
        (True, "true"),
        (5, "5"),
        (1.5, "1.5"),
        ([1, "é"], '[1, "é"]'),
        ({"a": None}, '{"a": null}'),
        ("half \ud83d pair", "half � pair"),
        ("\ud83d\ude00", "😀"),
    ],
)
def test_attributes_become_texts(value: Any, text: str) -> None:
    assert parse(event({"x": value})).caller.attributes["x"] == text


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_attributes_without_a_text_are_left_out(value: Any) -> None:
    assert "x" not in parse(event({"x": value})).caller.attributes


def test_refusal_does_not_show_what_was_sent() -> None:
    asked = json.loads(json.dumps(event(operation="route", **{"raise": CALLER_NUMBER})))

    with pytest.raises(InvalidRequest) as raised:
        parse(asked).parameters.flag("raise")
    assert CALLER_NUMBER not in raised.value.message
