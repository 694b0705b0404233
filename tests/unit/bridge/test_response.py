"""Responses: what is always there, and their size."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from vexil.bridge.outcome import Outcome, Source
from vexil.bridge.response import LIMIT, Form, respond

TEXTS = st.integers(0, 9000).map(lambda length: "é🙂x"[length % 3] * length)
OUTCOMES = st.builds(
    Outcome,
    st.sampled_from(Source),
    st.just("RESOLVED"),
    st.dictionaries(
        st.sampled_from(["a", "b", "c", "success", "source"]), TEXTS | st.lists(TEXTS, max_size=4)
    ),
    st.integers(0, 99),
    st.lists(st.sampled_from(["a", "b", "a.0", "nothing"]), max_size=3),
    error=st.sampled_from(["", "FLOW_DISABLED"]),
    message=TEXTS,
)
FORMS = st.sampled_from([Form(), Form(nested=True), Form(separator="_")])
ALWAYS = {"success", "source", "revision", "reason"}


def sizes(response: dict[str, Any]) -> tuple[int, int]:
    """Bytes as Lambda's runtimes write it: the older escape all but ASCII."""
    return len(json.dumps(response)), len(json.dumps(response, ensure_ascii=False).encode())


@given(st.dictionaries(st.sampled_from(["r1", "r2", "menu"]), OUTCOMES, min_size=1), FORMS)
def test_response_of_a_batch_is_never_too_large(outcomes: dict[str, Outcome], form: Form) -> None:
    response = respond(outcomes, form)

    assert max(sizes(response)) <= LIMIT
    assert set(response) >= ALWAYS


@given(OUTCOMES, FORMS)
def test_response_is_never_too_large_and_never_lacks_what_is_always_there(
    outcome: Outcome, form: Form
) -> None:
    response = respond({"": outcome}, form)

    assert max(sizes(response)) <= LIMIT
    assert set(response) >= ALWAYS
    assert response["source"] == outcome.source
    failed = response["success"] in {False, "false"}
    assert failed == ("error" in response) == ("message" in response)


def test_response_lacks_no_more_than_it_has_to() -> None:
    fields = {"a": "x" * 20_000, "b": "x" * 20_000, "c": "x" * 10_000, "d": "x"}
    response = respond({"": Outcome(Source.LIVE, "FOUND", fields, 7, ("a", "b", "c"))}, Form())

    assert response["truncated"] == "a"
    assert set(response) == ALWAYS | {"truncated", "b", "c", "d"}


def test_response_that_fits_says_nothing_of_it() -> None:
    assert "truncated" not in respond({"": Outcome(Source.LIVE, "FOUND", {"a": "x"}, 7, ("a",))}, Form())


def test_what_is_configured_does_not_replace_what_is_always_there() -> None:
    fields = {"success": "false", "error": "made up", "source": "moon"}
    response = respond({"": Outcome(Source.LIVE, "FOUND", fields, 7)}, Form())

    assert (response["success"], response["source"]) == ("true", "live")


def test_batch_is_as_good_as_its_worst_part() -> None:
    parts = {
        "a": Outcome(Source.LIVE, "FOUND", revision=9),
        "b": Outcome(Source.STALE, "FOUND", revision=7, cause="UNAVAILABLE"),
    }
    response = respond(parts, Form(nested=True))

    assert (response["source"], response["revision"], response["cause"]) == ("stale", 7, "UNAVAILABLE")
    assert (response["success"], response["a"]["source"]) == (True, "live")
