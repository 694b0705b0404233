import io
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.strategies import resource_states
from tests.unit.cli.states import state
from vexil.core.resource import Kind, Namespace, ResourceState
from vexil.core.setting import Setting
from vexil.core.value import Value
from vexil.files.source import ManifestError
from vexil.server.cli.jsonlines import Header, read_header, read_states, write_header, write_states

HEADER = Header("shop", 12, 1)


def written(states: list[ResourceState]) -> str:
    file = io.StringIO()
    write_states(file, states)
    return file.getvalue()


# Of what proves who somebody is a client has no digests, so that it writes none.
SECRET = {Kind.SERVICE_KEY, Kind.USER, Kind.SESSION}
STATES = resource_states().filter(lambda state: state.id.kind not in SECRET)


@given(st.lists(STATES, max_size=3))
def test_lines_are_read_as_they_were_written(states: list[ResourceState]) -> None:
    text = written(states)

    assert [one for _, one in read_states("x", io.StringIO(text))] == states
    assert text.count("\n") == len(states)


def test_header_is_read_as_it_was_written() -> None:
    file = io.StringIO()

    write_header(file, HEADER)

    assert read_header("x", file.getvalue()) == HEADER


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "is not JSON"),
        ("[]", "is no JSON object"),
        ("{}", "is no header"),
        ('{"format": "vexil-export", "version": 2}', "is no header"),
        ('{"format": "vexil-export", "version": 1}', "lacks something"),
        ('{"format": "vexil-export", "version": 1, "namespace": "x", "revision": "y"}', "lacks something"),
    ],
)
def test_header_that_is_none_is_refused(line: str, message: str) -> None:
    with pytest.raises(ManifestError, match=message):
        read_header("dump.jsonl", line)


@pytest.mark.parametrize(
    "line",
    [
        '{"id": {"kind": "RESOURCE_KIND_SETTING"',
        "[" * 100_000,
        '{"unknown": 1}',
        '{"id": {"kind": "RESOURCE_KIND_SETTING", "environment": "prod", "key": "x"}}',
        '{"version": "many"}',
    ],
)
def test_line_that_is_no_resource_is_named_with_its_number(line: str) -> None:
    text = written([state("shop", Namespace())]) + "\n" + line + "\n"

    with pytest.raises(ManifestError) as caught:
        list(read_states("dump.jsonl", io.StringIO(text)))

    assert str(caught.value).startswith("dump.jsonl:4:1: ")


def test_line_separators_in_values_do_not_break_lines() -> None:
    one = state("x", Setting(value=Value.of_string("a\u2028b\x85c\x0bd")), "prod")

    assert [found for _, found in read_states("x", io.StringIO(written([one])))] == [one]
    assert one.changed_at.tzinfo is UTC
