"""Nobody changes what they have no grant for, however the change is wrapped."""

from collections.abc import AsyncIterator
from typing import Any

import grpc

from tests.acceptance.permissions.guarded import Caller, House, refused, scope
from tests.support.backend import put, texts
from vexil.core.access.role import Role
from vexil.core.access.scope import Scope
from vexil.core.access.verb import Verb
from vexil.v1 import access_pb2, config_service_pb2
from vexil.v1 import admin_service_pb2 as pb
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
from vexil.v1.setting_pb2 import Prerequisite, Serve, Setting
from vexil.v1.value_pb2 import Value

DENIED = grpc.StatusCode.PERMISSION_DENIED


def change(key: str, text: str | None = "x", environment: str = "prod") -> pb.Change:
    id = ResourceId(kind=RESOURCE_KIND_SETTING, environment=environment, key=key)
    if text is None:
        return pb.Change(id=id, delete=pb.Delete())
    return pb.Change(id=id, put=Resource(setting=Setting(value=Value(string_value=text))))


def commit(*changes: pb.Change, namespace: str = "shop", **more: Any) -> pb.CommitRequest:
    return pb.CommitRequest(namespace=namespace, changes=changes, **more)


async def payer(guarded: House, role: str = "editor") -> Caller:
    return await guarded.caller(role, scope(environment="prod", prefix="pay/", kind="setting"))


def binding_for(caller: Caller) -> pb.Change:
    everything = access_pb2.Scope(namespaces=["*"], environments=["*"], key_prefixes=["*"], kinds=["*"])
    binding = access_pb2.RoleBinding(subject=caller.name, role="admin", scope=everything)
    id = ResourceId(kind=RESOURCE_KIND_ROLE_BINDING, key="mine")
    return pb.Change(id=id, put=Resource(role_binding=binding))


async def test_a_commit_is_refused_for_one_change_among_many_ghsa_rfx7_8w68_q57q(guarded: House) -> None:
    caller = await payer(guarded)
    allowed = [change(f"pay/{number}") for number in range(20)]
    for nested in (
        change("search/x"),
        change("pay/x", environment="qa"),
        change("pay/x", environment="base"),
        change("search/x", None),
        pb.Change(
            id=ResourceId(kind=RESOURCE_KIND_ENVIRONMENT, key="prod"), put=Resource(environment=Environment())
        ),
    ):
        for dry_run in (False, True):
            request = commit(*allowed, nested, dry_run=dry_run)
            code, message = await refused(caller.admin.commit(request))
            assert code is DENIED, nested
            assert "verb" in message
    await guarded.told()
    assert not texts(guarded.shop.view())
    assert (await caller.admin.commit(commit(*allowed))).commit.change_count == 20


async def test_deleting_needs_a_verb_of_its_own(guarded: House) -> None:
    await guarded.shop.set(color="red")
    await guarded.office.permissions.put_role(guarded.author, "writer", Role((Verb.WRITE,)))
    caller = await guarded.caller("writer")
    await caller.admin.commit(commit(change("color", "blue")))
    code, message = await refused(caller.admin.commit(commit(change("color", None))))
    assert code is DENIED
    assert "delete" in message


async def test_a_precondition_tells_nothing_of_what_may_not_be_read_cve_2026_44283(guarded: House) -> None:
    await guarded.shop.commit(put("search/b", "1"))
    caller = await payer(guarded)
    version = pb.ResourceVersion(
        id=ResourceId(kind=RESOURCE_KIND_SETTING, environment="prod", key="search/b"), version=1
    )
    request = commit(change("pay/a"), preconditions=[pb.Precondition(resource_version=version)], dry_run=True)
    assert (await refused(caller.admin.commit(request)))[0] is DENIED


async def test_a_rollback_of_an_environment_needs_all_of_it(guarded: House) -> None:
    await guarded.shop.commit(put("pay/a", "1"), put("search/b", "1"))
    await guarded.shop.commit(put("pay/a", "2"), put("search/b", "2"))
    await guarded.told()
    caller = await payer(guarded)
    whole = pb.RollbackRequest(
        namespace="shop", environment_revision=pb.EnvironmentRevision(environment="prod", revision=2)
    )
    assert (await refused(caller.admin.rollback(whole)))[0] is DENIED
    for key, allowed in (("pay/a", True), ("search/b", False)):
        id = ResourceId(kind=RESOURCE_KIND_SETTING, environment="prod", key=key)
        one = pb.RollbackRequest(namespace="shop", resource_version=pb.ResourceVersion(id=id, version=1))
        if allowed:
            assert (await caller.admin.rollback(one)).commit.change_count == 1
        else:
            assert (await refused(caller.admin.rollback(one)))[0] is DENIED
    editor = await guarded.caller("editor", scope(environment="prod"))
    assert (await editor.admin.rollback(whole)).commit.change_count == 1


async def test_an_import_is_checked_message_by_message(guarded: House) -> None:
    caller = await payer(guarded)

    async def batches(*changes: pb.Change) -> AsyncIterator[pb.ImportRequest]:
        yield pb.ImportRequest(header=pb.ImportHeader(namespace="shop"))
        for each in changes:
            yield pb.ImportRequest(changes=[each])

    written = [each async for each in caller.admin.import_(batches(change("pay/a"), change("pay/b")))]
    assert [each.written for each in written] == [1, 1]
    assert (await refused(caller.admin.import_(batches(change("pay/c"), change("search/x")))))[0] is DENIED
    await guarded.told()
    await guarded.shop.directory.follow("shop")
    assert set(texts(guarded.shop.view())) == {"pay/a", "pay/b", "pay/c"}


async def test_an_import_goes_where_its_first_message_said(guarded: House) -> None:
    caller = await payer(guarded)

    async def batches() -> AsyncIterator[pb.ImportRequest]:
        yield pb.ImportRequest(header=pb.ImportHeader(namespace="shop"))
        yield pb.ImportRequest(header=pb.ImportHeader(namespace="bank"), changes=[change("pay/a")])

    assert (await refused(caller.admin.import_(batches())))[0] is grpc.StatusCode.INVALID_ARGUMENT
    create = pb.ImportRequest(header=pb.ImportHeader(namespace="bank", create_namespace=True))

    async def elsewhere() -> AsyncIterator[pb.ImportRequest]:
        yield create

    assert (await refused(caller.admin.import_(elsewhere())))[0] is DENIED


async def test_only_who_may_create_namespaces_does_so_by_a_commit(guarded: House) -> None:
    editor = await guarded.caller("editor", scope("*"))
    made = pb.Change(
        id=ResourceId(kind=RESOURCE_KIND_NAMESPACE, key="bank"), put=Resource(namespace=Namespace())
    )
    code, message = await refused(editor.admin.commit(commit(made, namespace="bank")))
    assert code is DENIED
    assert "create_namespace" in message
    described = pb.Change(
        id=ResourceId(kind=RESOURCE_KIND_NAMESPACE, key="shop"),
        put=Resource(namespace=Namespace(description="Ours")),
    )
    assert (await editor.admin.commit(commit(described))).commit.change_count == 1
    assert (await guarded.admin.admin.commit(commit(made, namespace="bank"))).commit.revision == 1


async def test_no_commit_import_or_rollback_writes_permissions(guarded: House) -> None:
    """Not even by who may do everything: their own service does, which asks what is given to whom."""
    for caller in (guarded.admin, await guarded.caller("editor", Scope.everything())):
        grant = binding_for(caller)
        code, _ = await refused(caller.admin.commit(commit(grant, namespace="vexil-access")))
        assert code is DENIED

        async def batches(change: pb.Change = grant) -> AsyncIterator[pb.ImportRequest]:
            header = pb.ImportHeader(namespace="vexil-access", create_namespace=True)
            yield pb.ImportRequest(header=header, changes=[change])

        assert (await refused(caller.admin.import_(batches())))[0] is DENIED
        id = ResourceId(kind=RESOURCE_KIND_ROLE_BINDING, key="mine")
        rollback = pb.RollbackRequest(
            namespace="vexil-access", resource_version=pb.ResourceVersion(id=id, version=1)
        )
        assert (await refused(caller.admin.rollback(rollback)))[0] is DENIED
        elsewhere = commit(grant, namespace="shop")
        code, _ = await refused(caller.admin.commit(elsewhere))
        assert code is grpc.StatusCode.INVALID_ARGUMENT


async def test_the_author_is_who_called_whatever_the_request_says(guarded: House) -> None:
    """Forged by request: there is no field for it, and no header that is believed."""
    caller = await guarded.caller("editor")
    forged = (*caller.metadata, ("x-forwarded-user", "root"), ("x-principal", "root"), ("user-agent", "root"))
    request = commit(change("color"), labels={"author": "root"}, message="author: root")
    made = await caller.admin._stub.commit(request, metadata=forged)
    assert made.commit.author == caller.name
    listed = await caller.admin.list_commits(pb.ListCommitsRequest(namespace="shop", page_size=1))
    assert listed.commits[0].author == caller.name
    assert not {field.name for field in pb.CommitRequest.DESCRIPTOR.fields} & {"author", "principal", "user"}


async def test_a_grant_of_one_namespace_reaches_no_other(guarded: House) -> None:
    caller = await guarded.caller("admin", scope("bank"))
    assert (await refused(caller.admin.commit(commit(change("pay/a")))))[0] is DENIED
    get = config_service_pb2.GetRequest(namespace="shop", environment="prod", key="pay/a")
    assert (await refused(caller.config.get(get)))[0] is DENIED


async def test_nothing_is_learned_by_referring_to_it_ghsa_rfx7_8w68_q57q(guarded: House) -> None:
    """A setting of one's own that depends on another's would tell what that serves."""
    hidden = Setting(
        variants={"on": Value(bool_value=True), "off": Value(bool_value=False)}, serve=Serve(variant="on")
    )
    await guarded.admin.admin.commit(commit(flag("search/b", hidden), flag("pay/own", hidden)))
    caller = await payer(guarded)
    for key, allowed in (("search/b", False), ("search/absent", False), ("pay/own", True)):
        prerequisite = Prerequisite(key=key, variants=["on"])
        spying = Setting(variants=hidden.variants, serve=hidden.serve, prerequisites=[prerequisite])
        request = commit(flag("pay/spy", spying), dry_run=True)
        if allowed:
            await caller.admin.commit(request)
        else:
            code, message = await refused(caller.admin.commit(request))
            assert code is DENIED
            assert f"verb read for setting prod/{key}" in message


async def test_an_error_names_nothing_that_depends_on_a_change_but_to_readers(guarded: House) -> None:
    shared = Setting(
        variants={name: Value(string_value=name) for name in ("on", "off", "so-so")},
        serve=Serve(variant="off"),
    )
    hidden = Setting(
        variants=shared.variants,
        serve=shared.serve,
        prerequisites=[Prerequisite(key="pay/a", variants=["on"])],
    )
    await guarded.admin.admin.commit(commit(flag("pay/a", shared), flag("search/hidden", hidden)))
    fewer = Setting(
        variants={name: Value(string_value=name) for name in ("off", "so-so")}, serve=shared.serve
    )
    code, told = await refused(guarded.admin.admin.commit(commit(flag("pay/a", fewer))))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert "search/hidden" in told
    caller = await payer(guarded)

    async def batches() -> AsyncIterator[pb.ImportRequest]:
        header = pb.ImportHeader(namespace="shop")
        yield pb.ImportRequest(header=header, changes=[flag("pay/a", fewer)])

    for call in (caller.admin.commit(commit(flag("pay/a", fewer))), caller.admin.import_(batches())):
        code, told = await refused(call)
        assert code is grpc.StatusCode.INVALID_ARGUMENT
        assert "changes[0].put.setting.variants" in told
        assert "search" not in told


def flag(key: str, setting: Setting) -> pb.Change:
    id = ResourceId(kind=RESOURCE_KIND_SETTING, environment="prod", key=key)
    return pb.Change(id=id, put=Resource(setting=setting))
