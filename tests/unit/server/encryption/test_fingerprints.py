"""Whether values are equal, for those who may not see them; and what stands for a value."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.backend import NAMESPACE, Backend
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
from vexil.core.change import Put
from vexil.core.errors import DataLoss, InvalidRequest
from vexil.core.resource import ResourceId
from vexil.core.sensitivity import mapped, paths_of
from vexil.core.setting import Setting
from vexil.core.value import Redacted, Value, ValueType
from vexil.server.audit.exporting import exported, verify_lines
from vexil.server.control.importer import Importer, ImportRequest
from vexil.server.encryption.fingerprints import Fingerprints
from vexil.server.encryption.keyring import Keyring
from vexil.server.stores.memory import MemoryStore
from vexil.server.watch.admission import AdmissionLimits
from vexil.server.watch.hub import HubLimits

OTHER = TOKEN._replace(key="other")


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(MemoryStore(), keyring(tmp_path)) as made:
        yield made


def text(value: str, **more: Any) -> Setting:
    return Setting(value=Value.of_string(value), **more)


def fingerprint(shop: Place, id: ResourceId = TOKEN) -> str:
    state = shop.backend.directory.snapshot(NAMESPACE).get(id)
    assert state is not None
    setting = state.resource
    assert isinstance(setting, Setting)
    assert setting.value is not None
    return setting.value.fingerprint


async def fingerprints(shop: Place, *values: str) -> list[str]:
    """Of one value after the other."""
    found = []
    for value in values:
        await shop.backend.commit(Put(TOKEN, text(value)))
        found.append(fingerprint(shop))
    return found


async def test_equal_values_of_a_setting_have_one_fingerprint_and_others_another(shop: Place) -> None:
    first, second, third = await fingerprints(shop, "a", "b", "a")

    assert first == third
    assert first != second
    assert len(first) == 32


async def test_fingerprints_of_two_settings_can_not_be_compared(shop: Place) -> None:
    await shop.backend.commit(definition("other"))
    await shop.backend.commit(Put(TOKEN, text("a")), Put(OTHER, text("a")))

    assert fingerprint(shop) != fingerprint(shop, OTHER)


async def test_fingerprints_outlive_the_key_and_the_process(shop: Place) -> None:
    (first,) = await fingerprints(shop, "a")
    Keyring.read(shop.keys).rotated("second").write(shop.keys)

    restarted = await backend_on(shop)
    (later, again) = await fingerprints(restarted, "b", "a")

    assert later != first
    assert again == first
    await shop.backend.directory.refresh()
    assert fingerprint(shop) == first


async def test_processes_that_began_at_once_agree_when_they_have_heard_of_each_other(shop: Place) -> None:
    other = await backend_on(shop)
    await shop.backend.commit(definition("other"))
    await fingerprints(shop, "a")
    await other.backend.commit(Put(OTHER, text("a")))
    await shop.backend.directory.refresh()

    (here,) = await fingerprints(shop, "b")
    await other.backend.directory.refresh()
    (there,) = await fingerprints(other, "b")

    assert here == there


def test_of_two_keys_of_a_namespace_the_lesser_one_counts() -> None:
    keys = Fingerprints()
    for key in (b"b" * 32, b"a" * 32, b"c" * 32):
        keys.learn("shop", key)

    assert keys.key("shop") == b"a" * 32
    assert keys.of("shop", TOKEN, b"x") != Fingerprints().of("shop", TOKEN, b"x")


async def test_the_audit_shows_that_a_value_changed_without_keys(shop: Place) -> None:
    first, second = await fingerprints(shop, "a", "b")

    lines = [line async for line in exported(shop.log, NAMESPACE)]

    (change,) = lines[-1]["changes"]
    assert change["sensitive"] is True
    assert change["fingerprints"] == {"before": {"value": first}, "after": {"value": second}}
    (report,) = verify_lines(map(json.dumps, lines))
    assert report.findings == []


async def test_a_fingerprint_that_was_changed_in_the_store_is_damage(shop: Place) -> None:
    await fingerprints(shop, "a")
    image = await shop.log.load(NAMESPACE)
    cipher = cipher_of(shop.keys)

    def forge(_: str, value: Value) -> Value:
        return replace(value, data=replace(value.data, fingerprint="ab" * 16))

    (state,) = [state for state in image.states if state.id == TOKEN]
    with pytest.raises(DataLoss):
        await cipher.decrypted(NAMESPACE, [replace(state, resource=mapped(state.resource, forge))])


async def test_what_is_not_shown_and_comes_back_is_the_value_that_is_there(shop: Place) -> None:
    (first,) = await fingerprints(shop, MARKER)
    redacted = Value(ValueType.STRING, Redacted(first))

    await shop.backend.commit(Put(TOKEN, Setting(value=redacted, description="new")))

    state = shop.backend.directory.snapshot(NAMESPACE).get(TOKEN)
    assert state is not None
    assert state.resource == text(MARKER, description="new")
    assert fingerprint(shop) == first


async def test_a_request_with_what_is_not_shown_may_be_repeated(shop: Place) -> None:
    (first,) = await fingerprints(shop, MARKER)
    put = Put(TOKEN, Setting(value=Value(ValueType.STRING, Redacted(first)), description="new"))

    made = await shop.backend.commit(put, request_id="once")

    assert await shop.backend.commit(put, request_id="once") == made


async def test_variants_are_known_again_under_other_names(shop: Place) -> None:
    flag = Setting(variants={"a": Value.of_string(MARKER), "b": Value.of_string("b")}, serve="a")
    await shop.backend.commit(Put(TOKEN, flag))
    state = shop.backend.directory.snapshot(NAMESPACE).get(TOKEN)
    assert state is not None
    kept = next(value for path, value in paths_of(state.resource) if path == "variants/a")
    wanted = {"c": Value(ValueType.STRING, Redacted(kept.fingerprint)), "d": Value.of_string("d")}

    await shop.backend.commit(Put(TOKEN, replace(flag, variants=wanted, serve="c")))

    assert shop.backend.view().evaluate("token").value == MARKER


@pytest.mark.parametrize("case", ["older", "elsewhere", "unknown", "another type"])
async def test_what_is_not_shown_and_not_there_is_refused(shop: Place, case: str) -> None:
    await shop.backend.commit(definition("other"))
    older, current = await fingerprints(shop, "older", "current")
    id, type, known = {  # noqa: A001
        "older": (TOKEN, ValueType.STRING, older),
        "elsewhere": (OTHER, ValueType.STRING, current),
        "unknown": (TOKEN, ValueType.STRING, ""),
        "another type": (TOKEN, ValueType.INT, current),
    }[case]

    with pytest.raises(InvalidRequest) as refused:
        await shop.backend.commit(Put(id, Setting(value=Value(type, Redacted(known)))))

    (violation,) = refused.value.violations
    assert violation.field == "changes[0].put.setting.value"
    assert "send the value itself" in violation.description
    assert shop.backend.view().evaluate("token").value == "current"


async def test_an_import_of_what_is_there_and_not_shown_changes_nothing(shop: Place) -> None:
    (first,) = await fingerprints(shop, MARKER)
    importer = Importer(shop.backend.directory, shop.backend.committer, ImportRequest(namespace=NAMESPACE))

    result = await importer.take([Put(TOKEN, Setting(value=Value(ValueType.STRING, Redacted(first))))])

    assert (result.written, result.unchanged) == (0, 1)


async def backend_on(shop: Place) -> Place:
    """Another process on the same log."""
    store = encrypting(shop.log, shop.keys, {"token": True, "other": True})
    made = Backend(store, ManualClock(), HubLimits(), AdmissionLimits())
    await made.directory.refresh()
    return Place(made, shop.log, shop.keys)
