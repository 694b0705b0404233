"""What a caller asks for: changes and the preconditions under which they may be made."""

from dataclasses import dataclass

from vexil.core.resource import Resource, ResourceId, Revision, Version


@dataclass(frozen=True, slots=True)
class Put:
    """Write this content, whether or not the resource exists."""

    id: ResourceId
    resource: Resource


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete what the environment itself sets."""

    id: ResourceId


Change = Put | Delete


@dataclass(frozen=True, slots=True)
class HeadIs:
    """The namespace's newest revision is this one."""

    revision: Revision


@dataclass(frozen=True, slots=True)
class VersionIs:
    """The resource has this version; 0: it does not exist."""

    id: ResourceId
    version: Version


Precondition = HeadIs | VersionIs
