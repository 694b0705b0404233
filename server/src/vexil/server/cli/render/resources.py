"""Resources in a line."""

from vexil.core.access.binding import RoleBinding
from vexil.core.access.identity_provider import IdentityProvider
from vexil.core.access.role import Role
from vexil.core.access.service_key import ServiceKey
from vexil.core.access.user import Session, User
from vexil.core.connect import (
    FlowConfiguration,
    FlowTemplate,
    LoggingConfiguration,
    QueueConfiguration,
    RoutingRule,
)
from vexil.core.resource import Environment, Kind, Namespace, Resource, ResourceId
from vexil.core.setting import Definition, Segment, Serve, Setting, Split
from vexil.server.cli.render.text import printable
from vexil.server.cli.render.values import literal


def kind_name(kind: Kind) -> str:
    """The kind as `--kind` takes it: `flow-configuration`."""
    return kind.name.lower().replace("_", "-")


def name_of(id: ResourceId) -> str:
    """What names the resource: `setting prod/checkout`."""
    place = f"{id.environment}/" if id.environment else ""
    return printable(f"{kind_name(id.kind)} {place}{id.key}")


def summary(resource: Resource) -> str:
    """What matters most about it, on one line."""
    match resource:
        case Setting():
            return _setting(resource)
        case Segment():
            counts = ((resource.included, "included"), (resource.excluded, "excluded"))
            parts = [f"{len(keys)} {what}" for keys, what in counts if keys]
            return ", ".join([*parts, *_counted(resource.conditions, "condition")]) or "nobody"
        case Definition():
            words = [str(resource.type)]
            words += ["required"] if resource.required else []
            words += ["sensitive"] if resource.sensitive else []
            words += [f"default {literal(resource.default)}"] if resource.default is not None else []
            return ", ".join(words)
        case Environment():
            words = ["root" if resource.parent is None else f"inherits from {printable(resource.parent)}"]
            words += ["production"] if resource.production else []
            words += ["approval required"] if resource.approval_required else []
            return ", ".join(words)
        case Namespace():
            return printable(resource.description)
        case FlowConfiguration():
            return printable(resource.name) + ("" if resource.active else ", inactive")
        case QueueConfiguration():
            return printable(resource.name)
        case RoutingRule():
            return f"priority {resource.priority}"
        case LoggingConfiguration():
            return resource.level.name.lower()
        case FlowTemplate() | ServiceKey() | IdentityProvider() | User():
            return printable(resource.description)
        case Session():
            return printable(f"of {resource.user}")
        case Role():
            return ", ".join(resource.verbs)
        case RoleBinding():
            return printable(f"{resource.role} to {resource.subject}")


def _setting(setting: Setting) -> str:
    if setting.value is not None:
        return literal(setting.value) + ("" if setting.enabled else ", disabled")
    if not setting.enabled:
        off = "the caller's default" if setting.off_variant is None else printable(setting.off_variant)
        return f"disabled, serves {off}"
    more = (
        *_counted(setting.prerequisites, "prerequisite"),
        *_counted(setting.targets, "target"),
        *_counted(setting.rules, "rule"),
    )
    return ", ".join([f"serves {_serve(setting.serve)}", *more])


def _serve(serve: Serve | None) -> str:
    match serve:
        case Split(weights=weights):
            total = sum(share.weight for share in weights) or 1
            return " / ".join(
                f"{printable(share.variant)} {100 * share.weight / total:.5g} %" for share in weights
            )
        case str():
            return printable(serve)
        case None:
            return "nothing"


def _counted(items: tuple[object, ...], what: str) -> list[str]:
    return [f"{len(items)} {what}{'s' if len(items) != 1 else ''}"] if items else []
