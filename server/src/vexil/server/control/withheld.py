"""Namespaces that this process has nothing of, since it can't have their encryption keys."""

import structlog

from vexil.core.errors import Reason, VexilError
from vexil.server.clock import Clock

PAUSE = 10.0
"""Seconds until such a namespace is loaded again, which costs reading all of it."""

_REASONS = (Reason.ENCRYPTION_KEY_MISSING, Reason.ENCRYPTION_UNAVAILABLE)
_log = structlog.get_logger(__name__)


def is_about_keys(error: VexilError) -> bool:
    """Whether that is why something could not be read."""
    return error.reason in _REASONS


class Withheld:
    """These namespaces, and what callers are told of each."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._errors: dict[str, tuple[VexilError, float]] = {}

    def __contains__(self, namespace: str) -> bool:
        """Whether the namespace is one of them."""
        return namespace in self._errors

    @property
    def error(self) -> VexilError | None:
        """Why one of them is; None when there is none."""
        return next((error for error, _ in self._errors.values()), None)

    def check(self, namespace: str) -> None:
        """Raises why it is withheld, if it is."""
        if namespace in self._errors:
            raise self._errors[namespace][0]

    def check_due(self, namespace: str) -> None:
        """The same, unless it is time for another attempt."""
        if namespace in self._errors and self._clock.monotonic() < self._errors[namespace][1]:
            self.check(namespace)

    def add(self, namespace: str, error: VexilError) -> None:
        """Takes note of a failed attempt. The first one is logged."""
        if namespace not in self._errors:
            _log.error("namespace_withheld", namespace=namespace, reason=error.reason, error=error.message)
        self._errors[namespace] = (error, self._clock.monotonic() + PAUSE)

    def discard(self, namespace: str) -> None:
        """It has been loaded."""
        if self._errors.pop(namespace, None) is not None:
            _log.info("namespace_back", namespace=namespace)
