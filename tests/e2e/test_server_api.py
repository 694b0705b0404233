"""Both services over gRPC, as a client in any language sees them."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio
import pytest

from tests.support.server import running_server
from vexil.client.rpc import AioAdminStub, AioConfigStub, Endpoint, open_aio_channel, to_vexil_error
from vexil.core.errors import Reason, VexilError
from vexil.v1 import admin_service_pb2 as admin_pb
from vexil.v1 import config_service_pb2 as config_pb
from vexil.v1 import resource_pb2, watch_pb2
from vexil.v1.evaluation_pb2 import (
    EVALUATION_ERROR_CODE_FLAG_NOT_FOUND,
    EVALUATION_ERROR_CODE_TYPE_MISMATCH,
    EVALUATION_REASON_ERROR,
    EVALUATION_REASON_STATIC,
    EVALUATION_REASON_TARGETING_MATCH,
    EvaluationContext,
)
from vexil.v1.resource_pb2 import (
    RESOURCE_KIND_ENVIRONMENT,
    RESOURCE_KIND_SEGMENT,
    RESOURCE_KIND_SETTING,
    ResourceId,
)
from vexil.v1.setting_pb2 import OPERATOR_EQUALS, Setting
from vexil.v1.value_pb2 import VALUE_TYPE_BOOL, VALUE_TYPE_STRING

PROD: dict[str, Any] = {"namespace": "shop", "environment": "prod"}


@dataclass(frozen=True)
class Api:
    admin: AioAdminStub
    config: AioConfigStub

    async def set(self, environment: str = "prod", **values: str | None) -> int:
        changes = [change(key, value, environment) for key, value in values.items()]
        return (await self.commit(*changes)).revision

    async def commit(self, *changes: admin_pb.Change, **more: Any) -> resource_pb2.Commit:
        request = admin_pb.CommitRequest(namespace="shop", changes=changes, **more)
        return (await self.admin.commit(request)).commit


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """A server whose namespace `shop` has the environments `base` and, on top of it, `prod`."""
    async with running_server() as server, open_aio_channel(Endpoint(server.target)) as channel:
        api = Api(AioAdminStub(channel), AioConfigStub(channel))
        request = admin_pb.CreateNamespaceRequest(namespace="shop", message="open the shop")
        request.spec.owner = "tests"
        request.environments["base"].SetInParent()
        request.environments["prod"].parent = "base"
        await api.admin.create_namespace(request)
        yield api


def setting_id(key: str, environment: str = "prod") -> ResourceId:
    return ResourceId(kind=RESOURCE_KIND_SETTING, environment=environment, key=key)


def change(key: str, value: str | None, environment: str = "prod") -> admin_pb.Change:
    wanted = admin_pb.Change(id=setting_id(key, environment))
    if value is None:
        wanted.delete.SetInParent()
    else:
        wanted.put.setting.value.string_value = value
    return wanted


def flag(key: str) -> admin_pb.Change:
    """On for the plan `gold`, otherwise off."""
    setting = Setting()
    setting.variants["on"].bool_value = True
    setting.variants["off"].bool_value = False
    setting.serve.variant = "off"
    rule = setting.rules.add(id="gold")
    rule.serve.variant = "on"
    rule.condition.match.attribute = "plan"
    rule.condition.match.operator = OPERATOR_EQUALS
    rule.condition.match.operands.add(string_value="gold")
    return admin_pb.Change(id=setting_id(key), put=resource_pb2.Resource(setting=setting))


def gold() -> EvaluationContext:
    context = EvaluationContext(targeting_key="user-1")
    context.attributes.update({"plan": "gold"})
    return context


async def failure(call: Any) -> VexilError:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call
    return to_vexil_error(raised.value)


def keys(states: Iterable[resource_pb2.ResourceState]) -> Sequence[str]:
    return [state.id.key for state in states]


class TestGet:
    async def test_answer_says_where_it_comes_from(self, api: Api) -> None:
        await api.set("base", color="red")
        response = await api.config.get(config_pb.GetRequest(key="color", **PROD))
        assert response.state.id.environment == "base"
        assert response.state.resource.setting.value.string_value == "red"
        assert response.revision == 2

    async def test_old_revision_answers_as_then(self, api: Api) -> None:
        for color in ("red", "blue"):
            await api.set(color=color)
        response = await api.config.get(config_pb.GetRequest(key="color", at_revision=2, **PROD))
        assert response.state.resource.setting.value.string_value == "red"

    async def test_environment_is_a_resource_without_environment(self, api: Api) -> None:
        request = config_pb.GetRequest(namespace="shop", kind=RESOURCE_KIND_ENVIRONMENT, key="prod")
        assert (await api.config.get(request)).state.resource.environment.parent == "base"

    @pytest.mark.parametrize(
        ("request_", "reason"),
        [
            (config_pb.GetRequest(key="color", **PROD), Reason.CONFIGURATION_NOT_FOUND),
            (
                config_pb.GetRequest(key="color", namespace="shop", environment="x"),
                Reason.ENVIRONMENT_NOT_FOUND,
            ),
            (
                config_pb.GetRequest(key="color", namespace="x", environment="x"),
                Reason.NAMESPACE_NOT_FOUND,
            ),
            (config_pb.GetRequest(key="color", at_revision=9, **PROD), Reason.REVISION_IN_FUTURE),
            (config_pb.GetRequest(key="no space", **PROD), Reason.INVALID_REQUEST),
            (config_pb.GetRequest(key="color", namespace="shop"), Reason.INVALID_REQUEST),
        ],
        ids=lambda value: str(value) if isinstance(value, Reason) else "",
    )
    async def test_what_is_not_there_has_a_name(
        self, api: Api, request_: config_pb.GetRequest, reason: Reason
    ) -> None:
        assert (await failure(api.config.get(request_))).reason is reason


class TestList:
    async def test_pages_go_through_everything(self, api: Api) -> None:
        await api.commit(*(change(f"key-{i:02}", "x") for i in range(25)))
        found: list[str] = []
        request = config_pb.ListRequest(page_size=10, **PROD)
        while True:
            page = await api.config.list(request)
            found += keys(page.resources)
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
        assert found == [f"key-{i:02}" for i in range(25)]

    async def test_selector_and_old_revision(self, api: Api) -> None:
        await api.set(**{"a.x": "1", "b.x": "1"})
        await api.set(**{"a.y": "1"})
        request = config_pb.ListRequest(at_revision=2, **PROD)
        request.selector.prefix = "a."
        assert keys((await api.config.list(request)).resources) == ["a.x"]

    async def test_token_of_another_list_is_refused(self, api: Api) -> None:
        await api.set(a="1", b="1")
        page = await api.config.list(config_pb.ListRequest(page_size=1, **PROD))
        other = config_pb.ListRequest(
            page_size=1, page_token=page.next_page_token, namespace="shop", environment="base"
        )
        assert (await failure(api.config.list(other))).reason is Reason.INVALID_PAGE_TOKEN


class TestEvaluate:
    async def test_outcome_has_value_variant_reason_rule_and_revision(self, api: Api) -> None:
        await api.commit(flag("checkout"))
        request = config_pb.EvaluateRequest(key="checkout", context=gold(), **PROD)
        response = await api.config.evaluate(request)
        outcome = response.evaluation
        assert (outcome.value.bool_value, outcome.variant, outcome.rule) == (True, "on", "gold")
        assert outcome.reason == EVALUATION_REASON_TARGETING_MATCH
        assert (outcome.environment, outcome.revision, response.revision) == ("prod", 2, 2)

    async def test_missing_setting_is_an_outcome(self, api: Api) -> None:
        response = await api.config.evaluate(config_pb.EvaluateRequest(key="nothing", **PROD))
        assert response.evaluation.reason == EVALUATION_REASON_ERROR
        assert response.evaluation.error_code == EVALUATION_ERROR_CODE_FLAG_NOT_FOUND

    async def test_other_type_than_expected_is_a_mismatch(self, api: Api) -> None:
        await api.set(color="red")
        for expected, code in (
            (VALUE_TYPE_STRING, 0),
            (VALUE_TYPE_BOOL, EVALUATION_ERROR_CODE_TYPE_MISMATCH),
        ):
            request = config_pb.EvaluateRequest(key="color", expected_type=expected, **PROD)
            assert (await api.config.evaluate(request)).evaluation.error_code == code

    async def test_expected_type_that_is_none_is_named(self, api: Api) -> None:
        await api.set(color="red")
        # An open enum takes any number, which its stubs do not say.
        unknown: Any = 99
        request = config_pb.EvaluateRequest(key="color", expected_type=unknown, **PROD)
        error = await failure(api.config.evaluate(request))
        assert [violation.field for violation in error.violations] == ["expected_type"]

    async def test_batch_answers_in_order_at_one_revision(self, api: Api) -> None:
        await api.set(a="1", b="2")
        await api.commit(flag("checkout"))
        request = config_pb.EvaluateBatchRequest(keys=["b", "nothing", "a"], **PROD)
        response = await api.config.evaluate_batch(request)
        assert [outcome.key for outcome in response.evaluations] == ["b", "nothing", "a"]
        assert response.revision == 3

    async def test_batch_without_keys_is_of_all_that_is_selected(self, api: Api) -> None:
        await api.set(**{"a.x": "1", "a.y": "2", "b": "3"})
        request = config_pb.EvaluateBatchRequest(**PROD)
        request.selector.prefix = "a."
        response = await api.config.evaluate_batch(request)
        assert [outcome.key for outcome in response.evaluations] == ["a.x", "a.y"]

    async def test_stream_answers_each_request_and_survives_the_bad_ones(self, api: Api) -> None:
        await api.set(color="red")
        stream: Any = api.config.evaluate_stream()
        good = config_pb.EvaluateRequest(key="color", **PROD)
        for id, request in (
            ("1", good),
            ("2", config_pb.EvaluateRequest(key="color", namespace="x", environment="x")),
            ("3", config_pb.EvaluateRequest(key="", **PROD)),
            ("4", good),
        ):
            await stream.write(config_pb.EvaluateStreamRequest(correlation_id=id, request=request))
        answers = [await stream.read() for _ in range(4)]
        assert [answer.correlation_id for answer in answers] == ["1", "2", "3", "4"]
        assert answers[0].response.evaluation.reason == EVALUATION_REASON_STATIC
        assert (answers[1].error.code, answers[1].error.reason) == (5, "NAMESPACE_NOT_FOUND")
        assert (answers[2].error.code, answers[2].error.reason) == (3, "INVALID_REQUEST")
        assert answers[3].HasField("response")
        await stream.done_writing()
        assert await stream.read() is grpc.aio.EOF

    async def test_explanation_shows_the_steps_also_of_the_past(self, api: Api) -> None:
        await api.set("base", checkout="not yet")
        await api.commit(flag("checkout"))
        request = config_pb.ExplainRequest(key="checkout", context=gold(), **PROD)
        now = await api.config.explain(request)
        assert now.evaluation.rule == "gold"
        assert any(step.path.startswith("rules[0]") and step.matched for step in now.steps)
        assert list(now.environment_chain) == ["prod", "base"]
        request.at_revision = 2
        then = await api.config.explain(request)
        assert (then.evaluation.value.string_value, then.revision) == ("not yet", 2)

    async def test_attribute_that_is_no_value_is_named(self, api: Api) -> None:
        request = config_pb.EvaluateRequest(key="color", **PROD)
        request.context.attributes.fields["odd"].SetInParent()
        error = await failure(api.config.evaluate(request))
        assert error.violations[0].field == 'context.attributes["odd"]'


class TestCommit:
    async def test_commit_is_answered_with_what_it_did(self, api: Api) -> None:
        commit = await api.commit(change("color", "red"), message="why", labels={"ticket": "T-1"})
        assert (commit.revision, commit.author, commit.message) == (2, "anonymous", "why")
        assert commit.changes[0].put.version == 1
        assert commit.change_count == 1

    async def test_refusal_names_each_change_at_fault(self, api: Api) -> None:
        wrong = flag("checkout")
        wrong.put.setting.serve.variant = "nothing"
        error = await failure(api.commit(change("color", "red"), wrong, change("size", None)))
        assert {violation.field.split(".")[0] for violation in error.violations} == {
            "changes[1]",
            "changes[2]",
        }

    async def test_broken_precondition_is_aborted(self, api: Api) -> None:
        await api.set(color="red")
        fresh = admin_pb.Precondition()
        fresh.resource_version.id.CopyFrom(setting_id("color"))
        error = await failure(api.commit(change("color", "blue"), preconditions=[fresh]))
        assert error.reason is Reason.PRECONDITION_FAILED
        assert (error.metadata["expected"], error.metadata["actual"]) == ("0", "1")

    async def test_dry_run_makes_nothing(self, api: Api) -> None:
        assert (await api.commit(change("color", "red"), dry_run=True)).revision == 2
        assert await api.set(size="m") == 2

    async def test_repeated_request_id(self, api: Api) -> None:
        first = await api.commit(change("color", "red"), request_id="r-1")
        assert await api.commit(change("color", "red"), request_id="r-1") == first
        error = await failure(api.commit(change("color", "blue"), request_id="r-1"))
        assert error.reason is Reason.REQUEST_ID_REUSED


class TestNamespaces:
    async def test_namespaces_are_listed_with_where_they_stand(self, api: Api) -> None:
        await api.admin.create_namespace(admin_pb.CreateNamespaceRequest(namespace="desk"))
        response = await api.admin.list_namespaces(admin_pb.ListNamespacesRequest())
        assert [each.namespace for each in response.namespaces] == ["desk", "shop"]
        shop = response.namespaces[1]
        assert (shop.spec.owner, shop.head_revision, shop.resource_count) == ("tests", 1, 3)

    async def test_namespaces_come_in_pages(self, api: Api) -> None:
        await api.admin.create_namespace(admin_pb.CreateNamespaceRequest(namespace="desk"))
        first = await api.admin.list_namespaces(admin_pb.ListNamespacesRequest(page_size=1))
        rest = await api.admin.list_namespaces(
            admin_pb.ListNamespacesRequest(page_token=first.next_page_token)
        )
        assert [each.namespace for each in rest.namespaces] == ["shop"]

    async def test_existing_namespace_is_refused(self, api: Api) -> None:
        request = admin_pb.CreateNamespaceRequest(namespace="shop")
        assert (await failure(api.admin.create_namespace(request))).reason is Reason.NAMESPACE_EXISTS

    async def test_environments_are_listed_with_their_chains(self, api: Api) -> None:
        await api.set("base", color="red")
        response = await api.admin.list_environments(admin_pb.ListEnvironmentsRequest(namespace="shop"))
        base, prod = response.environments
        assert (base.own_count, prod.own_count, prod.effective_count) == (1, 0, 1)
        assert list(prod.chain) == ["prod", "base"]


class TestHistory:
    async def test_commits_are_listed_newest_first_in_pages(self, api: Api) -> None:
        for color in ("red", "blue", "green"):
            await api.set(color=color)
        first = await api.admin.list_commits(admin_pb.ListCommitsRequest(namespace="shop", page_size=3))
        assert [commit.revision for commit in first.commits] == [4, 3, 2]
        assert [len(commit.changes) for commit in first.commits] == [0, 0, 0]
        rest = await api.admin.list_commits(
            admin_pb.ListCommitsRequest(namespace="shop", page_token=first.next_page_token)
        )
        assert [(commit.revision, commit.message) for commit in rest.commits] == [(1, "open the shop")]

    async def test_one_commit_and_its_changes(self, api: Api) -> None:
        await api.set(color="red")
        response = await api.admin.get_commit(admin_pb.GetCommitRequest(namespace="shop", revision=2))
        assert response.commit.changes[0].put.id.key == "color"

    async def test_versions_of_a_resource(self, api: Api) -> None:
        await api.set(color="red")
        await api.set(color=None)
        request = admin_pb.ListVersionsRequest(namespace="shop", id=setting_id("color"))
        response = await api.admin.list_versions(request)
        assert [record.change.WhichOneof("change") for record in response.versions] == ["deleted", "put"]
        assert [record.commit.revision for record in response.versions] == [3, 2]

    async def test_difference_between_revisions(self, api: Api) -> None:
        await api.set(color="red", size="m")
        await api.set(color="blue", size=None)
        response = await api.admin.diff(
            admin_pb.DiffRequest(namespace="shop", from_revision=2, environment="prod")
        )
        color, size = response.differences
        assert color.before.resource.setting.value.string_value == "red"
        assert color.after.resource.setting.value.string_value == "blue"
        assert not size.HasField("after")
        assert (response.from_revision, response.to_revision) == (2, 3)

    async def test_rollback_of_a_resource_and_of_an_environment(self, api: Api) -> None:
        await api.set(color="red")
        await api.set(color="blue", size="m")
        request = admin_pb.RollbackRequest(namespace="shop", message="too blue")
        request.resource_version.id.CopyFrom(setting_id("color"))
        request.resource_version.version = 1
        assert (await api.admin.rollback(request)).commit.revision == 4
        request = admin_pb.RollbackRequest(namespace="shop")
        request.environment_revision.environment = "prod"
        request.environment_revision.revision = 2
        rolled_back = await api.admin.rollback(request)
        assert [each.id.key for each in rolled_back.commit.changes] == ["size"]
        assert not (await api.admin.rollback(request)).HasField("commit")


class TestTransfer:
    async def test_export_can_be_imported_as_another_namespace(self, api: Api) -> None:
        await api.set("base", color="red")
        await api.commit(flag("checkout"))
        parts = [part async for part in api.admin.export(admin_pb.ExportRequest(namespace="shop"))]
        states = [state for part in parts for state in part.resources]
        assert len(states) == parts[0].resource_count == 5
        results = await self._import(api, states, create_namespace=True)
        assert (results[0].written, results[0].unchanged) == (5, 0)
        again = await self._import(api, states)
        assert (again[0].written, again[0].unchanged) == (0, 5)
        request = config_pb.EvaluateRequest(
            namespace="copy", environment="prod", key="checkout", context=gold()
        )
        assert (await api.config.evaluate(request)).evaluation.variant == "on"

    async def test_export_of_one_environment_at_an_old_revision(self, api: Api) -> None:
        await api.set(color="red")
        await api.set(size="m")
        request = admin_pb.ExportRequest(namespace="shop", environment="prod", at_revision=2)
        [part] = [part async for part in api.admin.export(request)]
        assert (keys(part.resources), part.revision) == (["color"], 2)

    async def test_import_without_a_header_is_refused(self, api: Api) -> None:
        stream: Any = api.admin.import_()
        await stream.write(admin_pb.ImportRequest(changes=[change("color", "red")]))
        assert (await failure(stream.read())).violations[0].field == "header"

    async def _import(
        self, api: Api, states: Sequence[resource_pb2.ResourceState], **header: Any
    ) -> Sequence[admin_pb.ImportResponse]:
        stream: Any = api.admin.import_()
        changes = [admin_pb.Change(id=state.id, put=state.resource) for state in states]
        await stream.write(
            admin_pb.ImportRequest(header=admin_pb.ImportHeader(namespace="copy", **header), changes=changes)
        )
        await stream.done_writing()
        return [response async for response in stream]


class TestConvergence:
    async def test_reports_make_a_revision_converge(self, api: Api) -> None:
        await api.set(color="red")
        till = watch_pb2.Subscriber(service="till", instance="till-0")
        stream: Any = api.config.watch(watch_pb2.WatchRequest(subscriber=till, **PROD))
        await stream.read()
        request = admin_pb.GetConvergenceRequest(**PROD)
        [status] = (await api.admin.get_convergence(request)).subscribers
        assert (status.subscriber.instance, status.connected, status.applied_revision) == ("till-0", True, 0)
        report = watch_pb2.AcknowledgeRequest(subscriber=till, applied_revision=1, **PROD)
        report.rejection.revision, report.rejection.reason = 2, "cannot be"
        assert (await api.config.acknowledge(report)).head_revision == 2
        answer = await api.admin.get_convergence(request)
        assert (answer.converged, answer.subscribers[0].rejection.reason) == (False, "cannot be")
        await api.config.acknowledge(
            watch_pb2.AcknowledgeRequest(subscriber=till, applied_revision=2, **PROD)
        )
        answer = await api.admin.get_convergence(request)
        assert (answer.converged, answer.revision) == (True, 2)
        assert not answer.subscribers[0].HasField("rejection")
        stream.cancel()

    async def test_reporter_has_a_name_and_a_revision_that_exists(self, api: Api) -> None:
        nameless = watch_pb2.AcknowledgeRequest(subscriber=watch_pb2.Subscriber(service="till"), **PROD)
        error = await failure(api.config.acknowledge(nameless))
        assert [violation.field for violation in error.violations] == ["subscriber.instance"]
        till = watch_pb2.Subscriber(service="till", instance="till-0")
        ahead = watch_pb2.AcknowledgeRequest(subscriber=till, applied_revision=99, **PROD)
        assert (await failure(api.config.acknowledge(ahead))).reason is Reason.REVISION_IN_FUTURE

    @pytest.mark.parametrize(
        ("field", "fault"),
        [
            ("applied_ago", {"applied_ago": {"seconds": -1}}),
            ("applied_ago", {"applied_ago": {"seconds": 1, "nanos": -1}}),
            ("earlier[0].revision", {"earlier": [{"revision": 0}]}),
            ("earlier[0].revision", {"earlier": [{"revision": 2}]}),
            ("earlier[0].applied_ago", {"earlier": [{"revision": 1, "applied_ago": {"nanos": -1}}]}),
            ("earlier", {"earlier": [{"revision": 1}] * 1001}),
            ("rejection.revision", {"rejection": {"reason": "no"}}),
        ],
    )
    async def test_report_is_refused_by_the_field_at_fault(
        self, api: Api, field: str, fault: dict[str, Any]
    ) -> None:
        till = watch_pb2.Subscriber(service="till", instance="till-0")
        report = watch_pb2.AcknowledgeRequest(subscriber=till, applied_revision=1, **PROD, **fault)
        error = await failure(api.config.acknowledge(report))
        assert [violation.field for violation in error.violations] == [field]
        assert not (await api.admin.get_convergence(admin_pb.GetConvergenceRequest(**PROD))).subscribers

    async def test_revision_asked_about_exists(self, api: Api) -> None:
        for revision, reason in ((0, Reason.INVALID_REQUEST), (99, Reason.REVISION_IN_FUTURE)):
            request = admin_pb.GetConvergenceRequest(revision=revision, **PROD)
            assert (await failure(api.admin.get_convergence(request))).reason is reason


async def test_selector_of_a_kind_lists_that_kind(api: Api) -> None:
    await api.set(color="red")
    staff = admin_pb.Change(id=ResourceId(kind=RESOURCE_KIND_SEGMENT, environment="prod", key="staff"))
    staff.put.segment.included.append("ada")
    await api.commit(staff)
    request = config_pb.ListRequest(**PROD)
    request.selector.kind = RESOURCE_KIND_SEGMENT
    assert keys((await api.config.list(request)).resources) == ["staff"]
