"""An environment's configuration, as a stream brings it."""

from collections.abc import Iterator

import grpc
import pytest

from vexil.bridge.questions.question import Place
from vexil.bridge.settings import MOST_KEYS
from vexil.bridge.snapshot.fetching import fetch, selectors
from vexil.bridge.snapshot.held import MOST_BYTES
from vexil.v1 import watch_pb2
from vexil.v1.resource_pb2 import ResourceId, ResourceKind, ResourceState
from vexil.v1.setting_pb2 import Setting
from vexil.v1.value_pb2 import Value
from vexil.v1.watch_pb2 import StateBegin, StateChunk, StateEnd, WatchResponse

PROD = Place("contact-centre", "prod")
BEGIN = WatchResponse(revision=7, state_begin=StateBegin(resource_count=2))
END = WatchResponse(revision=7, state_end=StateEnd(resource_count=2))


class Stream:
    """Brings these messages, then fails, unless its reader has closed it before."""

    def __init__(self, *messages: WatchResponse) -> None:
        self._messages = messages
        self.closed = False
        self.request = watch_pb2.WatchRequest()

    def __call__(self, request: watch_pb2.WatchRequest, _timeout: float) -> Iterator[WatchResponse]:
        self.request = request
        try:
            yield from self._messages
            raise grpc.RpcError
        finally:
            self.closed = True


def chunk(key: str) -> WatchResponse:
    state = ResourceState(id=ResourceId(kind=ResourceKind.RESOURCE_KIND_SETTING, key=key))
    return WatchResponse(revision=7, state_chunk=StateChunk(resources=[state]))


def test_state_is_held_when_it_is_complete() -> None:
    stream = Stream(BEGIN, chunk("a"), chunk("b"), END, chunk("later"))
    held = fetch(stream, PROD, selectors(()), 1.0)

    assert held is not None
    assert held.revision == 7
    assert [state.id.key for state in StateChunk.FromString(held.states).resources] == ["a", "b"]
    assert stream.closed


@pytest.mark.parametrize(
    "setting",
    [
        Setting(value=Value(string_value="x", sensitive=True)),
        Setting(variants={"on": Value(bool_value=True), "off": Value(bool_value=False, sensitive=True)}),
    ],
)
def test_sensitive_values_are_noticed(setting: Setting) -> None:
    message = chunk("a")
    message.state_chunk.resources[0].resource.setting.CopyFrom(setting)

    held = fetch(Stream(BEGIN, message, chunk("b"), END), PROD, selectors(()), 1.0)
    plain = fetch(Stream(BEGIN, chunk("a"), chunk("b"), END), PROD, selectors(()), 1.0)

    assert held is not None
    assert plain is not None
    assert (held.sensitive, plain.sensitive) == (True, False)


def test_state_that_is_cut_off_is_none() -> None:
    stream = Stream(BEGIN, chunk("a"))

    assert fetch(stream, PROD, selectors(()), 1.0) is None
    assert stream.closed


def test_state_that_is_too_large_is_none() -> None:
    large = chunk("x" * 200)
    messages = [BEGIN, *[large] * (MOST_BYTES // 200), END]

    assert fetch(Stream(*messages), PROD, selectors(()), 1.0) is None


def test_selectors_are_all_but_templates_and_the_settings_that_are_wanted() -> None:
    kinds = {ResourceKind.Name(each.kind).removeprefix("RESOURCE_KIND_") for each in selectors(())}

    assert kinds == {
        *("SETTING", "SEGMENT", "FLOW_CONFIGURATION", "QUEUE_CONFIGURATION"),
        *("ROUTING_RULE", "LOGGING_CONFIGURATION"),
    }
    assert [each.prefix for each in selectors(("menu.", "callback.")) if each.prefix] == [
        "menu.",
        "callback.",
    ]
    assert len(selectors([f"key-{number}" for number in range(MOST_KEYS)])) == 64
