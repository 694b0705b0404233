"""Nobody reads, or learns the name of, what they have no grant for."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from tests.acceptance.permissions.guarded import Caller, House, refused, scope
from tests.support.backend import put
from vexil.core.change import Put
from vexil.core.resource import Environment, Kind, Namespace, ResourceId
from vexil.v1 import (
    access_pb2,
    access_service_pb2,
    admin_service_pb2,
    audit_service_pb2,
    config_service_pb2,
    watch_pb2,
)
from vexil.v1.resource_pb2 import RESOURCE_KIND_SETTING
from vexil.v1.resource_pb2 import ResourceId as WireId

DENIED = grpc.StatusCode.PERMISSION_DENIED
PROD: dict[str, Any] = {"namespace": "shop", "environment": "prod"}


@pytest.fixture
async def filled(guarded: House) -> House:
    """The shop with settings of two teams, and another namespace."""
    shop = guarded.shop
    await shop.commit(put("pay/a", "1"), put("search/b", "2"), message="both")
    await shop.commit(put("search/c", "3"), message="one")
    await shop.commit(put("pay/base", "4", "base"), put("pay/qa", "5", "qa"))
    await shop.namespaces.create("bank", Namespace(owner="others"), {"prod": Environment()})
    await guarded.told()
    await guarded.server.inside.parts.directory.follow("bank")
    return guarded


async def payer(filled: House, role: str = "editor") -> Caller:
    """Somebody for the settings `pay/…` in `prod`."""
    return await filled.caller(role, scope(environment="prod", prefix="pay/", kind="setting"))


async def test_lists_hold_nothing_outside_the_grant(filled: House) -> None:
    caller = await payer(filled)
    listed = await caller.config.list(config_service_pb2.ListRequest(**PROD))
    assert [state.id.key for state in listed.resources] == ["pay/a", "pay/base"]
    batch = await caller.config.evaluate_batch(config_service_pb2.EvaluateBatchRequest(**PROD))
    assert [each.key for each in batch.evaluations] == ["pay/a", "pay/base"]
    exported = [each async for each in caller.admin.export(admin_service_pb2.ExportRequest(namespace="shop"))]
    assert [state.id.key for part in exported for state in part.resources] == ["pay/a"]
    assert exported[0].resource_count == 1


async def test_pages_count_only_what_is_shown(filled: House) -> None:
    caller = await payer(filled)
    page = await caller.config.list(config_service_pb2.ListRequest(page_size=1, **PROD))
    assert [state.id.key for state in page.resources] == ["pay/a"]
    rest = config_service_pb2.ListRequest(page_size=1, page_token=page.next_page_token, **PROD)
    page = await caller.config.list(rest)
    assert [state.id.key for state in page.resources] == ["pay/base"]
    assert not page.next_page_token


async def test_history_shows_of_a_commit_what_is_granted_cve_2026_44283(filled: House) -> None:
    caller = await payer(filled)
    request = admin_service_pb2.ListCommitsRequest(namespace="shop", include_changes=True)
    listed = await caller.admin.list_commits(request)
    assert [[change.id.key for change in commit.changes] for commit in listed.commits] == [["pay/a"]]
    assert [commit.change_count for commit in listed.commits] == [1]
    both = await caller.admin.get_commit(admin_service_pb2.GetCommitRequest(namespace="shop", revision=2))
    assert [change.id.key for change in both.commit.changes] == ["pay/a"]
    other = admin_service_pb2.GetCommitRequest(namespace="shop", revision=3)
    code, message = await refused(caller.admin.get_commit(other))
    assert code is DENIED
    assert "search" not in message


async def test_a_filter_finds_no_commit_by_what_is_hidden_of_it(filled: House) -> None:
    caller = await payer(filled)
    selector = watch_pb2.Selector(prefix="search/")
    request = admin_service_pb2.ListCommitsRequest(namespace="shop", selector=selector)
    assert not (await caller.admin.list_commits(request)).commits


async def test_differences_are_those_that_may_be_seen_cve_2026_44283(filled: House) -> None:
    caller = await payer(filled)
    for environment, keys in (("", ["pay/a"]), ("prod", ["pay/a", "pay/base"])):
        request = admin_service_pb2.DiffRequest(namespace="shop", from_revision=1, environment=environment)
        diff = await caller.admin.diff(request)
        assert sorted(each.id.key for each in diff.differences) == keys


async def test_cross_namespace_listing_names_no_namespace_or_environment_of_others(filled: House) -> None:
    caller = await payer(filled, "viewer")
    listed = await caller.admin.list_namespaces(admin_service_pb2.ListNamespacesRequest())
    assert [each.namespace for each in listed.namespaces] == ["shop"]
    status = await caller.admin.get_server_status(admin_service_pb2.GetServerStatusRequest())
    assert [each.namespace for each in status.namespaces] == ["shop"]
    request = admin_service_pb2.ListEnvironmentsRequest(namespace="shop")
    environments = await caller.admin.list_environments(request)
    assert [each.state.id.key for each in environments.environments] == ["prod"]


async def test_a_namespace_of_others_looks_like_one_that_does_not_exist(filled: House) -> None:
    caller = await payer(filled, "viewer")

    async def answers(namespace: str) -> list[tuple[grpc.StatusCode, str]]:
        place: dict[str, Any] = {"namespace": namespace, "environment": "prod"}
        return [
            await refused(call)
            for call in (
                caller.config.get(config_service_pb2.GetRequest(key="a", **place)),
                caller.config.list(config_service_pb2.ListRequest(**place)),
                caller.config.evaluate(config_service_pb2.EvaluateRequest(key="a", **place)),
                caller.config.watch(watch_pb2.WatchRequest(**place)),
                caller.admin.list_environments(
                    admin_service_pb2.ListEnvironmentsRequest(namespace=namespace)
                ),
                caller.admin.list_commits(admin_service_pb2.ListCommitsRequest(namespace=namespace)),
                caller.admin.export(admin_service_pb2.ExportRequest(namespace=namespace)),
                caller.admin.create_namespace(admin_service_pb2.CreateNamespaceRequest(namespace=namespace)),
            )
        ]

    existing, absent = await answers("bank"), await answers("void")
    assert {code for code, _ in existing} == {DENIED}
    assert [(code, text.replace("bank", "void")) for code, text in existing] == absent


async def test_a_key_of_others_looks_like_one_that_does_not_exist(filled: House) -> None:
    caller = await payer(filled)
    answers = [
        await refused(caller.config.get(config_service_pb2.GetRequest(key=key, **PROD)))
        for key in ("search/b", "search/x")
    ]
    assert answers[0][0] is DENIED
    assert answers[0][1].replace("search/b", "search/x") == answers[1][1]
    assert "verb read" in answers[0][1]


async def test_batches_evaluate_nothing_outside_the_grant_ghsa_rfx7_8w68_q57q(filled: House) -> None:
    caller = await payer(filled, "client")
    request = config_service_pb2.EvaluateBatchRequest(keys=["pay/a", "search/b"], **PROD)
    code, message = await refused(caller.config.evaluate_batch(request))
    assert code is DENIED
    assert "search/b" in message
    selected = config_service_pb2.EvaluateBatchRequest(selector=watch_pb2.Selector(prefix="search/"), **PROD)
    assert not (await caller.config.evaluate_batch(selected)).evaluations


async def test_a_stream_of_evaluations_answers_each_request_by_its_own_right(filled: House) -> None:
    caller = await payer(filled, "client")

    async def requests() -> AsyncIterator[config_service_pb2.EvaluateStreamRequest]:
        for key in ("pay/a", "search/b", "pay/base"):
            evaluate = config_service_pb2.EvaluateRequest(key=key, **PROD)
            yield config_service_pb2.EvaluateStreamRequest(correlation_id=key, request=evaluate)

    answers = {each.correlation_id: each async for each in caller.config.evaluate_stream(requests())}
    assert answers["search/b"].error.reason == "ACCESS_DENIED"
    assert [key for key, each in answers.items() if each.HasField("response")] == ["pay/a", "pay/base"]


async def test_secrets_and_digests_of_keys_are_in_no_answer_apollo_5290(filled: House) -> None:
    key = filled.admin.key
    assert key is not None
    listed = await filled.admin.access.list_service_keys(access_service_pb2.ListServiceKeysRequest())
    exported = [
        each
        async for each in filled.admin.admin.export(admin_service_pb2.ExportRequest(namespace="vexil-access"))
    ]
    resources = await filled.admin.config.list(config_service_pb2.ListRequest(namespace="vexil-access"))
    commits = await filled.admin.admin.list_commits(
        admin_service_pb2.ListCommitsRequest(namespace="vexil-access", include_changes=True)
    )
    said = "".join(map(str, (listed, *exported, resources, commits)))
    assert key.id in said
    assert key.digest not in said
    assert key.text not in said


async def test_permissions_are_read_by_nobody_who_may_read_everything_else(filled: House) -> None:
    viewer = await filled.caller("viewer", scope("*"))
    listed = await viewer.admin.list_namespaces(admin_service_pb2.ListNamespacesRequest())
    assert [each.namespace for each in listed.namespaces] == ["bank", "shop"]
    for call in (
        viewer.config.list(config_service_pb2.ListRequest(namespace="vexil-access")),
        viewer.admin.export(admin_service_pb2.ExportRequest(namespace="vexil-access")),
        viewer.admin.list_commits(admin_service_pb2.ListCommitsRequest(namespace="vexil-access")),
    ):
        assert (await refused(call))[0] is DENIED


async def test_others_are_asked_about_only_by_who_may_see_permissions(filled: House) -> None:
    caller = await payer(filled)
    request = access_service_pb2.CheckAccessRequest(
        subject="user:ada",
        verb=access_pb2.VERB_READ,
        namespace="shop",
        id=WireId(kind=RESOURCE_KIND_SETTING, environment="prod", key="pay/a"),
    )
    assert (await refused(caller.access.check_access(request)))[0] is DENIED
    assert not (await filled.admin.access.check_access(request)).allowed


async def test_a_definition_belongs_to_all_environments_and_so_to_nobody_of_one(filled: House) -> None:
    caller = await filled.caller("editor", scope(environment="prod"))
    await filled.shop.commit(
        Put(ResourceId(Kind.ENVIRONMENT, "", "prod"), Environment(parent="base", production=True))
    )
    request = config_service_pb2.ListRequest(namespace="shop")
    assert (await refused(caller.config.list(request)))[0] is DENIED


async def test_old_revisions_are_history(filled: House) -> None:
    """What was deleted, or was right once, is not what an application needs."""
    client, viewer = await filled.caller("client"), await filled.caller("viewer")
    requests = (
        ("config", "get", config_service_pb2.GetRequest(key="pay/a", at_revision=2, **PROD)),
        ("config", "list", config_service_pb2.ListRequest(at_revision=2, **PROD)),
        ("config", "explain", config_service_pb2.ExplainRequest(key="pay/a", at_revision=2, **PROD)),
    )
    for service, method, request in requests:
        code, message = await refused(getattr(getattr(client, service), method)(request))
        assert code is DENIED
        assert "verb history" in message
        assert (await getattr(getattr(viewer, service), method)(request)).revision == 2
    narrow = await payer(filled)
    old = admin_service_pb2.ExportRequest(namespace="shop", at_revision=2)
    assert (await refused(narrow.admin.export(old)))[0] is DENIED
    assert [part.revision async for part in viewer.admin.export(old)] == [2]


async def test_an_auditor_sees_who_changed_permissions_and_nothing_of_their_secrets(guarded: House) -> None:
    auditor = await guarded.caller("auditor", scope("*"))
    request = audit_service_pb2.SearchEntriesRequest(namespace="vexil-access")
    entries = (await auditor.audit.search_entries(request)).entries
    changed = {change.id.key for entry in entries for change in entry.changes}
    assert str(auditor.key and auditor.key.id) in changed
    assert (await auditor.audit.get_chain(audit_service_pb2.GetChainRequest(namespace="vexil-access"))).chain
    assert not any(guarded.admin.key and guarded.admin.key.digest in str(entry) for entry in entries)


async def test_the_audit_of_permissions_is_not_for_auditors_of_a_namespace(guarded: House) -> None:
    for caller in (
        await guarded.caller("auditor"),
        await guarded.caller("auditor", scope("*", prefix="pay/")),
        await guarded.caller("editor", scope("*")),
    ):
        request = audit_service_pb2.SearchEntriesRequest(namespace="vexil-access")
        assert (await refused(caller.audit.search_entries(request)))[0] is DENIED


async def test_counts_tell_nothing_of_what_is_hidden(filled: House) -> None:
    caller = await payer(filled)
    for asked, namespaces, own, effective in ((filled.admin, 9, 3, 4), (caller, 1, 1, 2)):
        listed = await asked.admin.list_namespaces(admin_service_pb2.ListNamespacesRequest())
        counts = {each.namespace: each.resource_count for each in listed.namespaces}
        assert counts["shop"] == namespaces
        request = admin_service_pb2.ListEnvironmentsRequest(namespace="shop")
        environments = (await asked.admin.list_environments(request)).environments
        (prod,) = (each for each in environments if each.state.id.key == "prod")
        assert (prod.own_count, prod.effective_count) == (own, effective)
    before = await caller.admin.list_namespaces(admin_service_pb2.ListNamespacesRequest())
    await filled.shop.set(**{"search/d": "4"})
    await filled.told()
    after = await caller.admin.list_namespaces(admin_service_pb2.ListNamespacesRequest())
    assert after.namespaces[0].resource_count == before.namespaces[0].resource_count
