"""The sections of a manifest, one for each kind of resource."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vexil.core.resource import Environment, Kind, Namespace
from vexil.core.setting import Segment
from vexil.files.codecs import connect
from vexil.files.codecs.conditions import CONDITIONS
from vexil.files.codecs.containers import ListOf, Record
from vexil.files.codecs.definitions import DefinitionCodec
from vexil.files.codecs.fields import Codec
from vexil.files.codecs.scalars import Boolean, Text
from vexil.files.codecs.settings import SettingCodec

NAMESPACE = Record(Namespace, description=Text(), owner=Text())

_ENVIRONMENT = Record(
    Environment, parent=Text(), description=Text(), production=Boolean(), approval_required=Boolean()
)
_SEGMENT = Record(
    Segment,
    description=Text(),
    tags=ListOf(Text()),
    included=ListOf(Text()),
    excluded=ListOf(Text()),
    conditions=CONDITIONS,
)


@dataclass(frozen=True)
class Section:
    """A section: its name in files, the kind of its members, and how one of them is read and written."""

    name: str
    kind: Kind
    codec: Codec[Any]


SECTIONS = (
    Section("environments", Kind.ENVIRONMENT, _ENVIRONMENT),
    Section("definitions", Kind.DEFINITION, DefinitionCodec()),
    Section("segments", Kind.SEGMENT, _SEGMENT),
    Section("settings", Kind.SETTING, SettingCodec()),
    Section("templates", Kind.FLOW_TEMPLATE, connect.FLOW_TEMPLATE),
    Section("flows", Kind.FLOW_CONFIGURATION, connect.FLOW_CONFIGURATION),
    Section("queues", Kind.QUEUE_CONFIGURATION, connect.QUEUE_CONFIGURATION),
    Section("routing_rules", Kind.ROUTING_RULE, connect.ROUTING_RULE),
    Section("logging", Kind.LOGGING_CONFIGURATION, connect.LOGGING_CONFIGURATION),
)
"""In the order in which files are written and changes are made: what is referred to comes first."""

SECTION_OF: Mapping[Kind, Section] = {section.kind: section for section in SECTIONS}
"""The section of each kind in a file; NAMESPACE is the field `namespace`, permissions are in no file."""
