"""Subscriptions that no server may take: each is refused with its reason, and leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.support.server import PATIENCE, Server, running_server, server_thread
from vexil.client.rpc import (
    AdminStub,
    AioAdminStub,
    AioConfigStub,
    Endpoint,
    open_aio_channel,
    to_vexil_error,
)
from vexil.core.errors import InvalidRequest, NotFound, OutOfRange, Reason, VexilError
from vexil.core.resource import Revision
from vexil.core.selector import Selector
from vexil.server.watch import tokens
from vexil.server.watch.selection import Selection
from vexil.v1 import admin_service_pb2, resource_pb2, watch_pb2
from vexil.v1.watch_pb2 import AcknowledgeRequest, RequestProgressRequest, WatchRequest

WATCH = "/vexil.v1.ConfigService/Watch"
PLENTY: dict[str, Any] = {"new_streams_per_second": 1_000_000, "new_streams_burst": 1_000_000}
"""Nobody is refused for coming too often."""

HEAD = 3
FUTURE = 2**63 - 1


def watch(**members: Any) -> WatchRequest:
    return WatchRequest(**{"namespace": "shop", "environment": "prod", **members})


def namespace(name: str) -> admin_service_pb2.CreateNamespaceRequest:
    request = admin_service_pb2.CreateNamespaceRequest(namespace=name)
    request.environments["prod"].SetInParent()
    request.environments["qa"].SetInParent()
    return request


def commit(value: str) -> admin_service_pb2.CommitRequest:
    request = admin_service_pb2.CommitRequest(namespace="shop")
    change = request.changes.add()
    change.id.kind, change.id.environment, change.id.key = resource_pb2.RESOURCE_KIND_SETTING, "prod", "color"
    change.put.setting.value.string_value = value
    return request


@dataclass(frozen=True, slots=True)
class Place:
    """A server, and how to call it. `channel` takes raw bytes."""

    server: Server
    channel: grpc.aio.Channel
    stub: AioConfigStub

    async def first(self, request: WatchRequest | bytes) -> watch_pb2.WatchResponse:
        """A stream's first message."""
        data = request if isinstance(request, bytes) else request.SerializeToString()
        open_stream: Any = self.channel.unary_stream(WATCH)
        call = open_stream(data, timeout=PATIENCE)
        try:
            return watch_pb2.WatchResponse.FromString(await call.read())
        finally:
            call.cancel()

    async def refusal(self, request: WatchRequest | bytes) -> VexilError:
        """What a stream is refused with."""
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await self.first(request)
        return to_vexil_error(refused.value)

    async def token(self, request: WatchRequest) -> bytes:
        """The first token of a stream."""
        call: Any = self.stub.watch(request, timeout=PATIENCE)
        token = b""
        try:
            while not token:
                token = (await call.read()).resume_token
        finally:
            call.cancel()
        return token

    async def settled(self) -> None:
        """Waits until all streams that were given up have gone."""
        hub = self.server.inside.parts.hub
        async with asyncio.timeout(PATIENCE):
            while any(group.subscribers for group in hub.groups()):  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    """A server that serves as before when all is over, has failed at nothing, and holds nothing of it."""
    with capture_logs() as log:
        async with running_server(**PLENTY) as server, open_aio_channel(Endpoint(server.target)) as channel:
            admin = AioAdminStub(channel)
            for name in ("shop", "other"):
                await admin.create_namespace(namespace(name))
            for value in ("red", "blue"):
                await admin.commit(commit(value))
            here = Place(server, channel, AioConfigStub(channel))
            hub = server.inside.parts.hub
            assert await here.token(watch())
            await here.settled()
            before = {group.selection for group in hub.groups()}
            tasks = len(asyncio.all_tasks())
            yield here
            await here.settled()
            assert {group.selection for group in hub.groups()} == before
            assert (await here.first(watch())).revision == HEAD
            await here.settled()
            async with asyncio.timeout(PATIENCE):
                while len(asyncio.all_tasks()) > tasks:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
    assert [line for line in log if line["event"] == "call_failed"] == []


def duration(seconds: int, nanos: int = 0) -> WatchRequest:
    request = watch()
    request.progress_interval.seconds, request.progress_interval.nanos = seconds, nanos
    return request


def selecting(*selectors: dict[str, Any]) -> WatchRequest:
    return watch(selectors=[watch_pb2.Selector(**selector) for selector in selectors])


OUTSIDE_THE_CONTRACT: dict[str, tuple[WatchRequest, str]] = {
    "no namespace": (WatchRequest(environment="prod"), "namespace"),
    "namespace with capitals": (watch(namespace="Shop"), "namespace"),
    "environment that is a path": (watch(environment="../prod"), "environment"),
    "kind that does not exist": (selecting({}, {"kind": 99}), "selectors[1].kind"),
    "65 selectors": (selecting(*[{"key": "a"}] * 65), "selectors"),
    "empty key": (selecting({"key": ""}), "selectors[0].key"),
    "long key": (selecting({"key": "k" * 257}), "selectors[0].key"),
    "long prefix": (selecting({"prefix": "k" * 257}), "selectors[0].prefix"),
    "long tag": (selecting({"tag": "t" * 65}), "selectors[0].tag"),
    "negative revision": (watch(after_revision=-1), "after_revision"),
    "most negative revision": (watch(after_revision=-(2**63)), "after_revision"),
    "long token": (watch(resume_token=b"x" * 1025), "resume_token"),
    "policy that does not exist": (watch(on_compacted=9), "on_compacted"),
    "long watch id": (watch(watch_id="w" * 129), "watch_id"),
    "long service": (watch(subscriber=watch_pb2.Subscriber(service="s" * 129)), "subscriber.service"),
    "interval of 0": (duration(0), "progress_interval"),
    "interval of 1 ns": (duration(0, 1), "progress_interval"),
    "interval of 99 ms": (duration(0, 99_999_999), "progress_interval"),
    "negative interval": (duration(-1), "progress_interval"),
    "interval of 10 minutes and 1 ns": (duration(600, 1), "progress_interval"),
    "interval of 30 years": (duration(10**9), "progress_interval"),
    "longest interval": (duration(2**63 - 1, 999_999_999), "progress_interval"),
    "interval of mixed signs": (duration(1, -1), "progress_interval"),
    "nanoseconds that are more than a second": (duration(0, 1_500_000_000), "progress_interval"),
}


@pytest.mark.parametrize("case", OUTSIDE_THE_CONTRACT)
async def test_watch_outside_the_contract_is_refused_by_its_field(place: Place, case: str) -> None:
    request, field = OUTSIDE_THE_CONTRACT[case]
    error = await place.refusal(request)
    assert isinstance(error, InvalidRequest)
    assert error.reason is Reason.INVALID_REQUEST
    assert field in {violation.field for violation in error.violations}


async def test_watch_of_what_is_not_there_is_not_found(place: Place) -> None:
    for request, reason in (
        (watch(namespace="nobody"), Reason.NAMESPACE_NOT_FOUND),
        (watch(environment="nowhere"), Reason.ENVIRONMENT_NOT_FOUND),
    ):
        error = await place.refusal(request)
        assert isinstance(error, NotFound)
        assert error.reason is reason


async def test_selector_with_key_and_prefix_means_the_last_as_in_any_oneof(place: Place) -> None:
    both = b"\x12\x01c" + b"\x1a\x03no/"
    data = watch().SerializeToString() + b"\x1a" + bytes([len(both)]) + both
    assert (await place.first(data)).state_begin.resource_count == 0
    # It is watched, and no mistake: the server keeps what it has of it for a while.
    await place.settled()
    place.server.inside.parts.hub._groups["shop"].pop(Selection.of("shop", "prod", [Selector(prefix="no/")]))


@pytest.mark.parametrize("text", [b"\xff", b"sh\xc3", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"])
async def test_text_that_is_not_utf8_is_refused(place: Place, text: bytes) -> None:
    for data in (
        b"\x0a" + bytes([len(text)]) + text,
        watch().SerializeToString() + b"\x1a" + bytes([len(text) + 2]) + b"\x12" + bytes([len(text)]) + text,
    ):
        error = await place.refusal(data)
        assert (type(error), error.reason) == (InvalidRequest, Reason.INVALID_REQUEST)


async def assert_no_token(place: Place, token: bytes) -> None:
    error = await place.refusal(watch(resume_token=token))
    assert isinstance(error, InvalidRequest)
    assert error.reason is Reason.INVALID_RESUME_TOKEN
    assert [violation.field for violation in error.violations] == ["resume_token"]


async def test_token_with_any_bit_flipped_is_refused(place: Place) -> None:
    token = await place.token(watch())
    for bit in range(len(token) * 8):
        forged = bytearray(token)
        forged[bit // 8] ^= 1 << bit % 8
        await assert_no_token(place, bytes(forged))


async def test_token_of_any_other_length_is_refused(place: Place) -> None:
    token = await place.token(watch())
    for length in range(len(token)):
        await assert_no_token(place, token[:length])
    for more in (b"\0", token, b"\xff" * 900):
        await assert_no_token(place, token + more)


async def test_token_of_another_namespace_is_refused(place: Place) -> None:
    await assert_no_token(place, await place.token(watch(namespace="other")))
    hub = place.server.inside.parts.hub
    await place.settled()
    hub._groups.pop("other")


async def test_token_of_another_environment_or_selection_leads_to_a_full_state(place: Place) -> None:
    other = await place.token(watch(environment="qa"))
    response = await place.first(watch(resume_token=other))
    assert response.state_begin.reason == watch_pb2.STATE_REASON_SELECTORS_CHANGED
    await place.settled()
    place.server.inside.parts.hub._groups["shop"].pop(Selection.of("shop", "qa", []))


async def test_position_in_the_future_is_refused_with_the_newest(place: Place) -> None:
    selection = Selection.of("shop", "prod", [])

    def token(revision: int, epoch: int) -> bytes:
        return tokens.encode(tokens.Position("shop", selection.fingerprint, epoch, Revision(revision)))

    for request in (
        watch(after_revision=HEAD + 1),
        watch(after_revision=FUTURE),
        watch(resume_token=token(HEAD + 1, 1)),
        watch(resume_token=token(FUTURE, 1)),
        watch(resume_token=token(2**64 - 1, 1)),
        watch(resume_token=token(HEAD, 2**32 - 1)),
    ):
        error = await place.refusal(request)
        assert isinstance(error, OutOfRange)
        assert error.reason is Reason.REVISION_IN_FUTURE
        assert error.metadata["head_revision"] == str(HEAD)


def acknowledgement(**members: Any) -> AcknowledgeRequest:
    named = watch_pb2.Subscriber(service="checkout", instance="1")
    return AcknowledgeRequest(**{"namespace": "shop", "environment": "prod", "subscriber": named, **members})


def _with(change: Callable[[AcknowledgeRequest], object], **members: Any) -> AcknowledgeRequest:
    request = acknowledgement(**members)
    change(request)
    return request


BAD_REPORTS: dict[str, tuple[AcknowledgeRequest | RequestProgressRequest, Reason, str]] = {
    "no subscriber": (
        AcknowledgeRequest(namespace="shop", environment="prod"),
        Reason.INVALID_REQUEST,
        "subscriber",
    ),
    "nameless subscriber": (
        acknowledgement(subscriber=watch_pb2.Subscriber(zone="a")),
        Reason.INVALID_REQUEST,
        "subscriber.service",
    ),
    "negative revision": (
        acknowledgement(applied_revision=-1),
        Reason.INVALID_REQUEST,
        "applied_revision",
    ),
    "future revision": (acknowledgement(applied_revision=HEAD + 1), Reason.REVISION_IN_FUTURE, ""),
    "far future": (acknowledgement(applied_revision=FUTURE), Reason.REVISION_IN_FUTURE, ""),
    "negative age": (
        _with(lambda it: setattr(it.applied_ago, "seconds", -1), applied_revision=1),
        Reason.INVALID_REQUEST,
        "applied_ago",
    ),
    "negative age before": (
        _with(lambda it: setattr(it.earlier.add(revision=1).applied_ago, "seconds", -1), applied_revision=2),
        Reason.INVALID_REQUEST,
        "earlier[0].applied_ago",
    ),
    "1001 before": (
        acknowledgement(applied_revision=2, earlier=[watch_pb2.AppliedRevision(revision=1)] * 1001),
        Reason.INVALID_REQUEST,
        "earlier",
    ),
    "rejection without a reason": (
        acknowledgement(rejection=watch_pb2.Rejection(revision=2)),
        Reason.INVALID_REQUEST,
        "rejection.reason",
    ),
    "rejection of the future": (
        acknowledgement(rejection=watch_pb2.Rejection(revision=HEAD + 1, reason="no")),
        Reason.REVISION_IN_FUTURE,
        "",
    ),
    "unknown namespace": (acknowledgement(namespace="nobody"), Reason.NAMESPACE_NOT_FOUND, ""),
    "unknown environment": (acknowledgement(environment="nowhere"), Reason.ENVIRONMENT_NOT_FOUND, ""),
    "progress of no stream": (
        RequestProgressRequest(namespace="shop", watch_id="mine"),
        Reason.STREAM_NOT_FOUND,
        "",
    ),
    "progress of a nameless stream": (
        RequestProgressRequest(namespace="shop"),
        Reason.INVALID_REQUEST,
        "watch_id",
    ),
    "progress in no namespace": (
        RequestProgressRequest(namespace="nobody", watch_id="mine"),
        Reason.NAMESPACE_NOT_FOUND,
        "",
    ),
}


@pytest.mark.parametrize("case", BAD_REPORTS)
async def test_bad_report_is_refused(place: Place, case: str) -> None:
    request, reason, field = BAD_REPORTS[case]
    call = (
        place.stub.acknowledge(request)
        if isinstance(request, AcknowledgeRequest)
        else place.stub.request_progress(request)
    )
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call
    error = to_vexil_error(refused.value)
    assert error.reason is reason
    assert not field or field in {violation.field for violation in error.violations}


def damaged(request: WatchRequest, cuts: list[tuple[int, int]]) -> bytes:
    """The request with some bytes replaced; one that is replaced by more than a byte is left out."""
    data = bytearray(request.SerializeToString())
    for place, value in cuts:
        if data:
            index = place % len(data)
            data[index : index + 1] = bytes([value]) if value < 256 else b""
    return bytes(data)


durations = st.builds(duration, st.integers(-2, 700), st.integers(-(2**31), 2**31 - 1))
requests = st.one_of(
    st.binary(max_size=200),
    durations.map(WatchRequest.SerializeToString),
    st.builds(
        damaged,
        st.builds(
            watch,
            selectors=st.lists(
                st.builds(watch_pb2.Selector, kind=st.integers(-1, 12), prefix=st.text(max_size=5)),
                max_size=3,
            ),
            resume_token=st.binary(max_size=50),
            watch_id=st.text(max_size=5),
        ),
        st.lists(st.tuples(st.integers(0, 500), st.integers(0, 300)), max_size=3),
    ),
)


def test_watch_survives_any_bytes() -> None:
    """Whatever is sent: a stream, or a refusal with a reason of ours; the server goes on."""
    with (
        capture_logs() as log,
        server_thread(**PLENTY) as server,
        grpc.insecure_channel(server.target) as channel,
    ):
        AdminStub(channel).create_namespace(namespace("shop"))
        open_stream: Any = channel.unary_stream(WATCH)

        @settings(max_examples=300)
        @given(requests)
        def sends(data: bytes) -> None:
            call = open_stream(data, timeout=PATIENCE)
            try:
                assert watch_pb2.WatchResponse.FromString(next(call)).revision == 1
            except grpc.RpcError as refusal:
                error = to_vexil_error(refusal)
                assert error.reason in Reason
                assert error.reason not in {Reason.INTERNAL, Reason.DEADLINE_EXCEEDED}, data
            finally:
                call.cancel()

        sends()
        call = open_stream(watch().SerializeToString(), timeout=PATIENCE)
        assert watch_pb2.WatchResponse.FromString(next(call)).revision == 1
        call.cancel()
    assert [line for line in log if line["event"] == "call_failed"] == []
