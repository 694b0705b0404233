"""Short ways to read manifests in tests."""

from textwrap import dedent

import pytest

from vexil.core.resource import Resource
from vexil.files import Format, ManifestError, load_text


def read(section: str, text: str, written_as: Format = "yaml") -> dict[str, Resource]:
    """The members of a section that is written as YAML, by key."""
    head = "namespace: shop\nenvironment: prod\n"
    body = "".join(f"  {line}\n" for line in dedent(text).strip("\n").split("\n"))
    manifest = load_text(f"{head}{section}:\n{body}", written_as)
    return {change.change.id.key: change.change.resource for change in manifest.changes}


def read_one(section: str, text: str) -> Resource:
    """The content that a member of a section written as `key: text` has."""
    indented = "\n".join(f"  {line}" for line in dedent(text).strip("\n").split("\n"))
    return read(section, f"main/one:\n{indented}")["main/one"]


def problems_of(text: str, written_as: Format = "yaml") -> list[str]:
    """What is said about a text, each as `line:column: path: message`."""
    with pytest.raises(ManifestError) as caught:
        load_text(dedent(text).lstrip("\n"), written_as, name="f")
    return [str(problem).removeprefix("f:") for problem in caught.value.problems]
