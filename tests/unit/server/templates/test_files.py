"""Templates in files: nothing outside their directory is ever read."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from vexil.core.errors import FailedPrecondition, NotFound, Reason, Unavailable
from vexil.server.templates.files import FileTemplates
from vexil.server.templates.template import MAX_BYTES


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    directory = tmp_path / "templates"
    directory.mkdir()
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "templates-too").mkdir()
    (tmp_path / "templates-too" / "secret").write_text("secret")
    return directory


async def test_file_is_read_with_its_digest(directory: Path) -> None:
    (directory / "deep").mkdir()
    (directory / "deep" / "menü.json").write_text("{“a”}")
    template = await FileTemplates(directory).read("deep/menü.json")
    assert (template.content, template.source) == ("{“a”}", "file:deep/menü.json")
    assert template.version == sha256("{“a”}".encode()).hexdigest()


@pytest.mark.parametrize(
    "name",
    [
        "gone",
        "gone/deeper",
        "",
        ".",
        "deep",
        "../secret",
        "deep/../../secret",
        "../templates-too/secret",
        "/etc/hostname",
        "link-out",
        "link-dir/secret",
        "link-loop",
        "file/below",
        "nul\0byte",
        "pipe",
    ],
)
async def test_what_is_no_file_below_the_directory_is_not_found(directory: Path, name: str) -> None:
    (directory / "deep").mkdir()
    (directory / "file").write_text("x")
    (directory / "link-out").symlink_to(directory.parent / "secret")
    (directory / "link-dir").symlink_to(directory.parent)
    (directory / "link-loop").symlink_to("link-loop")
    os.mkfifo(directory / "pipe")
    with pytest.raises(NotFound) as raised:
        await FileTemplates(directory).read(name)
    assert raised.value.reason is Reason.TEMPLATE_NOT_FOUND
    assert raised.value.metadata == {"template": f"file:{name}"}
    assert str(directory) not in raised.value.message


async def test_links_that_stay_inside_are_followed(directory: Path) -> None:
    """So does Kubernetes mount a ConfigMap, and change it at once."""
    for version in ("1", "2"):
        (directory / f"..{version}").mkdir()
        (directory / f"..{version}" / "main.json").write_text(version)
    (directory / "..data").symlink_to("..1")
    (directory / "main.json").symlink_to("..data/main.json")
    templates = FileTemplates(directory)
    assert (await templates.read("main.json")).content == "1"
    (directory / "..new").symlink_to("..2")
    (directory / "..new").replace(directory / "..data")
    assert (await templates.read("main.json")).content == "2"


async def test_directory_may_itself_be_a_link(directory: Path) -> None:
    (directory / "a").write_text("x")
    link = directory.parent / "link"
    link.symlink_to(directory)
    assert (await FileTemplates(link).read("a")).content == "x"


async def test_largest_file_is_read_and_a_larger_one_refused(directory: Path) -> None:
    (directory / "largest").write_bytes(b"x" * MAX_BYTES)
    (directory / "larger").write_bytes(b"x" * (MAX_BYTES + 1))
    templates = FileTemplates(directory)
    assert len((await templates.read("largest")).content) == MAX_BYTES
    with pytest.raises(FailedPrecondition, match="more than 262144 bytes") as raised:
        await templates.read("larger")
    assert raised.value.reason is Reason.INVALID_FLOW


async def test_file_that_is_not_utf_8_is_refused(directory: Path) -> None:
    (directory / "latin-1").write_bytes("grüß".encode("latin-1"))
    with pytest.raises(FailedPrecondition, match="not UTF-8, from byte 2 on"):
        await FileTemplates(directory).read("latin-1")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_file_that_may_not_be_read_is_unavailable(directory: Path) -> None:
    (directory / "a").touch(mode=0)
    with pytest.raises(Unavailable, match="Permission denied") as raised:
        await FileTemplates(directory).read("a")
    assert raised.value.reason is Reason.TEMPLATE_UNAVAILABLE


async def test_without_a_directory_there_is_no_file() -> None:
    with pytest.raises(NotFound, match="--template-dir"):
        await FileTemplates(None).read("a")
