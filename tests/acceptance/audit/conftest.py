"""An account of moto's server, and this process as its user."""

from collections.abc import Iterator

import pytest

from tests.support.bulk_server import BulkServer, bulk_server
from tests.support.engines.moto import Account, MotoServer
from tests.support.queues import Queues, queues_of


@pytest.fixture
def account(moto_server: MotoServer, monkeypatch: pytest.MonkeyPatch) -> Account:
    account = moto_server.account()
    for name, value in account.variables().items():
        monkeypatch.setenv(name, value)
    return account


@pytest.fixture
def queues(account: Account) -> Iterator[Queues]:
    with queues_of(account) as queues:
        yield queues


@pytest.fixture
def queue(queues: Queues) -> str:
    """The URL of a queue where what is left is there again at once."""
    url = queues.queue("audit")
    queues.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "0"})
    return url


@pytest.fixture
def bulk() -> Iterator[BulkServer]:
    with bulk_server() as server:
        yield server
