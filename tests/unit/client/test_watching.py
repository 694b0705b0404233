import pytest

from tests.unit.client.making import deleted, message, setting
from tests.unit.client.scripted_server import batch_response, delta_response, progress_response, token
from vexil.client.options import ClientOptions
from vexil.client.replica.events import Delta, Message, Unknown
from vexil.client.replica.replica import Refusal
from vexil.client.replica.reports import Applied, Report
from vexil.client.rpc.watching import (
    acknowledge_request,
    messages_from_proto,
    new_watch_id,
    watch_request,
)
from vexil.client.subscriber import Subscriber
from vexil.core.errors import DataLoss
from vexil.core.resource import Revision
from vexil.v1 import watch_pb2

OPTIONS = ClientOptions(namespace="shop", environment="prod", subscriber=Subscriber("checkout", "pod-1"))


def test_subscription_asks_for_batches_under_a_name_of_its_own() -> None:
    one, other = new_watch_id(), new_watch_id()
    assert one != other
    request = watch_request(OPTIONS, b"", one)
    assert (request.batch, request.watch_id, len(one)) == (True, one, 32)


def test_message_of_one_commit_is_one() -> None:
    assert messages_from_proto(delta_response([setting("a", 2, 2)], 2)) == (
        Message(Delta([setting("a", 2, 2)]), Revision(2), token(2)),
    )


def test_batch_is_as_many_messages_as_it_has_commits() -> None:
    response = batch_response([([setting("a", 2, 2)], 2), ([deleted("a", 5)], 5), ([], 6)])
    assert list(messages_from_proto(response)) == [
        message(Delta([setting("a", 2, 2)]), 2, token=False),
        message(Delta([deleted("a", 5)]), 5, token=False),
        message(Delta([]), 6),
    ]


def test_batch_that_is_empty_is_damaged() -> None:
    empty = watch_pb2.WatchResponse(revision=3, deltas=watch_pb2.Deltas())
    with pytest.raises(DataLoss, match="not whole"):
        messages_from_proto(empty)


def test_batch_that_ends_before_its_revision_is_damaged() -> None:
    response = batch_response([([setting("a", 2, 2)], 2), ([setting("a", 3, 3)], 3)])
    del response.deltas.deltas[1]
    with pytest.raises(DataLoss, match="not whole"):
        messages_from_proto(response)


def test_batch_with_a_part_of_a_commit_is_damaged() -> None:
    response = batch_response([([setting("a", 2, 2)], 2), ([setting("a", 3, 3)], 3)])
    response.deltas.deltas[0].more = True
    with pytest.raises(DataLoss, match="not whole"):
        messages_from_proto(response)


def test_event_of_a_newer_release_is_unknown() -> None:
    response = progress_response(7)
    response.ClearField("progress")
    assert [each.event for each in messages_from_proto(response)] == [Unknown()]


def test_report_is_told_in_ages() -> None:
    report = Report(
        100.0,
        Applied(Revision(9), 99.75),
        (Applied(Revision(7), 98.0), Applied(Revision(8), 99.5)),
        Refusal(Revision(10), "x" * 2000),
    )
    request = acknowledge_request(OPTIONS, report)
    assert (request.applied_revision, request.applied_ago.ToMilliseconds()) == (9, 250)
    assert [(each.revision, each.applied_ago.ToMilliseconds()) for each in request.earlier] == [
        (7, 2000),
        (8, 500),
    ]
    assert (request.rejection.revision, len(request.rejection.reason)) == (10, 1024)


def test_report_without_a_state_says_so() -> None:
    request = acknowledge_request(OPTIONS, Report(100.0, None, (), Refusal(Revision(1), "no")))
    assert request.applied_revision == 0
    assert not request.HasField("applied_ago")
