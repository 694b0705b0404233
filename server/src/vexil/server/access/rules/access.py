"""What AccessService needs."""

from collections.abc import Mapping
from typing import Any

from vexil.core.access.grants import Grants
from vexil.core.access.verb import Verb
from vexil.server.access.permits import Permits
from vexil.server.access.rules.row import Callers, Row


class AccessRules:
    """Permissions. In which scope a change needs them depends on what it replaces: the service decides that.

    What is decided here is that nobody gets there who has no such right anywhere.
    """

    def __init__(self, permits: Permits) -> None:
        self._permits = permits

    def rows(self) -> Mapping[str, Row]:
        """By the method's name."""
        return {
            # About oneself; the service refuses questions about others.
            "WhoAmI": Row(Callers.IDENTIFIED),
            "CheckAccess": Row(Callers.IDENTIFIED),
            "CreateServiceKey": Row(self.write),
            "ListServiceKeys": Row(self.read),
            "RevokeServiceKey": Row(self.write),
            "RotateServiceKey": Row(self.write),
            "PutRole": Row(self.write),
            "DeleteRole": Row(self.write),
            "ListRoles": Row(self.read),
            "PutRoleBinding": Row(self.write),
            "DeleteRoleBinding": Row(self.write),
            "ListRoleBindings": Row(self.read),
            "PutIdentityProvider": Row(self.write),
            "DeleteIdentityProvider": Row(self.write),
            "ListIdentityProviders": Row(self.read),
        }

    def read(self, _request: Any, grants: Grants) -> None:
        """ACCESS_READ of anything; lists hold what may be seen."""
        self._permits.anywhere(grants, Verb.ACCESS_READ)

    def write(self, _request: Any, grants: Grants) -> None:
        """ACCESS_WRITE of anything."""
        self._permits.anywhere(grants, Verb.ACCESS_WRITE)
