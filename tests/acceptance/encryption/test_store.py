from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.store.backends import BACKENDS
from tests.support.backend import NAMESPACE, texts
from tests.support.clock import ManualClock
from tests.unit.server.encryption.encrypting import (
    MARKER,
    TOKEN,
    Place,
    cipher_of,
    definition,
    encrypting,
    keyring,
    place,
)
from vexil.core.change import Delete, Put
from vexil.core.errors import DataLoss, FailedPrecondition, InvalidRequest, Reason
from vexil.core.resource import Environment, Kind, Namespace, ResourceId, ResourceState, Revision
from vexil.core.setting import Constraints, Definition, Setting
from vexil.core.value import Encrypted, SecretReference, Value, ValueType
from vexil.server.audit.chains import verify_chains
from vexil.server.clock import Clock
from vexil.server.control.committer import Proposal
from vexil.server.control.directory import Directory
from vexil.server.control.observers import Observers
from vexil.server.control.withheld import PAUSE
from vexil.server.encryption.keyring import Keyring
from vexil.server.stores.port import Store
from vexil.server.stores.sqlite import SqliteStore


@pytest.fixture(params=["memory", "sqlite", "dynamodb"])
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return await BACKENDS[request.param](request)(tmp_path).open()


@pytest.fixture
async def shop(log: Store, tmp_path: Path) -> AsyncIterator[Place]:
    async with place(log, keyring(tmp_path)) as made:
        yield made


async def held(log: Store, id: ResourceId = TOKEN) -> Any:
    image = await log.load(NAMESPACE)
    (state,) = [each for each in image.states if each.id == id]
    return state.resource


async def again(log: Store, keys: Path | None) -> Directory:
    """What a process that starts now has in memory."""
    made = Directory(encrypting(log, keys), Observers(), Clock())
    await made.refresh()
    return made


@pytest.mark.parametrize(
    "value",
    [
        Value.of_bool(True),
        Value.of_string(""),
        Value.of_string(MARKER),
        Value.of_int(-(2**63)),
        Value.of_double(0.1),
        Value.of_json({"a": [1, 1.5, None, MARKER]}),
    ],
)
async def test_a_sensitive_value_is_ciphertext_in_the_log_and_itself_in_memory(
    value: Value, log: Store, tmp_path: Path
) -> None:
    async with place(log, keyring(tmp_path)) as shop:
        await shop.backend.commit(Delete(ResourceId(Kind.DEFINITION, "", "token")))
        await shop.backend.commit(definition(value_type=value.type))
        commit = await shop.put(value)

        stored = (await held(log)).value
        assert stored.type is value.type
        assert isinstance(stored.data, Encrypted)
        assert stored.data.key_id == "first"
        assert commit.changes[0].resource.value == value  # type: ignore[union-attr]
        assert shop.backend.view().evaluate("token").value == value.data
        restarted = await again(log, shop.keys)
        assert restarted.view(NAMESPACE, "prod").evaluate("token").value == value.data


async def test_every_read_gives_the_value(shop: Place) -> None:
    await shop.put(Value.of_string(MARKER))
    await shop.backend.commit(
        Put(TOKEN, Setting(value=Value.of_string("later"))), request_id="a", message="rotated"
    )
    store, head = shop.backend.store, shop.backend.directory.snapshot(NAMESPACE).revision

    commits = [*await store.read(NAMESPACE, Revision(2), 10), *await store.read_back(NAMESPACE, head, 1)]
    commits.append(await store.find_request(NAMESPACE, "a"))  # type: ignore[arg-type]
    records = await store.versions(NAMESPACE, TOKEN, None, 10)
    image = await store.load(NAMESPACE, Revision(head - 1))
    touched = await store.load_touched(NAMESPACE, Revision(head - 1), head)

    found = [
        change.resource.value.data  # type: ignore[union-attr]
        for change in [
            *(change for commit in commits for change in commit.changes),
            *(record.change for record in records),
            *image.states,
            *touched.states,
        ]
        if change.id == TOKEN
    ]
    assert found == [MARKER, "later", MARKER, "later", "later", MARKER, MARKER, MARKER]


async def test_the_chain_is_verified_without_keys(shop: Place) -> None:
    await shop.put(Value.of_string(MARKER))

    (report,) = await verify_chains(shop.log)

    assert report.findings == []
    assert await shop.log.check() == []


async def test_variants_are_encrypted_and_rules_are_not(shop: Place) -> None:
    flag = Setting(variants={"a": Value.of_string(MARKER), "b": Value.of_string("")}, serve="a")
    await shop.backend.commit(Put(TOKEN, flag))

    stored = await held(shop.log)

    assert {name: type(value.data) for name, value in stored.variants.items()} == {
        "a": Encrypted,
        "b": Encrypted,
    }
    assert stored.serve == "a"
    assert texts((await again(shop.log, shop.keys)).view(NAMESPACE, "prod")) == {"token": MARKER}


async def test_what_a_sensitive_definition_says_of_values_is_encrypted(shop: Place) -> None:
    value = Value.of_string(MARKER)
    put = definition(constraints=Constraints(allowed=(value,)), default=value)
    await shop.backend.commit(put)

    stored = await held(shop.log, put.id)

    assert isinstance(stored.default.data, Encrypted)
    assert isinstance(stored.constraints.allowed[0].data, Encrypted)
    read = (await again(shop.log, shop.keys)).snapshot(NAMESPACE).get(put.id)
    assert read is not None
    assert read.resource == put.resource


async def test_a_definition_counts_in_its_own_commit(shop: Place) -> None:
    other = ResourceId(Kind.SETTING, "prod", "other")
    await shop.backend.commit(Put(other, Setting(value=Value.of_string(MARKER))), definition("other"))

    assert isinstance((await held(shop.log, other)).value.data, Encrypted)


async def test_what_is_not_sensitive_is_stored_as_it_is(shop: Place) -> None:
    await shop.put(Value.of_string("plain"), "other")
    reference = Value(ValueType.SECRET, SecretReference("env:TOKEN"))
    await shop.backend.commit(definition("reference", ValueType.SECRET))
    await shop.put(reference, "reference")

    assert (await held(shop.log, ResourceId(Kind.SETTING, "prod", "other"))).value.data == "plain"
    assert (await held(shop.log, ResourceId(Kind.SETTING, "prod", "reference"))).value == reference


@pytest.mark.parametrize(
    ("rules", "value"),
    [
        ({"constraints": Constraints(pattern="x")}, Value.of_string(MARKER)),
        ({"constraints": Constraints(max_length=3)}, Value.of_string(MARKER)),
        ({"constraints": Constraints(allowed=(Value.of_string(MARKER),))}, Value.of_string("other")),
        ({"json_schema": '{"type": "integer"}'}, Value.of_json(MARKER)),
        ({"json_schema": '{"properties": {"a": {"maxLength": 3}}}'}, Value.of_json({"a": MARKER})),
    ],
)
async def test_refusals_do_not_say_values(shop: Place, rules: Any, value: Value) -> None:
    await shop.backend.commit(definition("other", value.type, **rules))
    with pytest.raises(InvalidRequest) as refused:
        await shop.put(value, "other")

    assert MARKER not in str(refused.value)
    assert all(MARKER not in violation.description for violation in refused.value.violations)

    await shop.put(value, "third")
    with pytest.raises(InvalidRequest) as unfit:
        await shop.backend.commit(definition("third", value.type, **rules))
    assert all(MARKER not in violation.description for violation in unfit.value.violations)


async def test_a_server_without_keys_refuses_to_store_sensitive_values(log: Store) -> None:
    async with place(log, None) as shop:
        with pytest.raises(FailedPrecondition) as refused:
            await shop.put(Value.of_string(MARKER))

        assert refused.value.reason is Reason.ENCRYPTION_KEY_MISSING
        assert MARKER not in refused.value.message
        await shop.put(Value.of_string("plain"), "other")
        assert texts(shop.backend.view()) == {"other": "plain"}


async def test_a_namespace_without_its_keys_is_refused_and_the_others_are_served(shop: Place) -> None:
    await shop.put(Value.of_string(MARKER))
    await shop.backend.namespaces.create("bank", Namespace(), {"prod": Environment()})
    ring, time = Keyring.read(shop.keys), ManualClock()
    Keyring("", {}).rotated("another").write(shop.keys)

    directory = Directory(encrypting(shop.log, shop.keys), Observers(), time.clock)
    await directory.refresh()

    assert directory.names() == ["bank"]
    assert directory.view("bank", "prod").revision == 1
    assert NAMESPACE in directory
    for _ in range(2):
        with pytest.raises(FailedPrecondition) as refused:
            await directory.find(NAMESPACE)
        assert refused.value.reason is Reason.ENCRYPTION_KEY_MISSING
        assert directory.failure is refused.value

    ring.write(shop.keys)
    await directory.refresh()
    assert directory.names() == ["bank"]
    time.advance(PAUSE)
    await directory.refresh()
    assert directory.view(NAMESPACE, "prod").evaluate("token").value == MARKER
    assert directory.failure is None


async def test_commits_that_can_not_be_read_do_not_hold_up_other_namespaces(shop: Place) -> None:
    await shop.backend.namespaces.create("the-other", Namespace(), {})
    directory = await again(shop.log, None)
    await shop.put(Value.of_string(MARKER))
    await shop.backend.committer.commit(
        Proposal(
            namespace="the-other", changes=[Put(ResourceId(Kind.ENVIRONMENT, "", "prod"), Environment())]
        )
    )

    with pytest.raises(FailedPrecondition) as refused:
        await directory.refresh()

    assert refused.value.reason is Reason.ENCRYPTION_KEY_MISSING
    assert directory.snapshot("the-other").revision == 2
    assert directory.view(NAMESPACE, "prod").revision < shop.backend.view().revision


@pytest.mark.parametrize("what", ["key", "environment", "version", "field", "namespace"])
async def test_ciphertext_that_is_moved_elsewhere_is_damage(what: str, shop: Place, tmp_path: Path) -> None:
    await shop.put(Value.of_string(MARKER))
    await shop.put(Value.of_string("another"))
    image = await shop.log.load(NAMESPACE)
    (state,) = [each for each in image.states if each.id == TOKEN]
    resource = state.resource
    assert isinstance(resource, Setting)
    moved = {
        "key": replace(state, id=TOKEN._replace(key="tokens")),
        "environment": replace(state, id=TOKEN._replace(environment="qa")),
        "version": replace(state, version=1),  # type: ignore[arg-type]
        "field": replace(state, resource=Setting(variants={"value": resource.value}, serve="value")),  # type: ignore[dict-item]
        "namespace": state,
    }[what]
    namespace = "other" if what == "namespace" else NAMESPACE

    with pytest.raises(DataLoss) as damage:
        await cipher_of(shop.keys).decrypted(namespace, [moved])

    assert damage.value.reason is Reason.STORE_CORRUPT
    assert MARKER not in str(damage.value)


async def test_the_same_value_is_never_the_same_ciphertext(shop: Place) -> None:
    ciphertexts = set()
    for _ in range(3):
        await shop.put(Value.of_string(MARKER))
        ciphertexts.add((await held(shop.log)).value.data.ciphertext)

    assert len(ciphertexts) == 3


async def test_no_file_of_the_store_has_the_value(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    log = await SqliteStore.open(tmp_path / "store" / "vexil.db")
    async with place(log, keyring(tmp_path)) as shop:
        await shop.put(Value.of_string(MARKER))
        await shop.put(Value.of_json({"password": MARKER}), "plain")
        files = {file.name: file.read_bytes() for file in (tmp_path / "store").iterdir()}
        # What is not sensitive is found, so that the search is known to find.
        assert sum(content.count(MARKER.encode()) for content in files.values()) == 1


async def test_a_repeated_request_finds_its_commit(shop: Place) -> None:
    change = Put(TOKEN, Setting(value=Value.of_string(MARKER)))
    first = await shop.backend.commit(change, request_id="once")

    assert await shop.backend.commit(change, request_id="once") == first


async def test_rolling_back_encrypts_again(shop: Place) -> None:
    first = await shop.put(Value.of_string(MARKER))
    await shop.put(Value.of_string("another"))
    before = (await held(shop.log)).value.data

    (record,) = (await shop.backend.store.versions(NAMESPACE, TOKEN, None, 2))[1:]
    assert isinstance(record.change, ResourceState)
    await shop.backend.commit(Put(TOKEN, record.change.resource))

    after = (await held(shop.log)).value.data
    assert after.nonce != before.nonce
    assert texts(shop.backend.view()) == {"token": MARKER}
    assert first.revision < shop.backend.directory.snapshot(NAMESPACE).revision


async def test_what_was_sensitive_stays_encrypted_when_the_definition_is_gone(shop: Place) -> None:
    await shop.put(Value.of_string(MARKER))
    (record,) = await shop.backend.store.versions(NAMESPACE, TOKEN, None, 1)
    assert isinstance(record.change, ResourceState)
    await shop.backend.commit(Delete(ResourceId(Kind.DEFINITION, "", "token")))
    other = TOKEN._replace(key="other")

    await shop.backend.commit(Put(other, record.change.resource))

    assert isinstance((await held(shop.log, other)).value.data, Encrypted)


def test_a_sensitive_value_is_not_in_its_repr() -> None:
    assert MARKER not in repr(Setting(value=Value(ValueType.STRING, MARKER, sensitive=True)))
    assert MARKER in repr(Value.of_string(MARKER))


def test_values_do_not_differ_by_being_encrypted_json() -> None:
    data = Encrypted("key", b"", b"", b"")
    assert Value(ValueType.JSON, data) == Value(ValueType.JSON, data)
    assert hash(Value(ValueType.JSON, data)) == hash(Value(ValueType.JSON, data))
    assert Value(ValueType.JSON, data) != Value.of_json({})
    assert Definition(ValueType.JSON, default=Value.of_json({})) != Definition(
        ValueType.JSON, default=Value(ValueType.JSON, data)
    )
