"""Messages that a server wrote: what a newer release said, and what is damaged, is nobody's request."""

from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from vexil.convert.evaluation import evaluation_from_proto
from vexil.convert.resources import change_from_proto, commit_from_proto, commit_to_proto, state_from_proto
from vexil.core.errors import DataLoss, Unimplemented
from vexil.v1.evaluation_pb2 import Evaluation
from vexil.v1.resource_pb2 import Commit, ResourceChange, ResourceState

STATE = {
    "id": {"kind": "RESOURCE_KIND_SETTING", "environment": "prod", "key": "a"},
    "resource": {"setting": {"value": {"intValue": 1}}},
    "version": 1,
    "changedAt": "2025-01-01T00:00:00Z",
}


def state(**members: Any) -> ResourceState:
    return ParseDict(STATE | members, ResourceState())


def fields(error: pytest.ExceptionInfo[Any]) -> list[str]:
    return [violation.field for violation in error.value.violations]


def test_kind_of_a_newer_release_is_unimplemented() -> None:
    with pytest.raises(Unimplemented, match="a newer release may have written it") as error:
        state_from_proto(state(id={"kind": 11, "key": "a"}))
    assert fields(error) == ["id.kind"]


def test_content_of_a_newer_release_is_unimplemented() -> None:
    message = state(resource={})
    message.resource.MergeFromString(b"\xfa\x01\x00")  # field 31, which no release has yet
    with pytest.raises(Unimplemented, match="a newer release may have written it") as error:
        state_from_proto(message)
    assert fields(error) == ["resource"]


def test_field_of_a_newer_release_is_passed_over() -> None:
    message = state()
    message.resource.setting.MergeFromString(b"\xfa\x01\x00")
    assert state_from_proto(message) == state_from_proto(state())


def test_change_that_neither_puts_nor_deletes_is_unimplemented() -> None:
    with pytest.raises(Unimplemented):
        change_from_proto(ParseDict({"id": STATE["id"]}, ResourceChange()))


def test_reason_of_a_newer_release_is_unimplemented() -> None:
    with pytest.raises(Unimplemented) as error:
        evaluation_from_proto(ParseDict({"key": "a", "reason": 99}, Evaluation()))
    assert fields(error) == ["reason"]


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"changedAt": None}, "changed_at"),
        ({"id": {"key": "a"}}, "id.kind"),
        ({"resource": {"segment": {}}}, "resource"),
        ({"resource": {"setting": {"value": {"jsonValue": "{"}}}}, "resource.setting.value.json_value"),
    ],
)
def test_damaged_state_is_data_loss(members: dict[str, Any], field: str) -> None:
    with pytest.raises(DataLoss) as error:
        state_from_proto(state(**members))
    assert fields(error) == [field]


@pytest.mark.parametrize(
    ("damage", "field"),
    [
        (lambda commit: commit.ClearField("committed_at"), "committed_at"),
        (lambda commit: commit.changes[1].put.ClearField("changed_at"), "changes[1].put.changed_at"),
    ],
)
def test_damaged_commit_is_data_loss(damage: Callable[[Commit], None], field: str) -> None:
    commit = ParseDict({"committedAt": STATE["changedAt"], "changes": [{"put": STATE}] * 2}, Commit())
    damage(commit)
    with pytest.raises(DataLoss) as error:
        commit_from_proto(commit)
    assert fields(error) == [field]


def test_summary_of_a_commit_counts_the_changes_that_it_leaves_out() -> None:
    commit = commit_from_proto(
        ParseDict({"committedAt": STATE["changedAt"], "changes": [{"put": STATE}] * 2}, Commit())
    )
    summary = commit_to_proto(commit, with_changes=False)
    assert (len(summary.changes), summary.change_count) == (0, 2)


def test_states_of_a_commit_share_its_time_and_environment() -> None:
    first, second = state_from_proto(state()), state_from_proto(state())
    assert first.changed_at is second.changed_at
    assert first.id.environment is second.id.environment
