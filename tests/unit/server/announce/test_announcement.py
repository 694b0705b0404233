"""What is published of a commit."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.acceptance.store.drafts import Drafts, delete, put
from vexil.core.change import Delete, Put
from vexil.core.resource import Commit, Environment, Kind, ResourceId, Revision
from vexil.core.setting import Setting
from vexil.core.value import Value
from vexil.server.announce.announcement import (
    MAX_BYTES,
    MAX_ENVIRONMENTS,
    Announcement,
    announcement_of,
)

SCHEMA = json.loads((Path(__file__).parents[4] / "docs" / "announcement.schema.json").read_text())
VALID = jsonschema_rs.validator_for(SCHEMA)


def document(announcement: Announcement) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(announcement.body)
    VALID.validate(read)
    return read


def test_announcement_says_who_changed_what_when_and_why() -> None:
    drafts = Drafts()
    drafts.next(put("kept"), put("gone"))
    commit = drafts.next(
        put("kept"),
        delete("gone"),
        put("new", environment="qa"),
        author="ada",
        message="because",
        labels={"ticket": "7"},
        request_id="r-1",
    )
    assert document(announcement_of(commit)) == {
        "schema": "vexil.announcement.v1",
        "namespace": "shop",
        "revision": 2,
        "epoch": 1,
        "committedAt": "2026-01-01T12:00:02.000002Z",
        "author": "ada",
        "message": "because",
        "labels": {"ticket": "7"},
        "requestId": "r-1",
        "changeCount": 3,
        "truncated": False,
        "changes": [
            {"kind": "setting", "environment": "prod", "key": "kept", "version": 2, "operation": "updated"},
            {"kind": "setting", "environment": "prod", "key": "gone", "version": 2, "operation": "deleted"},
            {"kind": "setting", "environment": "qa", "key": "new", "version": 1, "operation": "created"},
        ],
    }


def test_what_comes_back_after_its_deletion_is_created() -> None:
    drafts = Drafts()
    drafts.next(put("x"))
    drafts.next(delete("x"))
    [change] = document(announcement_of(drafts.next(put("x"))))["changes"]
    assert (change["version"], change["operation"]) == (3, "created")


def test_values_stay_where_they_are() -> None:
    announcement = announcement_of(Drafts().next(put("password", "hunter2")))
    assert "hunter2" not in announcement.body
    assert "hunter2" not in str(announcement.attributes)


def test_commit_is_named_the_same_each_time_and_otherwise_after_a_failover() -> None:
    commit = Drafts().next(put("a"))
    assert announcement_of(commit).deduplication_id == "shop:1:1"
    assert announcement_of(commit).group_id == "shop"
    assert announcement_of(Drafts(epoch=2).next(put("a"))).deduplication_id == "shop:1:2"


def test_attributes_name_kinds_and_the_environments_where_something_is_set() -> None:
    drafts = Drafts()
    qa = ResourceId(Kind.ENVIRONMENT, "", "qa")
    assert announcement_of(drafts.next(put("a"), Put(qa, Environment()), put("b"))).attributes == {
        "namespace": "shop",
        "kinds": ["environment", "setting"],
        "environments": ["prod", "qa"],
    }
    assert announcement_of(drafts.next(Delete(ResourceId(Kind.NAMESPACE, "", "shop")))).attributes == {
        "namespace": "shop",
        "kinds": ["namespace"],
    }


def test_very_many_environments_are_no_attribute() -> None:
    changes = [put("a", environment=f"e{number}") for number in range(MAX_ENVIRONMENTS + 1)]
    assert "environments" not in announcement_of(Drafts().next(*changes)).attributes
    assert "environments" in announcement_of(Drafts().next(*changes[1:])).attributes


def test_large_commit_is_announced_without_its_changes() -> None:
    commit = Drafts().next(*(put(f"{'k' * 250}-{number}") for number in range(1000)), labels={"ticket": "7"})
    announcement = announcement_of(commit)
    read = document(announcement)
    assert announcement.size < MAX_BYTES
    assert (read["truncated"], read["changeCount"], read["changes"]) == (True, 1000, [])
    assert read["labels"] == {"ticket": "7"}


def test_largest_commit_of_the_contract_fits() -> None:
    """Each label and the message as large as the contract allows, in characters that take 12 bytes."""
    wide = "\N{GRINNING FACE}"
    changes = [
        Put(ResourceId(Kind.SETTING, f"{'e' * 60}{number % MAX_ENVIRONMENTS:03}", f"{number:0256}"), SETTING)
        for number in range(10_000)
    ]
    announcement = announcement_of(
        Drafts("n" * 63).next(
            *changes,
            author=wide * 256,
            message=wide * 4096,
            labels={f"{number:064}": wide * 1024 for number in range(32)},
            request_id="r" * 128,
        )
    )
    read = document(announcement)
    assert announcement.size <= MAX_BYTES
    assert (read["truncated"], read["changeCount"], read["labels"]) == (True, 10_000, {})
    assert len(announcement.deduplication_id) <= 128


SETTING = Setting(value=Value.of_string("on"))


@pytest.mark.parametrize("text", ["\ud800", "\uffff", "\0", "ü", '"\\'])
def test_body_is_of_characters_that_sqs_takes(text: str) -> None:
    announcement = announcement_of(Drafts().next(put("a"), message=text))
    assert announcement.body.isascii()
    assert announcement.body.isprintable()
    assert json.loads(announcement.body)["message"] == text


@given(
    st.text(max_size=4096),
    st.dictionaries(st.text(max_size=64), st.text(max_size=1024), max_size=32),
    st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - made aware
    st.integers(0, 2000),
)
def test_every_announcement_is_small_enough_and_as_the_schema_says(
    message: str, labels: dict[str, str], at: datetime, count: int
) -> None:
    written = Drafts().next(*(put(f"key-{number}") for number in range(count))).changes
    commit = Commit("shop", Revision(1), written, at, message=message, labels=labels)
    announcement = announcement_of(commit)
    read = document(announcement)
    assert announcement.size <= MAX_BYTES
    assert read["changeCount"] == count
    assert read["truncated"] or (len(read["changes"]) == count and read["labels"] == labels)


def test_schema_knows_every_kind() -> None:
    kinds = SCHEMA["properties"]["changes"]["items"]["properties"]["kind"]["enum"]
    assert kinds == [kind.name.lower() for kind in Kind]
