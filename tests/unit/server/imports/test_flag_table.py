from datetime import UTC, datetime
from typing import Any

import pytest

from vexil.core.resource import Kind, ResourceId
from vexil.core.setting import Definition, Setting
from vexil.core.value import ValueType
from vexil.server.imports.flag_table import FlagTableMapper
from vexil.server.imports.item import Broken, Item
from vexil.server.imports.outcome import Mapped, Outcome, Refused, SetAside

NOW = datetime(2026, 2, 1, tzinfo=UTC)
FEATURE = {
    "PK": "FEATURES",
    "SK": "FEATURE#checkout",
    "description": "The new checkout",
    "created_at": 1_767_225_600,
}
FLAG = {
    "PK": "ENVIRONMENT#checkout",
    "SK": "ENV#prod",
    "environment": "prod",
    "enabled": False,
    "rollout_end_at": None,
    "updated_at": 1_767_225_600,
}


def outcome(item: Any) -> Outcome:
    return FlagTableMapper(NOW)(Item("flags", item))


def mapped(item: Any) -> Mapped:
    result = outcome(item)
    assert isinstance(result, Mapped), result
    return result


def is_on(item: Any) -> bool:
    resource = mapped(item).puts[0].resource
    assert isinstance(resource, Setting)
    assert (resource.serve, resource.off_variant) == ("on", "off")
    return resource.enabled


def test_feature_becomes_a_definition() -> None:
    done = mapped(FEATURE)

    assert done.item == "flags: FEATURES FEATURE#checkout"
    assert done.puts[0].id == ResourceId(Kind.DEFINITION, "", "checkout")
    assert done.puts[0].resource == Definition(ValueType.BOOL, description="The new checkout")
    assert not done.notes


def test_environment_of_a_feature_becomes_a_flag() -> None:
    assert mapped(FLAG).puts[0].id == ResourceId(Kind.SETTING, "prod", "checkout")
    assert not mapped(FLAG).notes
    assert not is_on(FLAG)
    assert is_on({**FLAG, "enabled": True})


@pytest.mark.parametrize(
    "past", [1_769_904_000, "2026-01-31T23:00:00Z", "2026-02-01T00:00:00", "2026-02-01T01:00+01:00"]
)
def test_flag_whose_time_has_come_is_on(past: Any) -> None:
    assert is_on({**FLAG, "rollout_end_at": past})


@pytest.mark.parametrize("future", [1_769_904_001, "2026-02-02T00:00:00Z"])
def test_flag_whose_time_is_to_come_is_off_with_a_note(future: Any) -> None:
    item = {**FLAG, "rollout_end_at": future}

    assert not is_on(item)
    assert mapped(item).notes[0].startswith("rollout_end_at: turn the flag on at 2026-02-0")


@pytest.mark.parametrize(
    ("item", "what"),
    [
        ({"PK": "USER#a@example.com", "SK": "PROFILE", "password_hash": "$2b$12$secret"}, "users"),
        ({"PK": "AUDIT#checkout", "SK": "LOGS#1767225600", "old": None, "new": {}}, "audit entries"),
    ],
)
def test_users_and_audit_are_set_aside_without_their_content(item: Any, what: str) -> None:
    result = outcome(item)

    assert isinstance(result, SetAside)
    assert result.what == what
    assert "secret" not in repr(result)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({}, "PK: is missing"),
        ({"PK": "FEATURES", "SK": "PROFILE"}, "PK and SK are of no known kind of item"),
        ({"PK": "FEATURES"}, "SK: is missing"),
        ({**FLAG, "enabled": None}, "enabled: is missing"),
        ({**FLAG, "environment": "qa"}, "environment: is 'qa', and SK says 'prod'"),
        ({**FLAG, "rollout_end_at": "soon"}, "rollout_end_at: must be seconds since 1970 or ISO 8601"),
        ({**FLAG, "rollout_end_at": 10**15}, "rollout_end_at: must be seconds since 1970 or ISO 8601"),
        ({**FLAG, "rollout_end_at": {}}, "rollout_end_at: must be seconds since 1970 or ISO 8601"),
        ({**FLAG, "SK": "ENV#", "environment": None}, "SK: the environment '' can't be called so"),
    ],
)
def test_item_with_a_fault_says_where(item: Any, reason: str) -> None:
    result = outcome(item)

    assert isinstance(result, Refused)
    assert result.reasons[0].startswith(reason)


def test_what_can_not_be_read_is_told_by_its_place() -> None:
    assert FlagTableMapper(NOW)(Broken("dump.json:7", "is not JSON")) == Refused(
        "dump.json:7", ("is not JSON",)
    )
