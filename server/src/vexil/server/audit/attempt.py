"""Something that was asked for, as the journal has it."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

LONGEST_TEXT = 256
"""Characters of each text that are kept: nobody fills the disk with long ones."""

_PORT = re.compile(r":\d+$")


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something that was asked for. `action`: `denied` or `read`; `reason` says why it was denied.

    `why` is what was wrong with a credential, which its caller is not told; of the credential it has nothing.
    """

    action: str
    actor: str
    peer: str
    authentication: str
    method: str
    namespace: str = ""
    environment: str = ""
    key: str = ""
    reason: str = ""
    why: str = ""

    def shortened(self) -> "Attempt":
        """With texts that have an end, and without the port, which differs with each connection."""
        return replace(
            self,
            actor=self.actor[:LONGEST_TEXT],
            peer=_PORT.sub("", self.peer)[:LONGEST_TEXT],
            namespace=self.namespace[:LONGEST_TEXT],
            environment=self.environment[:LONGEST_TEXT],
            key=self.key[:LONGEST_TEXT],
        )

    def unnamed(self) -> "Attempt":
        """Without what it was about."""
        return replace(self, namespace="", environment="", key="")

    def document(self, at: datetime, request_id: str, count: int) -> dict[str, Any]:
        """A JSON value: it was first seen then, in that request, and so often."""
        return {
            "at": time_text(at),
            "action": self.action,
            "actor": self.actor,
            "peer": self.peer,
            "authentication": self.authentication,
            "method": self.method,
            "namespace": self.namespace,
            "environment": self.environment,
            "key": self.key,
            "reason": self.reason,
            "why": self.why,
            "requestId": request_id,
            "count": count,
        }


def time_text(at: datetime) -> str:
    """A time as journals write it: RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
