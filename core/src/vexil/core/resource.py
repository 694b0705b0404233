"""Resources: what names them, their states and changes, commits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple, NewType

from vexil.core.access.binding import RoleBinding
from vexil.core.access.identity_provider import IdentityProvider
from vexil.core.access.role import Role
from vexil.core.access.service_key import ServiceKey
from vexil.core.access.user import Session, User
from vexil.core.audit.origin import NOWHERE, Origin
from vexil.core.audit.seal import Seal
from vexil.core.connect import (
    FlowConfiguration,
    FlowTemplate,
    LoggingConfiguration,
    QueueConfiguration,
    RoutingRule,
)
from vexil.core.setting import Definition, Segment, Setting

Revision = NewType("Revision", int)
"""A place in a namespace's history: 1, 2, 3 …; 0 is before the first commit."""

Version = NewType("Version", int)
"""How often a resource was written, deletions counted: 1, 2, 3 …; 0 means that it never was."""


class Kind(IntEnum):
    """The kinds of resource, with their numbers on the wire."""

    NAMESPACE = 1
    ENVIRONMENT = 2
    DEFINITION = 3
    SETTING = 4
    SEGMENT = 5
    FLOW_CONFIGURATION = 6
    QUEUE_CONFIGURATION = 7
    ROUTING_RULE = 8
    LOGGING_CONFIGURATION = 9
    FLOW_TEMPLATE = 10
    ROLE = 20
    ROLE_BINDING = 21
    SERVICE_KEY = 22
    IDENTITY_PROVIDER = 23
    USER = 24
    SESSION = 25

    @property
    def in_environment(self) -> bool:
        """Whether resources of this kind belong to an environment and are inherited."""
        return Kind.SETTING <= self < Kind.ROLE

    @property
    def of_access(self) -> bool:
        """Whether resources of this kind are permissions, which have a namespace of their own."""
        return self >= Kind.ROLE


class ResourceId(NamedTuple):
    """Names a resource inside its namespace; `environment` is empty for kinds that have none."""

    kind: Kind
    environment: str
    key: str

    def __str__(self) -> str:
        place = f"{self.environment}/" if self.environment else ""
        return f"{self.kind.name.lower()} {place}{self.key}"


@dataclass(frozen=True, slots=True)
class Namespace:
    """The unit of ownership, access and ordering."""

    description: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment; `parent` is None for a root."""

    parent: str | None = None
    description: str = ""
    production: bool = False
    approval_required: bool = False


Resource = (
    Namespace
    | Environment
    | Definition
    | Setting
    | Segment
    | FlowConfiguration
    | QueueConfiguration
    | RoutingRule
    | LoggingConfiguration
    | FlowTemplate
    | Role
    | RoleBinding
    | ServiceKey
    | IdentityProvider
    | User
    | Session
)
"""The content of a resource."""

KIND_OF: Mapping[type, Kind] = MappingProxyType(
    {
        Namespace: Kind.NAMESPACE,
        Environment: Kind.ENVIRONMENT,
        Definition: Kind.DEFINITION,
        Setting: Kind.SETTING,
        Segment: Kind.SEGMENT,
        FlowConfiguration: Kind.FLOW_CONFIGURATION,
        QueueConfiguration: Kind.QUEUE_CONFIGURATION,
        RoutingRule: Kind.ROUTING_RULE,
        LoggingConfiguration: Kind.LOGGING_CONFIGURATION,
        FlowTemplate: Kind.FLOW_TEMPLATE,
        Role: Kind.ROLE,
        RoleBinding: Kind.ROLE_BINDING,
        ServiceKey: Kind.SERVICE_KEY,
        IdentityProvider: Kind.IDENTITY_PROVIDER,
        User: Kind.USER,
        Session: Kind.SESSION,
    }
)
"""The kind of each content type."""


@dataclass(frozen=True, slots=True)
class ResourceState:
    """A resource as it stood after a commit.

    In an environment's effective view `id.environment` is the environment that the resource comes from.
    """

    id: ResourceId
    resource: Resource
    version: Version
    revision: Revision
    create_revision: Revision
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Deleted:
    """The trace of a deletion: the version that it is, and the revision that made it."""

    id: ResourceId
    version: Version
    revision: Revision


ResourceChange = ResourceState | Deleted
"""What a commit did to one resource."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One entry of a namespace's log.

    `committed_at` is the server's wall clock, in UTC, and orders nothing. `request_id` is empty when the
    client gave none. `seal` is its place in the audit chain, which the store gives it, and which follows from
    all else; None: not stored yet, or by a release that had none.
    """

    namespace: str
    revision: Revision
    changes: tuple[ResourceChange, ...]
    committed_at: datetime
    epoch: int = 1
    author: str = ""
    message: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    request_id: str = ""
    origin: Origin = NOWHERE
    seal: Seal | None = field(default=None, compare=False)
