"""Enums of the model and of the wire have the same members, so that none can be without the other."""

from enum import Enum
from typing import Any

import pytest

from vexil.core import connect, errors, evaluation, resource, setting, value
from vexil.core.access.verb import Verb
from vexil.core.flows import conditions, language, omission
from vexil.v1 import (
    access_pb2,
    connect_pb2,
    connect_service_pb2,
    errors_pb2,
    evaluation_pb2,
    resource_pb2,
    setting_pb2,
    value_pb2,
)

PAIRS: list[tuple[type[Enum], Any, str]] = [
    (value.ValueType, value_pb2.ValueType, "VALUE_TYPE"),
    (setting.Operator, setting_pb2.Operator, "OPERATOR"),
    (setting.Lifecycle, setting_pb2.Lifecycle, "LIFECYCLE"),
    (resource.Kind, resource_pb2.ResourceKind, "RESOURCE_KIND"),
    (Verb, access_pb2.Verb, "VERB"),
    (connect.LogLevel, connect_pb2.LogLevel, "LOG_LEVEL"),
    (connect.Compression, connect_pb2.Compression, "COMPRESSION"),
    (connect.RoutingOperator, connect_pb2.RoutingOperator, "ROUTING_OPERATOR"),
    (evaluation.EvaluationReason, evaluation_pb2.EvaluationReason, "EVALUATION_REASON"),
    (evaluation.ErrorCode, evaluation_pb2.EvaluationErrorCode, "EVALUATION_ERROR_CODE"),
    (conditions.SkipReason, connect_service_pb2.SkipReason, "SKIP_REASON"),
    (omission.OmissionReason, connect_service_pb2.OmissionReason, "OMISSION_REASON"),
    (language.FlowFindingCode, connect_service_pb2.FlowFindingCode, "FLOW_FINDING_CODE"),
    (language.FindingSeverity, connect_service_pb2.FindingSeverity, "FINDING_SEVERITY"),
    (errors.Reason, errors_pb2.ErrorReason, "ERROR_REASON"),
]
NUMBERED = [pair for pair in PAIRS if issubclass(pair[0], int)]


@pytest.mark.parametrize(("members", "wire", "prefix"), PAIRS)
def test_enum_has_the_members_of_the_wire(members: type[Enum], wire: Any, prefix: str) -> None:
    assert {f"{prefix}_{each.name}" for each in members} | {f"{prefix}_UNSPECIFIED"} == set(wire.keys())


@pytest.mark.parametrize(("members", "wire", "prefix"), NUMBERED)
def test_numbered_enum_has_the_numbers_of_the_wire(members: type[Enum], wire: Any, prefix: str) -> None:
    assert {each.value: f"{prefix}_{each.name}" for each in members} | {0: f"{prefix}_UNSPECIFIED"} == {
        number: name for name, number in wire.items()
    }


def test_reason_text_is_its_name() -> None:
    assert [each.value for each in errors.Reason] == [each.name for each in errors.Reason]
