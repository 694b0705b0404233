from vexil.core.change import Put, VersionIs
from vexil.core.errors import InvalidRequest, NotFound, Reason, Violation
from vexil.core.resource import Kind, ResourceId, Revision, Version
from vexil.core.setting import Setting
from vexil.core.value import Value
from vexil.server.cli.batches import MOST_BYTES, Batch, batches, request_id
from vexil.server.imports.schedule import Action, Write


def write(key: str, text: str = "x") -> Write:
    id = ResourceId(Kind.SETTING, "prod", key)
    return Write(Put(id, Setting(value=Value.of_string(text))), f"item {key}", Action.CREATE)


def keys(found: list[Batch]) -> list[list[str]]:
    return [[one.change.id.key for one in batch.writes] for batch in found]


def test_batches_have_at_most_so_many_changes() -> None:
    assert keys(list(batches([write(key) for key in "abcde"], 2))) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(batches([], 2)) == []


def test_batches_have_no_resource_twice() -> None:
    assert keys(list(batches([write("a"), write("b"), write("a"), write("a")], 9))) == [
        ["a", "b"],
        ["a"],
        ["a"],
    ]


def test_batches_have_at_most_so_many_bytes() -> None:
    large = "x" * (MOST_BYTES // 2)

    assert keys(list(batches([write("a", large), write("b", large), write("c")], 9))) == [["a"], ["b", "c"]]


def test_request_id_is_that_of_the_content_and_the_revision() -> None:
    changes = [write("a").change]
    versions = [VersionIs(changes[0].id, Version(0))]
    one = request_id("shop", Revision(5), changes, versions)

    assert one == request_id("shop", Revision(5), list(changes), list(versions))
    others = {
        request_id("mall", Revision(5), changes, versions),
        request_id("shop", Revision(6), changes, versions),
        request_id("shop", Revision(5), [write("a", "y").change], versions),
        request_id("shop", Revision(5), changes, [VersionIs(changes[0].id, Version(1))]),
    }
    assert len(others | {one}) == 5


def test_what_a_server_refuses_is_told_by_item() -> None:
    batch = Batch([write("a"), write("b")])
    refused = InvalidRequest.of(
        [
            Violation("changes[1].put.setting.value", "is too large", Reason.CONSTRAINT_VIOLATION),
            Violation("message", "is too long"),
        ]
    )

    told = batch.blamed(refused)

    assert isinstance(told, InvalidRequest)
    assert told.message == "item b (setting prod/b): is too large (and 1 more)"
    assert [violation.field for violation in told.violations] == ["item b (setting prod/b)", "message"]
    assert told.reason is Reason.CONSTRAINT_VIOLATION


def test_other_errors_stay_as_they_are() -> None:
    error = NotFound("no such namespace")

    assert Batch([write("a")]).blamed(error) is error
