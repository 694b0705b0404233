"""What only the access service's answers hold."""

from vexil.convert.access import IDENTITY_PROVIDER, ROLE, ROLE_BINDING, SCOPE, SERVICE_KEY, VERBS
from vexil.convert.wellknown import fill_time
from vexil.core.access.binding import RoleBinding
from vexil.core.access.grants import Grant
from vexil.core.access.identity_provider import IdentityProvider
from vexil.core.access.role import Role
from vexil.server.access.keys import KeySummary
from vexil.v1 import access_service_pb2 as pb


def named_role(name: str, role: Role, *, built_in: bool) -> pb.NamedRole:
    """A role with its name."""
    message = pb.NamedRole(name=name, built_in=built_in)
    ROLE.fill(message.role, role)
    return message


def named_binding(name: str, binding: RoleBinding) -> pb.NamedRoleBinding:
    """A binding with its name."""
    message = pb.NamedRoleBinding(name=name)
    ROLE_BINDING.fill(message.role_binding, binding)
    return message


def named_provider(name: str, provider: IdentityProvider, problem: str) -> pb.NamedIdentityProvider:
    """An identity provider with its name, and why its keys can't be had."""
    message = pb.NamedIdentityProvider(name=name, problem=problem)
    IDENTITY_PROVIDER.fill(message.identity_provider, provider)
    return message


def key_summary(summary: KeySummary) -> pb.ServiceKeySummary:
    """A service key in short, without digests."""
    message = pb.ServiceKeySummary(
        id=summary.id, bindings=(named_binding(name, each) for name, each in summary.bindings.items())
    )
    SERVICE_KEY.fill(message.service_key, summary.key)
    if summary.last_used_at is not None:
        fill_time(message.last_used_at, summary.last_used_at)
    return message


def effective_grant(grant: Grant) -> pb.EffectiveGrant:
    """A binding in force; its verbs in the order of the contract."""
    message = pb.EffectiveGrant(
        binding=grant.binding,
        role=grant.role,
        verbs=sorted(VERBS.numbers[verb] for verb in grant.verbs),
    )
    SCOPE.fill(message.scope, grant.scope)
    if grant.expires_at is not None:
        fill_time(message.expires_at, grant.expires_at)
    return message
