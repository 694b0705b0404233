"""Who is refused while it writes hears why it is refused, and not that its write failed."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable

import grpc
import pytest

from tests.acceptance.permissions.guarded import Caller, House, refused
from vexil.v1 import config_service_pb2 as pb
from vexil.v1.admin_service_pb2 import Change, ImportHeader, ImportRequest
from vexil.v1.resource_pb2 import RESOURCE_KIND_SETTING, ResourceId

TIMES = 300
PROD = pb.EvaluateRequest(namespace="shop", environment="prod", key="a")


async def each(requests: Iterable[object]) -> AsyncIterator[object]:
    for request in requests:
        yield request


async def outcomes(caller: Caller, method: str, requests: list[object]) -> Counter[grpc.StatusCode]:
    """What became of as many streams of these requests, one after the other."""
    open_stream = getattr(caller.config if method == "evaluate_stream" else caller.admin, method)
    ends = [(await refused(open_stream(each(requests))))[0] for _ in range(TIMES)]
    return Counter(ends)


@pytest.mark.parametrize("count", [0, 1, 10])
async def test_a_stranger_that_writes_hears_that_it_is_one(guarded: House, count: int) -> None:
    requests: list[object] = [pb.EvaluateStreamRequest(request=PROD) for _ in range(count)]
    ends = await outcomes(guarded.stranger, "evaluate_stream", requests)
    assert ends == {grpc.StatusCode.UNAUTHENTICATED: TIMES}


async def test_who_may_not_import_hears_it_while_it_still_writes(guarded: House) -> None:
    client = await guarded.caller("client")
    change = Change(id=ResourceId(kind=RESOURCE_KIND_SETTING, environment="prod", key="a"))
    change.put.setting.value.int_value = 1
    requests: list[object] = [ImportRequest(header=ImportHeader(namespace="shop"), changes=[change])]
    ends = await outcomes(client, "import_", requests + [ImportRequest(changes=[change])] * 9)
    assert ends == {grpc.StatusCode.PERMISSION_DENIED: TIMES}
