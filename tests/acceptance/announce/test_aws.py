"""Topics and queues as destinations, through a server that speaks their protocols."""

import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from urllib.request import Request, urlopen

import pytest

from tests.acceptance.store.drafts import Drafts, put
from tests.support.engines.moto import Account
from tests.support.queues import Message, Queues
from vexil.core.errors import AccessDenied, Code, FailedPrecondition, InvalidRequest, NotFound, VexilError
from vexil.server.announce.announcement import Announcement, announcement_of
from vexil.server.announce.aws import AwsDestination
from vexil.server.announce.destination import MAX_BATCH

Opening = Callable[[str], AwsDestination]


@pytest.fixture
async def open_destination(account: Account) -> AsyncIterator[Opening]:
    async with AsyncExitStack() as stack:

        def opened(destination: str) -> AwsDestination:
            made = AwsDestination.open(destination)
            stack.push_async_callback(made.close)
            return made

        yield opened


@contextmanager
def only_allowed(account: Account, *actions: str) -> Iterator[None]:
    """The account's role may do these and nothing else, while the block runs."""
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}],
    }
    with closing(account.session().client("iam", endpoint_url=account.endpoint)) as iam:
        if not iam.list_roles()["Roles"]:
            iam.create_role(RoleName="test", AssumeRolePolicyDocument="{}")
        iam.put_role_policy(RoleName="test", PolicyName="some", PolicyDocument=json.dumps(document))
    enforce_from(account, 0)
    try:
        yield
    finally:
        enforce_from(account, float("inf"))


def enforce_from(account: Account, call: float) -> None:
    """Has moto look at permissions from so many calls on; it is the same for all accounts."""
    url = f"{account.endpoint}/moto-api/reset-auth"
    urlopen(Request(url, str(call).encode(), {"Content-Type": "text/plain"})).close()


def announcements(count: int, namespace: str = "shop") -> list[Announcement]:
    drafts = Drafts(namespace)
    return [announcement_of(drafts.next(put("a"), put("b", environment="qa"))) for _ in range(count)]


def revisions(messages: list[Message]) -> list[int]:
    return [message.document["revision"] for message in messages]


async def test_queue_gets_a_batch(queues: Queues, open_destination: Opening) -> None:
    queue = queues.queue("changes")
    destination = open_destination(f"sqs:{queue}")
    assert not destination.ordered
    batch = announcements(MAX_BATCH)
    assert await destination.publish(batch) == {}
    messages = queues.receive_all(queue)
    assert {message.body for message in messages} == {announcement.body for announcement in batch}
    assert messages[0].attributes == {
        "namespace": "shop",
        "kinds": '["setting"]',
        "environments": '["prod", "qa"]',
    }


async def test_fifo_queue_keeps_order_and_drops_what_comes_twice(
    queues: Queues, open_destination: Opening
) -> None:
    queue = queues.queue("changes.fifo")
    destination = open_destination(f"sqs:{queue}")
    assert destination.ordered
    for announcement in announcements(12):
        assert await destination.publish([announcement]) == {}
        assert await destination.publish([announcement]) == {}
    messages = queues.receive_all(queue)
    assert revisions(messages) == list(range(1, 13))
    assert {message.group for message in messages} == {"shop"}


async def test_topic_passes_on_to_its_queues(queues: Queues, open_destination: Opening) -> None:
    topic, queue = queues.topic("changes"), queues.queue("consumer")
    queues.subscribe(topic, queue)
    assert await open_destination(f"sns:{topic}").publish(announcements(3)) == {}
    assert sorted(revisions(queues.receive_all(queue))) == [1, 2, 3]


async def test_fifo_topic_passes_on_in_order(queues: Queues, open_destination: Opening) -> None:
    topic, queue = queues.topic("changes.fifo"), queues.queue("consumer.fifo")
    queues.subscribe(topic, queue)
    destination = open_destination(f"sns:{topic}")
    for announcement in announcements(5):
        await destination.publish([announcement])
    assert revisions(queues.receive_all(queue)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("policy", "passes"),
    [
        ({"namespace": ["shop"]}, True),
        ({"namespace": ["other"]}, False),
        ({"environments": ["qa"]}, True),
        ({"environments": ["test"]}, False),
        ({"environments": ["test"], "kinds": ["setting"]}, False),
        ({"kinds": ["segment", "setting"]}, True),
    ],
)
async def test_subscriptions_filter_by_attributes(
    queues: Queues, open_destination: Opening, policy: dict[str, list[str]], passes: bool
) -> None:
    topic, queue = queues.topic("changes"), queues.queue("consumer")
    queues.subscribe(topic, queue, policy)
    await open_destination(f"sns:{topic}").publish(announcements(1))
    assert bool(queues.receive_all(queue)) is passes


@pytest.mark.parametrize("kind", ["sns", "sqs"])
async def test_missing_destination_is_named(account: Account, open_destination: Opening, kind: str) -> None:
    missing = {
        "sns": f"sns:arn:aws:sns:{account.region}:{account.number}:nothing",
        "sqs": f"sqs:{account.endpoint}/{account.number}/nothing",
    }[kind]
    destination = open_destination(missing)
    for call in (destination.check(), destination.publish(announcements(1))):
        with pytest.raises(NotFound) as raised:
            await call
        assert missing in raised.value.message


async def test_check_finds_what_is_there_and_publishes_nothing(
    queues: Queues, open_destination: Opening
) -> None:
    topic, queue = queues.topic("changes"), queues.queue("consumer")
    queues.subscribe(topic, queue)
    for destination in (f"sns:{topic}", f"sqs:{queue}"):
        await open_destination(destination).check()
    assert queues.receive_all(queue) == []


async def test_what_is_not_allowed_is_said(
    account: Account, queues: Queues, open_destination: Opening
) -> None:
    destination = open_destination(f"sns:{queues.topic('changes')}")
    with only_allowed(account, "sns:Publish*"):
        with pytest.raises(AccessDenied, match="sns:GetTopicAttributes"):
            await destination.check()
        assert await destination.publish(announcements(1)) == {}
    with only_allowed(account, "sns:GetTopicAttributes"):
        await destination.check()
        with pytest.raises(AccessDenied, match="sns:Publish"):
            await destination.publish(announcements(1))


async def test_unreachable_destination_is_unavailable(
    account: Account, open_destination: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{unused.getsockname()[1]}")
        destination = open_destination(f"sns:arn:aws:sns:{account.region}:{account.number}:x")
        with pytest.raises(VexilError) as raised:
            await destination.publish(announcements(1))
    assert raised.value.code is Code.UNAVAILABLE
    assert "127.0.0.1" not in raised.value.message


async def test_no_credentials_are_said(
    account: Account, open_destination: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    destination = open_destination(f"sns:arn:aws:sns:{account.region}:{account.number}:x")
    with pytest.raises(VexilError) as raised:
        await destination.publish(announcements(1))
    assert raised.value.code is Code.UNAUTHENTICATED


def test_region_that_nothing_names_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(FailedPrecondition, match="AWS_REGION"):
        AwsDestination.open("sqs:http://127.0.0.1:1/000000000000/x")


@pytest.mark.parametrize(
    "destination",
    [
        "sns:arn:aws:sns:eu-west-1:123456789012:vexil",
        "sns:arn:aws-cn:sns:cn-north-1:123456789012:vexil.fifo",
        "sqs:https://sqs.eu-west-1.amazonaws.com/123456789012/vexil",
    ],
)
async def test_topics_and_queues_of_aws_are_opened_in_their_region(
    destination: str, open_destination: Opening
) -> None:
    assert open_destination(destination).name == destination


@pytest.mark.parametrize(
    "destination",
    [
        "",
        "arn:aws:sns:eu-west-1:123456789012:vexil",
        "sns:arn:aws:sqs:eu-west-1:123456789012:vexil",
        "sns:arn:aws:sns:eu-west-1:1234:vexil",
        "sns:arn:aws:sns:eu-west-1:123456789012:vexil:subscription",
        "sqs:arn:aws:sqs:eu-west-1:123456789012:vexil",
        "sqs:https://sqs.eu-west-1.amazonaws.com/vexil",
        "https://sqs.eu-west-1.amazonaws.com/123456789012/vexil",
    ],
)
def test_what_is_neither_topic_nor_queue_is_refused(destination: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        AwsDestination.open(destination)
    assert [violation.field for violation in raised.value.violations] == ["announce"]
