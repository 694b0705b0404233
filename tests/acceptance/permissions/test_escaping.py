"""Ways out of a scope: by what names look like, and by verbs that do more than they say."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message

from tests.acceptance.permissions.guarded import House, refused, scope
from tests.acceptance.permissions.test_writing import change, commit
from tests.support.backend import put
from vexil.core.access.role import Role
from vexil.core.access.scope import ALL, Scope
from vexil.core.access.verb import Verb
from vexil.v1 import admin_service_pb2 as pb
from vexil.v1 import audit_service_pb2, config_service_pb2, connect_service_pb2, watch_pb2
from vexil.v1.access_pb2 import VERB_READ, RoleBinding
from vexil.v1.access_service_pb2 import CheckAccessRequest, PutRoleBindingRequest
from vexil.v1.resource_pb2 import (
    RESOURCE_KIND_ENVIRONMENT,
    RESOURCE_KIND_NAMESPACE,
    RESOURCE_KIND_ROLE_BINDING,
    RESOURCE_KIND_SETTING,
    Environment,
    Namespace,
    Resource,
    ResourceId,
)

DENIED = grpc.StatusCode.PERMISSION_DENIED
INVALID = grpc.StatusCode.INVALID_ARGUMENT
PROD: dict[str, Any] = {"namespace": "shop", "environment": "prod"}


@pytest.mark.parametrize(
    "key", ["Pay/a", "pay", "pay\u2215a", "./pay/a", "search/../pay/a", "/pay/a", "", "*"]
)
async def test_a_key_that_looks_like_a_granted_one_is_another(guarded: House, key: str) -> None:
    caller = await guarded.caller("editor", scope(environment="prod", prefix="pay/"))
    request = config_service_pb2.GetRequest(key=key, **PROD)
    assert (await refused(caller.config.get(request)))[0] in {DENIED, INVALID}
    assert (await refused(caller.admin.commit(commit(change(key)))))[0] in {DENIED, INVALID}


@pytest.mark.parametrize("namespace", ["Shop", "shop ", "shop/", "*", "", "shop-2", "sho"])
async def test_a_namespace_that_looks_like_a_granted_one_is_another(guarded: House, namespace: str) -> None:
    caller = await guarded.caller("editor")
    request = config_service_pb2.ListRequest(namespace=namespace, environment="prod")
    assert (await refused(caller.config.list(request)))[0] in {DENIED, INVALID}


async def test_what_keys_begin_with_gives_no_environment_and_no_namespace(guarded: House) -> None:
    """`p` is for keys: it would make `prod` a child of another environment, and rename who owns `shop`."""
    caller = await guarded.caller("editor", scope(prefix="p"), scope(prefix="s"))
    environment = ResourceId(kind=RESOURCE_KIND_ENVIRONMENT, key="prod")
    namespace = ResourceId(kind=RESOURCE_KIND_NAMESPACE, key="shop")
    for stolen in (
        pb.Change(id=environment, put=Resource(environment=Environment(parent="qa"))),
        pb.Change(id=environment, delete=pb.Delete()),
        pb.Change(
            id=ResourceId(kind=RESOURCE_KIND_ENVIRONMENT, key="peek"),
            put=Resource(environment=Environment(parent="prod")),
        ),
        pb.Change(id=namespace, put=Resource(namespace=Namespace(owner="me"))),
    ):
        assert (await refused(caller.admin.commit(commit(change("pay/a"), stolen, dry_run=True))))[
            0
        ] is DENIED
    for id in (environment, namespace):
        asked = config_service_pb2.GetRequest(namespace="shop", kind=id.kind, key=id.key)
        assert (await refused(caller.config.get(asked)))[0] is DENIED
    assert (await caller.admin.commit(commit(change("pay/a")))).commit.change_count == 1


async def test_a_rollback_shows_no_history_to_who_may_not_see_it(guarded: House) -> None:
    """Its answer holds what there was, also of a dry run."""
    await guarded.shop.commit(put("pay/a", "was secret"))
    await guarded.shop.commit(put("pay/a", "now"))
    await guarded.office.permissions.put_role(guarded.author, "undo", Role((Verb.ROLLBACK, Verb.READ)))
    caller = await guarded.caller("undo")
    id = ResourceId(kind=RESOURCE_KIND_SETTING, environment="prod", key="pay/a")
    for target in (
        {"resource_version": pb.ResourceVersion(id=id, version=1)},
        {"environment_revision": pb.EnvironmentRevision(environment="prod", revision=2)},
    ):
        request = pb.RollbackRequest(namespace="shop", dry_run=True, **target)
        code, message = await refused(caller.admin.rollback(request))
        assert code is DENIED
        assert "history" in message


async def test_an_import_tells_nobody_what_they_may_not_read(guarded: House) -> None:
    """It counts what is unchanged: a value could be found by trying."""
    await guarded.shop.commit(put("pay/a", "4711"))
    verbs = (Verb.WRITE, Verb.DELETE, Verb.IMPORT)
    await guarded.office.permissions.put_role(guarded.author, "drop-box", Role(verbs))
    caller = await guarded.caller("drop-box")

    async def batches(text: str) -> AsyncIterator[pb.ImportRequest]:
        header = pb.ImportHeader(namespace="shop", dry_run=True)
        yield pb.ImportRequest(header=header, changes=[change("pay/a", text)])

    told = [await refused(caller.admin.import_(batches(text))) for text in ("4711", "4712")]
    assert told[0] == told[1]
    assert told[0][0] is DENIED


async def test_no_way_leads_into_the_namespace_of_permissions(guarded: House) -> None:
    """Everything but permissions, everywhere, is not permissions."""
    verbs = tuple(verb for verb in Verb if verb not in {Verb.ACCESS_READ, Verb.ACCESS_WRITE})
    await guarded.office.permissions.put_role(guarded.author, "all-but", Role(verbs))
    caller = await guarded.caller("all-but", Scope.everything())
    there: dict[str, Any] = {"namespace": "vexil-access"}
    binding = ResourceId(kind=RESOURCE_KIND_ROLE_BINDING, key="mine")
    version = pb.ResourceVersion(id=binding, version=1)
    for service, method, request in (
        ("config", "get", config_service_pb2.GetRequest(kind=binding.kind, key=binding.key, **there)),
        ("config", "list", config_service_pb2.ListRequest(**there)),
        ("config", "evaluate", config_service_pb2.EvaluateRequest(environment="prod", key="a", **there)),
        ("config", "evaluate_batch", config_service_pb2.EvaluateBatchRequest(environment="prod", **there)),
        ("config", "explain", config_service_pb2.ExplainRequest(environment="prod", key="a", **there)),
        ("config", "watch", watch_pb2.WatchRequest(environment="prod", **there)),
        ("config", "request_progress", watch_pb2.RequestProgressRequest(watch_id="w", **there)),
        (
            "connect",
            "resolve_flow",
            connect_service_pb2.ResolveFlowRequest(environment="p", flow_id="f", **there),
        ),
        ("admin", "create_namespace", pb.CreateNamespaceRequest(**there)),
        ("admin", "list_environments", pb.ListEnvironmentsRequest(**there)),
        ("admin", "commit", pb.CommitRequest(changes=[pb.Change(id=binding, delete=pb.Delete())], **there)),
        ("admin", "list_commits", pb.ListCommitsRequest(**there)),
        ("admin", "get_commit", pb.GetCommitRequest(revision=1, **there)),
        ("admin", "list_versions", pb.ListVersionsRequest(id=binding, **there)),
        ("admin", "diff", pb.DiffRequest(from_revision=1, **there)),
        ("admin", "rollback", pb.RollbackRequest(resource_version=version, **there)),
        ("admin", "export", pb.ExportRequest(**there)),
        ("admin", "get_convergence", pb.GetConvergenceRequest(environment="prod", **there)),
        ("audit", "search_entries", audit_service_pb2.SearchEntriesRequest(**there)),
        ("audit", "get_chain", audit_service_pb2.GetChainRequest(**there)),
    ):
        code, _ = await refused(getattr(getattr(caller, service), method)(request))
        assert code is DENIED, method
    listed = await caller.admin.list_namespaces(pb.ListNamespacesRequest())
    status = await caller.admin.get_server_status(pb.GetServerStatusRequest())
    assert "vexil-access" not in f"{listed} {status}"


@pytest.mark.parametrize(
    "wanted",
    [
        Scope((ALL,), (ALL,), (ALL,), (ALL,)),
        Scope(("shop", "bank"), ("prod",), ("pay/",), ("setting",)),
        Scope(("shop",), (ALL,), ("pay/",), ("setting",)),
        Scope(("shop",), ("prod", "qa"), ("pay/",), ("setting",)),
        Scope(("shop",), ("prod",), ("pay",), ("setting",)),
        Scope(("shop",), ("prod",), (ALL,), ("setting",)),
        Scope(("shop",), ("prod",), ("pay/", "search/"), ("setting",)),
        Scope(("shop",), ("prod",), ("pay/",), (ALL,)),
        Scope(("shop",), ("prod",), ("pay/",), ("setting", "segment")),
        Scope(("vexil-access",), (ALL,), (ALL,), (ALL,)),
    ],
)
async def test_nobody_gives_themselves_more(guarded: House, wanted: Scope) -> None:
    caller = await guarded.caller("admin", scope(environment="prod", prefix="pay/", kind="setting"))
    request = PutRoleBindingRequest(name="mine")
    binding: RoleBinding = request.role_binding
    binding.subject, binding.role = caller.name, "viewer"
    binding.scope.namespaces.extend(wanted.namespaces)
    binding.scope.environments.extend(wanted.environments)
    binding.scope.key_prefixes.extend(wanted.key_prefixes)
    binding.scope.kinds.extend(wanted.kinds)
    assert (await refused(caller.access.put_role_binding(request)))[0] is DENIED


async def test_an_empty_prefix_is_no_way_to_say_all_keys(guarded: House) -> None:
    request = PutRoleBindingRequest(name="mine")
    binding: RoleBinding = request.role_binding
    binding.subject, binding.role = "user:ada", "viewer"
    for members in (binding.scope.namespaces, binding.scope.environments, binding.scope.kinds):
        members.append("*")
    binding.scope.key_prefixes.append("")
    assert (await refused(guarded.admin.access.put_role_binding(request)))[0] is INVALID


async def test_questions_about_oneself_tell_nothing_of_what_is_there(guarded: House) -> None:
    await guarded.shop.commit(put("search/a", "1"))
    caller = await guarded.caller("client", scope(environment="prod", prefix="pay/"))
    answers: list[Message] = []
    for namespace, key in (("shop", "search/a"), ("shop", "search/b"), ("bank", "search/a")):
        id = ResourceId(kind=RESOURCE_KIND_SETTING, environment="prod", key=key)
        request = CheckAccessRequest(verb=VERB_READ, namespace=namespace, id=id)
        answers.append(await caller.access.check_access(request))
    assert answers[0] == answers[1] == answers[2]
