import logging
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.client.making import setting
from vexil.client.cache import DiskCache
from vexil.client.options import ClientOptions
from vexil.client.replica.saved_state import SavedState
from vexil.core.resource import Kind, Revision
from vexil.core.selector import Selector
from vexil.core.setting import Setting
from vexil.core.value import Value, ValueType
from vexil.core.view import View

OPTIONS = ClientOptions(namespace="shop", environment="prod")
STATES = [setting("a", 1), setting("b", 2)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def content(path: Path) -> bytes:
    assert DiskCache(path, OPTIONS).save(saved_state())
    return path.read_bytes()


def saved_state() -> SavedState:
    return SavedState(View.of("shop", "prod", Revision(9), STATES), b"token-9\x00\xff")


def test_saved_state_comes_back(path: Path) -> None:
    cache = DiskCache(path, OPTIONS)
    assert cache.save(saved_state())
    loaded = cache.load()
    assert loaded is not None
    assert (loaded.view.revision, loaded.token) == (9, b"token-9\x00\xff")
    assert sorted(loaded.view.states(), key=lambda state: state.id) == STATES


def test_sensitive_values_are_not_in_the_file(path: Path) -> None:
    value = Value(ValueType.STRING, "hunter2", sensitive=True)
    secrets = [
        replace(setting("c", 1), resource=Setting(value=value)),
        replace(setting("d", 1), resource=Setting(variants={"on": value}, serve="on")),
    ]
    cache = DiskCache(path, OPTIONS)
    assert cache.save(SavedState(View.of("shop", "prod", Revision(9), [*STATES, *secrets]), b"token-9"))

    loaded = cache.load()

    assert b"hunter2" not in path.read_bytes()
    assert loaded is not None
    assert (sorted(loaded.view.states(), key=lambda state: state.id), loaded.token) == (STATES, b"")


def test_missing_file_is_no_reason_to_worry(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert DiskCache(path, OPTIONS).load() is None
    assert caplog.text == ""


@pytest.mark.parametrize(
    "options",
    [
        ClientOptions(namespace="bank", environment="prod"),
        ClientOptions(namespace="shop", environment="qa"),
        ClientOptions(
            namespace="shop", environment="prod", selectors=(Selector(kind=Kind.SETTING, prefix="x."),)
        ),
    ],
)
@pytest.mark.usefixtures("content")
def test_file_of_another_client_is_ignored(
    path: Path, options: ClientOptions, caplog: pytest.LogCaptureFixture
) -> None:
    assert DiskCache(path, options).load() is None
    assert "another namespace, environment or selection" in caplog.text


def test_file_of_another_release_is_ignored(
    path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_bytes(content.replace(b"vexil-client-cache 1", b"vexil-client-cache 2", 1))
    assert DiskCache(path, OPTIONS).load() is None
    assert "no cache of this release" in caplog.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_file_is_ignored(path: Path, content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content)
    if data.draw(st.booleans()):
        del damaged[data.draw(st.integers(0, len(damaged) - 1)) :]
    else:
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(damaged))
    assert DiskCache(path, OPTIONS).load() is None


@given(content=st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_at_all_is_survived(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert DiskCache(path, OPTIONS).load() is None


def test_file_that_cannot_be_written_leaves_the_old_one(
    path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    blocked = path / "below"
    assert not DiskCache(blocked, OPTIONS).save(saved_state())
    assert "can't be written" in caplog.text
    assert path.read_bytes() == content


def test_nothing_but_the_file_is_left_behind(path: Path) -> None:
    cache = DiskCache(path, OPTIONS)
    cache.save(saved_state())
    cache.save(saved_state())
    assert [each.name for each in path.parent.iterdir()] == ["cache"]
    assert path.stat().st_mode & 0o077 == 0
