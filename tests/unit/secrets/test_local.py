"""Files and environment variables, read by a resolver."""

import os
from pathlib import Path

import pytest

from vexil.core.secret_location import Keeper, Location
from vexil.core.value import SecretReference
from vexil.secrets import Policy, Resolver, SecretDenied, SecretNotFound, SecretUnusable
from vexil.secrets.sources.local import LocalSource


@pytest.fixture
def resolver() -> Resolver:
    return Resolver(Policy())


@pytest.mark.parametrize(
    ("content", "text"), [(b"pw", "pw"), (b"pw\n", "pw"), (b"p w\r\n", "p w"), (b"", "")]
)
def test_file_is_read_without_the_newline_at_its_end(
    resolver: Resolver, tmp_path: Path, content: bytes, text: str
) -> None:
    (tmp_path / "db").write_bytes(content)

    assert resolver.resolve(SecretReference(f"file:{tmp_path}/db")).text == text


def test_member_of_a_file_is_read(resolver: Resolver, tmp_path: Path) -> None:
    (tmp_path / "db").write_text('{"user": "shop", "port": 5432}')

    assert resolver.resolve(SecretReference(f"file:{tmp_path}/db#user")).text == "shop"
    assert resolver.resolve(SecretReference(f"file:{tmp_path}/db#port")).text == "5432"
    with pytest.raises(SecretNotFound):
        resolver.resolve(SecretReference(f"file:{tmp_path}/db#password"))


@pytest.mark.parametrize("content", ["marker", "[]", "[" * 100_000, '{"marker'])
def test_member_of_what_has_none_is_refused_and_not_quoted(
    resolver: Resolver, tmp_path: Path, content: str
) -> None:
    (tmp_path / "db").write_text(content[:60_000])

    with pytest.raises(SecretUnusable) as raised:
        resolver.resolve(SecretReference(f"file:{tmp_path}/db#password"))
    assert "marker" not in repr(raised.value)
    assert raised.value.__suppress_context__


def test_mounted_secret_that_is_swapped_is_read_anew(tmp_path: Path) -> None:
    """As Kubernetes does it: the file is a link into a directory that is a link."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "db").write_text(name)
    (tmp_path / "data").symlink_to("one")
    (tmp_path / "db").symlink_to("data/db")
    source, place = LocalSource(), Location(Keeper.FILE, str(tmp_path / "db"))
    assert source.fetch(place).text == "one"
    (tmp_path / "next").symlink_to("two")
    (tmp_path / "next").rename(tmp_path / "data")

    assert source.fetch(place).text == "two"


@pytest.mark.parametrize("name", ["nothing", ".", "\0"])
def test_file_that_is_none_is_not_found(resolver: Resolver, tmp_path: Path, name: str) -> None:
    with pytest.raises(SecretNotFound):
        resolver.resolve(SecretReference(f"file:{tmp_path}/{name}"))


def test_file_without_end_is_not_read(resolver: Resolver) -> None:
    with pytest.raises(SecretNotFound):
        resolver.resolve(SecretReference("file:/dev/zero"))


def test_file_that_is_too_large_is_refused(resolver: Resolver, tmp_path: Path) -> None:
    (tmp_path / "db").write_bytes(b"x" * 65_537)

    with pytest.raises(SecretUnusable, match="65536"):
        resolver.resolve(SecretReference(f"file:{tmp_path}/db"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_of_others_is_denied(resolver: Resolver, tmp_path: Path) -> None:
    (tmp_path / "db").write_bytes(b"x")
    (tmp_path / "db").chmod(0)

    with pytest.raises(SecretDenied):
        resolver.resolve(SecretReference(f"file:{tmp_path}/db"))


def test_variable_is_read(resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "pässword")

    assert resolver.resolve(SecretReference("env:SHOP_PASSWORD")).text == "pässword"


def test_variable_that_is_not_set_is_not_found(resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOP_PASSWORD", raising=False)

    with pytest.raises(SecretNotFound, match="SHOP_PASSWORD"):
        resolver.resolve(SecretReference("env:SHOP_PASSWORD"))
