"""What a resource of each kind holds, as one oneof: `vexil.v1.Resource`."""

from collections.abc import Mapping

from vexil.convert import access, connect, settings
from vexil.convert.codec import Codec
from vexil.convert.oneof import OneOf
from vexil.convert.records import Record
from vexil.core import connect as connect_model
from vexil.core import resource as model
from vexil.core import setting as setting_model
from vexil.core.access.binding import RoleBinding
from vexil.core.access.identity_provider import IdentityProvider
from vexil.core.access.role import Role
from vexil.core.access.service_key import ServiceKey
from vexil.core.access.user import Session, User
from vexil.v1 import resource_pb2 as wire


def _content(secrets: Mapping[type, Codec]) -> OneOf:
    content = OneOf("spec")
    content.message("namespace", model.Namespace, Record(model.Namespace, wire.Namespace))
    content.message("environment", model.Environment, Record(model.Environment, wire.Environment))
    content.message("definition", setting_model.Definition, secrets[setting_model.Definition])
    content.message("setting", setting_model.Setting, secrets[setting_model.Setting])
    content.message("segment", setting_model.Segment, settings.SEGMENT)
    content.message("flow_configuration", connect_model.FlowConfiguration, connect.FLOW_CONFIGURATION)
    content.message("queue_configuration", connect_model.QueueConfiguration, connect.QUEUE_CONFIGURATION)
    content.message("routing_rule", connect_model.RoutingRule, connect.ROUTING_RULE)
    content.message(
        "logging_configuration", connect_model.LoggingConfiguration, connect.LOGGING_CONFIGURATION
    )
    content.message("flow_template", connect_model.FlowTemplate, connect.FLOW_TEMPLATE)
    content.message("role", Role, access.ROLE)
    content.message("role_binding", RoleBinding, access.ROLE_BINDING)
    content.message("service_key", ServiceKey, secrets[ServiceKey])
    content.message("identity_provider", IdentityProvider, access.IDENTITY_PROVIDER)
    content.message("user", User, secrets[User])
    content.message("session", Session, secrets[Session])
    return content


CONTENT = _content({**settings.SHOWN, **access.SHOWN})
"""For whoever reads resources: without what never leaves the server, such as the digests of secrets."""

REVEALED_CONTENT = _content({**settings.REVEALED, **access.SHOWN})
"""For whoever may have sensitive values."""

STORED_CONTENT = _content({**settings.STORED, **access.STORED})
"""For stores and backups: with all there is."""
