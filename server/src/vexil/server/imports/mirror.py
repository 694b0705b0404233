"""Mirrors of parameters: settings that go when their parameter goes.

A setting says in its description of which parameter it is the mirror. So it is known for as long as it is
there what came from a tree, and nothing else is ever deleted.
"""

from collections.abc import Iterator
from dataclasses import replace

from vexil.core.change import Delete
from vexil.core.resource import Resource
from vexil.core.setting import Setting
from vexil.server.imports.schedule import Action, Held, Write
from vexil.server.imports.survey import Survey

_MARK = "Mirrors the parameter "


def mirror_of(parameter: str, setting: Setting) -> Setting:
    """The setting as a mirror of the parameter with this name."""
    return replace(setting, description=f"{_MARK}{parameter}")


def gone(held: Held, root: str, found: Survey) -> Iterator[Write]:
    """Deletes the mirrors of parameters below `root` that were not found.

    A parameter that was found and can't be mapped keeps its mirror as it is.
    """
    mapped = {put.id for one in found.mapped for put in one.puts}
    refused = {one.item for one in found.refused}
    for id, state in sorted(held.items()):
        parameter = _mirrored(state.resource)
        if parameter is None or not parameter.startswith(f"{root}/"):
            continue
        if id not in mapped and parameter not in refused:
            yield Write(Delete(id), parameter, Action.DELETE)


def _mirrored(resource: Resource) -> str | None:
    if isinstance(resource, Setting) and resource.description.startswith(_MARK):
        return resource.description.removeprefix(_MARK)
    return None
