"""The bulk sink at a real node: each record is there once, and what it can't hold is a dead letter."""

from datetime import timedelta
from itertools import count

import pytest

from tests.acceptance.audit.announcements import announce, emptied
from tests.acceptance.store.drafts import START
from tests.support.engines.opensearch import OpenSearch
from tests.support.queues import Queues
from vexil.core.errors import InvalidRequest, Unavailable
from vexil.server.audit.pipeline.consumer import Consumer, replay
from vexil.server.audit.pipeline.queue import SqsQueue
from vexil.server.audit.pipeline.retention import Retention
from vexil.server.audit.sinks.opensearch import OpenSearchSink

_numbers = count(1)


@pytest.fixture
def index() -> str:
    """The name of an index that nobody else has."""
    return f"audit-{next(_numbers)}"


def sink_of(opensearch: OpenSearch, index: str) -> OpenSearchSink:
    return OpenSearchSink(f"{opensearch.address}/{index}")


def test_record_is_indexed_once_however_often_it_comes(
    opensearch: OpenSearch, index: str, queues: Queues, queue: str
) -> None:
    ids = announce(queues, queue)
    for _ in range(2):
        emptied(Consumer(SqsQueue(queue), sink_of(opensearch, index), Retention()))
        announce(queues, queue)
    found = opensearch.documents(index)
    assert sorted(found) == ids
    assert {source["actor"] for _, source in found.values()} == {"ada"}


def test_record_is_found_by_actor_key_time_and_action(
    opensearch: OpenSearch, index: str, queues: Queues, queue: str
) -> None:
    ids = announce(queues, queue)
    emptied(Consumer(SqsQueue(queue), sink_of(opensearch, index), Retention()))
    opensearch.ask("POST", f"/{index}/_refresh")
    second = (START + timedelta(seconds=2)).isoformat()
    wanted = [
        {"term": {"actor.keyword": "ada"}},
        {"term": {"keys.keyword": "color"}},
        {"term": {"actions.keyword": "updated"}},
        {"range": {"at": {"gte": second}}},
    ]
    query = {"query": {"bool": {"filter": wanted}}}
    hits = opensearch.ask("POST", f"/{index}/_search", query)["hits"]["hits"]
    assert sorted(hit["_id"] for hit in hits) == ids[1:]


def test_what_the_mapping_does_not_take_is_a_dead_letter_until_it_does(
    opensearch: OpenSearch, index: str, queues: Queues, queue: str
) -> None:
    """One document of three, in the same request."""
    mapping = {"properties": {"revision": {"type": "byte"}, "changeCount": {"type": "integer"}}}
    opensearch.ask("PUT", f"/{index}", {"mappings": mapping})
    ids = announce(queues, queue, revisions=(1, 200, 3))
    letters = queues.queue("letters")
    consumer = Consumer(SqsQueue(queue), sink_of(opensearch, index), Retention(), SqsQueue(letters))
    emptied(consumer)
    assert sorted(opensearch.documents(index)) == sorted([ids[0], ids[2]])

    opensearch.ask("DELETE", f"/{index}")
    assert replay(SqsQueue(letters), SqsQueue(queue)) == 1
    emptied(consumer)
    assert list(opensearch.documents(index)) == [ids[1]]
    assert not queues.receive(letters)


def test_index_that_is_closed_for_writing_keeps_messages_in_the_queue(
    opensearch: OpenSearch, index: str, queues: Queues, queue: str
) -> None:
    """As OpenSearch does by itself when its disk is nearly full; it passes."""
    opensearch.ask("PUT", f"/{index}")
    block = {"index.blocks.read_only_allow_delete": True}
    opensearch.ask("PUT", f"/{index}/_settings", block)
    ids = announce(queues, queue)
    letters = queues.queue("letters")
    consumer = Consumer(SqsQueue(queue), sink_of(opensearch, index), Retention(), SqsQueue(letters))
    assert consumer.step(0).left == len(ids)
    assert not queues.receive(letters)
    opensearch.ask("PUT", f"/{index}/_settings", {"index.blocks.read_only_allow_delete": None})
    emptied(consumer)
    assert sorted(opensearch.documents(index)) == ids


def test_expired_records_are_deleted(opensearch: OpenSearch, index: str, queues: Queues, queue: str) -> None:
    ids = announce(queues, queue)
    sink = sink_of(opensearch, index)
    assert sink.prune(START) == 0
    emptied(Consumer(SqsQueue(queue), sink, Retention.parse("prod=1")))
    opensearch.ask("POST", f"/{index}/_refresh")
    assert sink.prune(START + timedelta(days=1)) == 0
    assert sink.prune(START + timedelta(days=1, seconds=2.5)) == 2
    assert list(opensearch.documents(index)) == ids[2:]


def test_node_that_is_not_there_keeps_messages_in_the_queue(queues: Queues, queue: str) -> None:
    ids = announce(queues, queue)
    with pytest.raises(Unavailable):
        Consumer(SqsQueue(queue), OpenSearchSink("http://127.0.0.1:1/audit"), Retention()).step(0)
    assert len(queues.receive(queue)) == len(ids)


def test_index_whose_name_cannot_be_is_refused_for_good(opensearch: OpenSearch) -> None:
    refused = sink_of(opensearch, "UPPER").write([{"id": "a"}])
    assert isinstance(refused["a"], InvalidRequest)
