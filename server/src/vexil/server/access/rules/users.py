"""What UserService needs."""

from collections.abc import Mapping
from typing import Any

from vexil.core.access.grants import Grants
from vexil.core.access.verb import Verb
from vexil.server.access.permits import Permits
from vexil.server.access.rules.row import Callers, Row


class UserRules:
    """Users are changed and seen by who may do that with all permissions; the service says so in the end.

    Whoever logs in is nobody yet: what proves it is in the request.
    """

    def __init__(self, permits: Permits) -> None:
        self._permits = permits

    def rows(self) -> Mapping[str, Row]:
        """By the method's name."""
        return {
            "InviteUser": Row(self.write),
            "DeleteUser": Row(self.write),
            "ListUsers": Row(self.read),
            "SignUp": Row(Callers.ANYBODY),
            "LogIn": Row(Callers.ANYBODY),
            "Refresh": Row(Callers.ANYBODY),
            "LogOut": Row(Callers.ANYBODY),
        }

    def read(self, _request: Any, grants: Grants) -> None:
        """ACCESS_READ of anything."""
        self._permits.anywhere(grants, Verb.ACCESS_READ)

    def write(self, _request: Any, grants: Grants) -> None:
        """ACCESS_WRITE of anything."""
        self._permits.anywhere(grants, Verb.ACCESS_WRITE)
