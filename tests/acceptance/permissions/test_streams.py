"""Streams show no more than their grant, and for no longer."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import grpc
import grpc.aio
import pytest

from tests.acceptance.permissions.guarded import SHOP, Caller, House, refused, scope
from tests.support.backend import put
from vexil.core.access.binding import RoleBinding
from vexil.core.access.scope import Scope
from vexil.v1 import access_service_pb2, admin_service_pb2, config_service_pb2, watch_pb2
from vexil.v1.resource_pb2 import RESOURCE_KIND_SEGMENT, RESOURCE_KIND_SETTING, ResourceId

DENIED = grpc.StatusCode.PERMISSION_DENIED
PROD: dict[str, Any] = {"namespace": "shop", "environment": "prod"}
NARROW = [("grpc.http2.lookahead_bytes", 65_535), ("grpc.http2.bdp_probe", 0)]
"""A channel that takes little ahead of its reader."""

PAY = watch_pb2.Selector(kind=RESOURCE_KIND_SETTING, prefix="pay/")


async def payer(guarded: House) -> Caller:
    return await guarded.caller("client", scope(environment="prod", prefix="pay/", kind="setting"))


class Stream:
    """An open stream, and how it ended."""

    def __init__(self, call: Any) -> None:
        self.call = call
        self.last: watch_pb2.WatchResponse | None = None

    async def until(self, event: str) -> watch_pb2.WatchResponse:
        """The next message with that event."""
        while True:
            message: watch_pb2.WatchResponse = await self.call.read()
            if message.WhichOneof("event") == event:
                return message

    async def end(self) -> grpc.StatusCode:
        """The status; what came before it is kept."""
        try:
            while (message := await self.call.read()) is not grpc.aio.EOF:
                self.last = message
        except grpc.aio.AioRpcError as error:
            return error.code()
        code: grpc.StatusCode = await self.call.code()
        return code

    @property
    def reason(self) -> int:
        """Why it ended, as its last message says."""
        assert self.last is not None
        return self.last.end.reason


async def watching(caller: Caller, **more: Any) -> Stream:
    """A stream that has told its full state, and waits for news."""
    stream = Stream(caller.config.watch(watch_pb2.WatchRequest(**PROD, **more)))
    await stream.until("state_end")
    return stream


async def test_a_watch_wider_than_the_grant_is_refused_ghsa_xg4h_6gfc_h4m8(guarded: House) -> None:
    caller = await payer(guarded)
    for selectors in (
        [],
        [watch_pb2.Selector()],
        [watch_pb2.Selector(kind=RESOURCE_KIND_SETTING)],
        [watch_pb2.Selector(prefix="pay/")],
        [watch_pb2.Selector(kind=RESOURCE_KIND_SEGMENT, prefix="pay/")],
        [watch_pb2.Selector(kind=RESOURCE_KIND_SETTING, prefix="pa")],
        [watch_pb2.Selector(kind=RESOURCE_KIND_SETTING, prefix="*")],
        [watch_pb2.Selector(kind=RESOURCE_KIND_SETTING, tag="pay/")],
        [watch_pb2.Selector(kind=RESOURCE_KIND_SETTING, key="search/a")],
        [PAY, watch_pb2.Selector(kind=RESOURCE_KIND_SETTING, prefix="search/")],
    ):
        request = watch_pb2.WatchRequest(selectors=selectors, **PROD)
        assert (await refused(caller.config.watch(request)))[0] is DENIED, selectors
    for environment in ("base", "qa"):
        request = watch_pb2.WatchRequest(namespace="shop", environment=environment, selectors=[PAY])
        assert (await refused(caller.config.watch(request)))[0] is DENIED
    await watching(caller, selectors=[PAY])
    await watching(caller, selectors=[watch_pb2.Selector(kind=RESOURCE_KIND_SETTING, key="pay/a")])


async def test_a_resume_token_of_another_stream_opens_nothing(guarded: House) -> None:
    everything = await guarded.caller("client")
    stream = Stream(everything.config.watch(watch_pb2.WatchRequest(**PROD)))
    token = (await stream.until("state_end")).resume_token
    caller = await payer(guarded)
    request = watch_pb2.WatchRequest(resume_token=token, **PROD)
    assert (await refused(caller.config.watch(request)))[0] is DENIED


async def test_a_slow_stream_that_is_refused_is_resumed_without_a_gap(guarded: House) -> None:
    """Its last message resumes after what it was sent, not after what waited for it to read."""
    caller, other = await guarded.caller("client"), await guarded.caller("client")
    narrow = grpc.aio.insecure_channel(guarded.server.target, options=NARROW)
    stream = await watching(Caller(narrow, caller.key))
    wanted = [await guarded.shop.set(color=f"{number}{'x' * 60_000}") for number in range(60)]
    await guarded.told()
    await guarded.office.keys.revoke(guarded.author, str(caller.key and caller.key.id))
    await guarded.told()
    await guarded.server.inside.parts.standings.check()
    seen, token = [], b""
    while (message := await stream.call.read()) is not grpc.aio.EOF:
        token = message.resume_token or token
        seen += [message.revision] * (message.WhichOneof("event") == "delta")
        if message.WhichOneof("event") == "end":
            break
    assert len(seen) < len(wanted)
    resumed = Stream(other.config.watch(watch_pb2.WatchRequest(resume_token=token, **PROD)))
    while seen[-1:] != wanted[-1:]:
        seen.append((await resumed.until("delta")).revision)
    assert seen == wanted
    await narrow.close()


@pytest.mark.parametrize("conflate", [False, True])
async def test_a_revoked_key_ends_its_live_stream(guarded: House, conflate: bool) -> None:
    caller, other = await guarded.caller("client"), await guarded.caller("client")
    stream, goes_on = await watching(caller, conflate=conflate), await watching(other)
    await guarded.shop.set(color="red")
    await stream.until("delta")
    await guarded.office.keys.revoke(guarded.author, str(caller.key and caller.key.id))
    await guarded.told()
    assert await stream.end() is grpc.StatusCode.UNAUTHENTICATED
    assert stream.reason == watch_pb2.STREAM_END_REASON_CREDENTIAL_EXPIRED
    await guarded.shop.set(color="blue")
    await goes_on.until("delta")
    assert (await goes_on.until("delta")).revision == 3


async def test_a_revocation_on_this_server_is_in_force_when_it_is_answered(guarded: House) -> None:
    caller = await guarded.caller("client")
    stream = await watching(caller)
    id = str(caller.key and caller.key.id)
    await guarded.admin.access.revoke_service_key(access_service_pb2.RevokeServiceKeyRequest(id=id))
    request = config_service_pb2.EvaluateRequest(key="color", **PROD)
    assert (await refused(caller.config.evaluate(request)))[0] is grpc.StatusCode.UNAUTHENTICATED
    assert await stream.end() is grpc.StatusCode.UNAUTHENTICATED


async def test_an_expired_key_ends_its_live_stream(guarded: House) -> None:
    end = guarded.time.clock.now() + timedelta(minutes=5)
    caller = await guarded.caller("client", expires_at=end)
    stream = await watching(caller)
    guarded.time.advance(301)
    assert await stream.end() is grpc.StatusCode.UNAUTHENTICATED


async def test_a_binding_that_is_taken_away_ends_the_stream(guarded: House) -> None:
    caller = await guarded.caller("client")
    stream = await watching(caller)
    await guarded.office.permissions.delete_binding(guarded.author, f"key/{caller.key and caller.key.id}/1")
    await guarded.told()
    assert await stream.end() is DENIED
    assert stream.reason == watch_pb2.STREAM_END_REASON_GRANT_CHANGED


async def test_a_binding_that_expires_ends_the_stream(guarded: House) -> None:
    end = guarded.time.clock.now() + timedelta(minutes=5)
    caller = await guarded.caller("client", scope("bank"))
    binding = RoleBinding(caller.name, "client", SHOP, end)
    await guarded.office.permissions.put_binding(guarded.author, "for-a-while", binding)
    await guarded.told()
    stream = await watching(caller)
    guarded.time.advance(301)
    assert await stream.end() is DENIED


async def test_grants_that_still_cover_it_leave_a_stream_alone(guarded: House) -> None:
    caller = await payer(guarded)
    stream = await watching(caller, selectors=[PAY])
    narrower = scope(environment="prod", prefix="pay/", kind="setting")
    more = RoleBinding(caller.name, "viewer", narrower)
    await guarded.office.permissions.put_binding(guarded.author, "more", more)
    await guarded.office.permissions.delete_binding(guarded.author, f"key/{caller.key and caller.key.id}/1")
    await guarded.told()
    await guarded.server.inside.parts.standings.check()
    await guarded.shop.set(**{"pay/a": "1"})
    assert (await stream.until("delta")).revision == 2


async def test_a_stream_that_catches_up_ends_as_well(guarded: House) -> None:
    caller = await guarded.caller("client")
    for number in range(40):
        await guarded.shop.set(**{f"key-{number}": "x" * 100_000})
    await guarded.told()
    stream = Stream(caller.config.watch(watch_pb2.WatchRequest(after_revision=1, **PROD)))
    await stream.until("delta")  # and reads no more: the connection's window is full
    await guarded.office.keys.revoke(guarded.author, str(caller.key and caller.key.id))
    await guarded.told()
    await guarded.server.inside.parts.standings.check()
    assert await stream.end() is grpc.StatusCode.UNAUTHENTICATED


async def test_a_stream_of_evaluations_ends_with_its_key(guarded: House) -> None:
    caller = await guarded.caller("client")

    async def requests() -> AsyncIterator[config_service_pb2.EvaluateStreamRequest]:
        evaluate = config_service_pb2.EvaluateRequest(key="color", **PROD)
        yield config_service_pb2.EvaluateStreamRequest(request=evaluate)
        await guarded.office.keys.revoke(guarded.author, str(caller.key and caller.key.id))
        await guarded.told()
        yield config_service_pb2.EvaluateStreamRequest(request=evaluate)

    stream = Stream(caller.config.evaluate_stream(requests()))
    assert await stream.end() is grpc.StatusCode.UNAUTHENTICATED


async def test_an_import_ends_with_its_key(guarded: House) -> None:
    caller = await guarded.caller("editor")

    async def batches() -> AsyncIterator[admin_service_pb2.ImportRequest]:
        header = admin_service_pb2.ImportHeader(namespace="shop")
        yield admin_service_pb2.ImportRequest(header=header)
        await guarded.office.keys.revoke(guarded.author, str(caller.key and caller.key.id))
        await guarded.told()
        yield admin_service_pb2.ImportRequest(changes=[])

    assert (await refused(caller.admin.import_(batches())))[0] is grpc.StatusCode.UNAUTHENTICATED


async def test_progress_is_asked_of_ones_own_streams_alone(guarded: House) -> None:
    caller, other = await guarded.caller("client"), await guarded.caller("client")
    await watching(caller, watch_id="mine")
    request = watch_pb2.RequestProgressRequest(namespace="shop", watch_id="mine")
    assert (await caller.config.request_progress(request)).revision == 1
    assert (await refused(other.config.request_progress(request)))[0] is grpc.StatusCode.NOT_FOUND


async def test_nobody_reports_for_the_subscriber_of_another(guarded: House) -> None:
    caller, other = await guarded.caller("client"), await guarded.caller("client")
    till = watch_pb2.Subscriber(service="till", instance="1")
    await watching(caller, subscriber=till)
    report = watch_pb2.AcknowledgeRequest(subscriber=till, applied_revision=1, **PROD)
    asked = admin_service_pb2.GetConvergenceRequest(**PROD)
    await other.config.acknowledge(report)
    before = (await guarded.admin.admin.get_convergence(asked)).subscribers
    assert {(each.connected, each.applied_revision) for each in before} == {(True, 0), (False, 1)}
    await caller.config.acknowledge(report)
    after = (await guarded.admin.admin.get_convergence(asked)).subscribers
    assert {(each.connected, each.applied_revision) for each in after} == {(True, 1), (False, 1)}


async def test_a_refusal_names_its_resource_only_to_who_may_read_it(guarded: House) -> None:
    client = await guarded.caller("client")
    till = watch_pb2.Subscriber(service="till", instance="1")
    resource = ResourceId(kind=RESOURCE_KIND_SETTING, environment="prod", key="search/a")
    rejection = watch_pb2.Rejection(revision=1, resource=resource, reason="search/a is bad")
    await client.config.acknowledge(
        watch_pb2.AcknowledgeRequest(subscriber=till, rejection=rejection, **PROD)
    )
    caller = await guarded.caller("viewer", scope(environment="prod", prefix="pay/"))
    answer = await caller.admin.get_convergence(admin_service_pb2.GetConvergenceRequest(**PROD))
    assert answer.subscribers[0].rejection.revision == 1
    assert "search" not in str(answer)


async def test_streams_that_are_open_are_left_alone_by_other_changes_of_permissions(guarded: House) -> None:
    streams = [await watching(await guarded.caller("client")) for _ in range(5)]
    for _ in range(3):
        await guarded.caller("viewer")
        await guarded.server.inside.parts.standings.check()
    await guarded.shop.set(color="red")
    for stream in streams:
        assert (await stream.until("delta")).revision == 2


async def test_a_running_export_ends_with_its_key(guarded: House) -> None:
    caller = await guarded.caller("viewer")
    stream = await exporting(guarded, caller)
    await guarded.office.keys.revoke(guarded.author, str(caller.key and caller.key.id))
    await guarded.told()
    assert await stream.end() is grpc.StatusCode.UNAUTHENTICATED


async def test_a_running_export_ends_with_its_expired_key(guarded: House) -> None:
    end = guarded.time.clock.now() + timedelta(minutes=5)
    stream = await exporting(guarded, await guarded.caller("viewer", expires_at=end))
    guarded.time.advance(301)
    assert await stream.end() is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("rest", [None, scope(prefix="key-1")])
async def test_a_running_export_ends_with_its_grant(guarded: House, rest: Scope | None) -> None:
    """Also when some of it may still be exported: what is left out in silence would seem not to be there."""
    caller = await guarded.caller("viewer")
    stream = await exporting(guarded, caller)
    if rest is not None:
        narrower = RoleBinding(caller.name, "viewer", rest)
        await guarded.office.permissions.put_binding(guarded.author, "narrower", narrower)
    await guarded.office.permissions.delete_binding(guarded.author, f"key/{caller.key and caller.key.id}/1")
    await guarded.told()
    assert await stream.end() is DENIED


async def test_a_running_export_goes_on_with_another_grant_for_it(guarded: House) -> None:
    caller = await guarded.caller("viewer")
    stream = await exporting(guarded, caller)
    another = RoleBinding(caller.name, "editor", SHOP)
    await guarded.office.permissions.put_binding(guarded.author, "another", another)
    await guarded.office.permissions.delete_binding(guarded.author, f"key/{caller.key and caller.key.id}/1")
    await guarded.told()
    assert await stream.end() is grpc.StatusCode.OK


async def exporting(guarded: House, caller: Caller) -> Stream:
    """An export that has begun and is larger than what is on its way unread."""
    texts = {f"key-{number}": "x" * 200_000 for number in range(40)}
    await guarded.shop.commit(*(put(key, text) for key, text in texts.items()))
    await guarded.told()
    options = [("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", 65_536)]
    reader = Caller(grpc.aio.insecure_channel(guarded.server.target, options), caller.key)
    stream = Stream(reader.admin.export(admin_service_pb2.ExportRequest(namespace="shop")))
    await stream.call.read()
    return stream
