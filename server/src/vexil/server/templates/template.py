"""A template's text, and what reads one."""

from dataclasses import dataclass, field
from typing import Protocol

from vexil.core.connect import Json
from vexil.core.value import MAX_VALUE_BYTES

MAX_BYTES = MAX_VALUE_BYTES
"""Of a template, wherever it is kept: as many as of one that is a resource."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template as it was read.

    `source` says where: `s3://bucket/key`, `file:path`, `template/<key>`, empty for one in the request.
    `version` differs whenever the text does: the object's version or entity tag, the file's digest, the
    resource's number. `defaults` is for placeholders that nobody else fills.
    """

    content: str
    source: str = ""
    version: str = ""
    defaults: Json = field(default_factory=dict)


class TemplateSource(Protocol):
    """Where templates of one sort are."""

    async def read(self, name: str) -> Template:
        """The template of that name, as it is now or, where that can't be told, was last.

        Raises NotFound (TEMPLATE_NOT_FOUND), Unavailable (TEMPLATE_UNAVAILABLE), FailedPrecondition
        (INVALID_FLOW) for what is no text of at most `MAX_BYTES`.
        """

    async def close(self) -> None:
        """Lets go of connections and threads; nothing is read afterwards."""
