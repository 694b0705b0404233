"""The one table of what each RPC needs."""

from collections.abc import Callable, Mapping

from google.protobuf.descriptor import ServiceDescriptor

from vexil.server.access.permits import Permits
from vexil.server.access.rules.access import AccessRules
from vexil.server.access.rules.admin import AdminRules
from vexil.server.access.rules.audit import AuditRules
from vexil.server.access.rules.config import ConfigRules
from vexil.server.access.rules.connect import ConnectRules
from vexil.server.access.rules.row import Callers, Row
from vexil.server.access.rules.users import UserRules
from vexil.server.services import (
    ACCESS_SERVICE,
    ADMIN_SERVICE,
    AUDIT_SERVICE,
    CONFIG_SERVICE,
    CONNECT_SERVICE,
    USER_SERVICE,
)

_HEALTH = "/grpc.health.v1.Health/"
_REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/"


def matrix(exists: Callable[[str], bool]) -> Mapping[str, Row]:
    """Rows by the method's path. A method that has none can be called by nobody.

    `exists` tells whether there is a namespace of that name. What an RPC does follows from its row alone,
    never from what a request says of itself. Health is what load balancers ask, who have no credentials;
    reflection tells what is in the contract for all to read, but not to strangers.
    """
    permits = Permits()
    return {
        **_of(CONFIG_SERVICE, ConfigRules(permits).rows()),
        **_of(CONNECT_SERVICE, ConnectRules(permits).rows()),
        **_of(ADMIN_SERVICE, AdminRules(permits, exists).rows()),
        **_of(ACCESS_SERVICE, AccessRules(permits).rows()),
        **_of(AUDIT_SERVICE, AuditRules(permits).rows()),
        **_of(USER_SERVICE, UserRules(permits).rows()),
        **{f"{_HEALTH}{name}": Row(Callers.ANYBODY) for name in ("Check", "List", "Watch")},
        f"{_REFLECTION}ServerReflectionInfo": Row(Callers.IDENTIFIED),
    }


def _of(service: ServiceDescriptor, rows: Mapping[str, Row]) -> Mapping[str, Row]:
    return {f"/{service.full_name}/{name}": row for name, row in rows.items()}
