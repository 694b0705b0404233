"""Calls to DynamoDB from an event loop."""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from vexil.core.errors import Unavailable
from vexil.server.stores.dynamodb.breaker import CircuitBreaker
from vexil.server.stores.dynamodb.clients import Limits
from vexil.server.stores.dynamodb.direct import Direct
from vexil.server.stores.dynamodb.errors import translate, unanswered

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ANSWERED = 500
"""HTTP statuses below this are answers: DynamoDB works, and refuses this call."""


class Connection:
    """boto3's client, and a shorter way to the same place, on threads of its own behind a circuit breaker.

    The client is the low-level one, which may be used from several threads
    (https://docs.aws.amazon.com/boto3/latest/guide/clients.html). Used from one event loop.
    """

    def __init__(
        self, client: "DynamoDBClient", limits: Limits, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._limits = limits
        # The first of several attempts.
        self._direct = Direct(client) if limits.attempts > 1 else None
        self._breaker = CircuitBreaker(monotonic)
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="vexil-dynamodb")

    async def call(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        """The answer to a call; `operation` is a method of the client.

        Raises ClientError for what DynamoDB refuses for a reason that is the caller's to judge (a failed
        condition, a cancelled transaction), and otherwise VexilError. A call whose waiting is cancelled is
        made all the same.
        """
        if not self._breaker.admit():
            raise unanswered()
        calling = asyncio.get_running_loop().run_in_executor(self._threads, self._call, operation, arguments)
        try:
            async with asyncio.timeout(self._limits.call_timeout):
                answer = await calling
        except TimeoutError as error:
            self._breaker.failed()
            raise unanswered() from error
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", _ANSWERED) < _ANSWERED:
                self._breaker.succeeded()
            else:
                self._breaker.failed()
            raise
        except BotoCoreError as error:
            refusal = translate(error)
            if isinstance(refusal, Unavailable):
                self._breaker.failed()
            raise refusal from error
        self._breaker.succeeded()
        return answer

    async def work(self, function: Callable[[], Any]) -> Any:
        """What the function returns; it runs on one of the threads, beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)

    def _call(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        answer = None if self._direct is None else self._direct.call(operation, arguments)
        return getattr(self._client, operation)(**arguments) if answer is None else answer

    def close(self) -> None:
        """Waits for calls under way, then closes connections. Not from the event loop."""
        self._threads.shutdown()
        self._client.close()
