"""How long records are kept, by environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from vexil.core.errors import InvalidRequest, Violation
from vexil.server.audit.pipeline.record import AuditRecord

_RULE = re.compile(r"([a-z0-9][a-z0-9-]{0,62}|\*)=(\d{1,5})")


@dataclass(frozen=True, slots=True)
class Retention:
    """Days by environment, and for all others (`*`; None: for ever)."""

    days: Mapping[str, int] = field(default_factory=dict)
    others: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Retention":
        """From `prod=730,staging=90,*=30`. Raises InvalidRequest."""
        days: dict[str, int] = {}
        for rule in filter(None, text.split(",")):
            match = _RULE.fullmatch(rule.strip())
            if match is None:
                what = f"{rule!r} is not ENVIRONMENT=DAYS, such as prod=730,staging=90,*=30"
                raise InvalidRequest.of([Violation("retain", what)])
            days[match[1]] = int(match[2])
        return cls(days, days.pop("*", None))

    def expires_at(self, record: AuditRecord) -> datetime | None:
        """When a record may go: as late as anything in it may; None: never."""
        environments = {change.of_environment for change in record.changes} or {""}
        kept = [self.days.get(name, self.others) for name in environments]
        known = [days for days in kept if days is not None]
        return None if len(known) < len(kept) else record.at + timedelta(days=max(known))
