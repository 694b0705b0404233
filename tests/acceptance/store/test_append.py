"""Appending: one at a time, dense, whole, and once for each request id."""

import asyncio
from dataclasses import replace

import pytest

from tests.acceptance.store.drafts import NAMESPACE, Drafts, put, setting
from tests.acceptance.store.model import Model, same_image
from vexil.core.change import Put
from vexil.core.connect import FlowTemplate, LoggingConfiguration, QueueConfiguration
from vexil.core.errors import Reason
from vexil.core.resource import Commit, Environment, Kind, Namespace, ResourceId, Revision
from vexil.core.setting import Definition, Match, Operator, Rule, Segment, Setting
from vexil.core.value import Value, ValueType
from vexil.server.stores.port import Head, HeadMoved, Image, Store


async def test_append_makes_the_namespace_with_its_first_commit(store: Store) -> None:
    assert await store.head(NAMESPACE) is None
    await store.append(Drafts(epoch=3).next(put("a")))
    assert await store.head(NAMESPACE) == Head(NAMESPACE, Revision(1), Revision(0), 3)


async def test_append_keeps_every_field(store: Store) -> None:
    drafts = Drafts()
    commits = [
        drafts.next(put("a"), author="", message="", labels={}, request_id=""),
        drafts.next(
            put("a", "👋🏽 grüße\0\n\u202e"),
            author="Zoë <zoe@example.com>",
            message="why: „quotes“ \\ ' \" %s \0",
            labels={"ticket": "Ω-1", "": "", "z": "\n"},
            request_id="8f14e45f",
        ),
        drafts.next(put("a"), put("b", "")),
    ]
    for commit in commits:
        await store.append(commit)
    assert await store.read(NAMESPACE, Revision(0), 10) == commits


async def test_append_keeps_every_kind_of_resource(store: Store) -> None:
    rule = Rule(Match("plan", Operator.EQUALS, (Value.of_string("gold"),)), "on", id="gold")
    commit = Drafts().next(
        Put(ResourceId(Kind.NAMESPACE, "", NAMESPACE), Namespace("a shop", "team")),
        Put(ResourceId(Kind.ENVIRONMENT, "", "prod"), Environment(parent="base", production=True)),
        Put(ResourceId(Kind.DEFINITION, "", "a"), Definition(ValueType.BOOL, required=True)),
        Put(
            setting("a"),
            Setting(
                variants={"on": Value.of_bool(True), "off": Value.of_bool(False)}, serve="off", rules=(rule,)
            ),
        ),
        Put(setting("json"), Setting(value=Value.of_json({"list": [1, 2.5, None, {"nested": "é"}]}))),
        Put(setting("int"), Setting(value=Value.of_int(-(2**53) + 1))),
        Put(ResourceId(Kind.SEGMENT, "prod", "s"), Segment(included=("u1",), excluded=("u2",))),
        Put(ResourceId(Kind.QUEUE_CONFIGURATION, "prod", "q"), QueueConfiguration("arn:aws:x", "q")),
        Put(ResourceId(Kind.LOGGING_CONFIGURATION, "prod", "l"), LoggingConfiguration(retention_days=7)),
        Put(ResourceId(Kind.FLOW_TEMPLATE, "prod", "t"), FlowTemplate('{"Version":"2019-10-30"}')),
    )
    await store.append(commit)
    assert await store.read(NAMESPACE, Revision(0), 1) == [commit]


async def test_append_of_a_thousand_changes_with_a_large_value(store: Store) -> None:
    commit = Drafts().next(put("large", "x" * 250_000), *(put(f"key-{number}") for number in range(999)))
    await store.append(commit)
    assert await store.read(NAMESPACE, Revision(0), 1) == [commit]
    assert len((await store.load(NAMESPACE)).states) == 1000


async def test_append_of_a_commit_that_changes_nothing(store: Store) -> None:
    drafts = Drafts()
    commits = [drafts.next(put("a")), drafts.next(), drafts.next(put("a"))]
    for commit in commits:
        await store.append(commit)
    assert await store.read(NAMESPACE, Revision(0), 10) == commits


@pytest.mark.parametrize("revision", [0, 1, 2, 4, 100])
async def test_append_refuses_a_revision_that_does_not_follow(store: Store, revision: int) -> None:
    drafts = Drafts()
    await store.append(drafts.next(put("a")))
    await store.append(drafts.next(put("a")))
    before = await store.load(NAMESPACE)
    with pytest.raises(HeadMoved) as refusal:
        await store.append(replace(drafts.next(put("b")), revision=Revision(revision)))
    assert refusal.value.reason is Reason.CONFLICTING_CHANGE
    assert same_image(await store.load(NAMESPACE), before)
    assert len(await store.read(NAMESPACE, Revision(0), 10)) == 2


async def test_append_refuses_a_first_revision_other_than_1(store: Store) -> None:
    with pytest.raises(HeadMoved):
        await store.append(replace(Drafts().next(put("a")), revision=Revision(2)))
    assert await store.heads() == []


@pytest.mark.parametrize("epoch", [1, 3])
async def test_append_refuses_another_epoch(store: Store, epoch: int) -> None:
    drafts = Drafts(epoch=2)
    await store.append(drafts.next(put("a")))
    with pytest.raises(HeadMoved):
        await store.append(replace(drafts.next(put("a")), epoch=epoch))
    assert await store.head(NAMESPACE) == Head(NAMESPACE, Revision(1), Revision(0), 2)


async def test_append_lets_one_of_fifty_racing_commits_win(store: Store) -> None:
    drafts = Drafts()
    await store.append(drafts.next(put("a")))
    rival = drafts.next(put("a"))
    racing = [replace(rival, author=f"racer-{number}") for number in range(50)]
    outcomes = await asyncio.gather(*map(store.append, racing), return_exceptions=True)
    winners = [
        commit for commit, outcome in zip(racing, outcomes, strict=True) if isinstance(outcome, Commit)
    ]
    assert len(winners) == 1
    assert sum(isinstance(outcome, HeadMoved) for outcome in outcomes) == 49
    assert await store.read(NAMESPACE, Revision(1), 10) == winners


async def test_append_of_concurrent_writers_that_try_again_leaves_no_gap(store: Store) -> None:
    async def write(writer: int) -> None:
        for number in range(10):
            request_id = f"{writer}-{number}"
            while True:
                head = await store.head(NAMESPACE)
                drafts = Drafts()
                drafts.revision = Revision(0) if head is None else head.revision
                commit = drafts.next(put(request_id), request_id=request_id)
                try:
                    await store.append(commit)
                except HeadMoved:
                    continue
                break

    await asyncio.gather(*map(write, range(5)))
    commits = await store.read(NAMESPACE, Revision(0), 100)
    assert [commit.revision for commit in commits] == list(range(1, 51))
    assert len({commit.request_id for commit in commits}) == 50


async def test_append_refuses_a_request_id_that_is_kept(store: Store) -> None:
    drafts = Drafts()
    first = drafts.next(put("a"), request_id="r1")
    await store.append(first)
    with pytest.raises(HeadMoved):
        await store.append(drafts.next(put("b"), request_id="r1"))
    assert await store.find_request(NAMESPACE, "r1") == first
    assert same_image(await store.load(NAMESPACE), _image_of(first))


async def test_append_takes_a_request_id_again_once_it_is_compacted(store: Store) -> None:
    drafts = Drafts()
    for commit in (drafts.next(put("a"), request_id="r1"), drafts.next(put("a"))):
        await store.append(commit)
    await store.compact(NAMESPACE, Revision(1))
    assert await store.find_request(NAMESPACE, "r1") is None
    again = drafts.next(put("b"), request_id="r1")
    await store.append(again)
    assert await store.find_request(NAMESPACE, "r1") == again


async def test_append_takes_any_number_of_commits_without_a_request_id(store: Store) -> None:
    drafts = Drafts()
    for _ in range(3):
        await store.append(drafts.next(put("a")))
    assert (await store.head(NAMESPACE) or pytest.fail("no head")).revision == 3


async def test_append_takes_a_request_id_in_each_namespace(store: Store) -> None:
    commits = [Drafts(name).next(put("a"), request_id="r1") for name in ("a", "b")]
    for commit in commits:
        await store.append(commit)
    assert [await store.find_request(name, "r1") for name in ("a", "b", "c")] == [*commits, None]


def _image_of(*commits: Commit) -> Image:
    model = Model(NAMESPACE)
    model.commits.extend(commits)
    return model.image(len(commits))
