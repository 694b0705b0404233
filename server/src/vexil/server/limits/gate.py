"""What every request passes before it is read."""

from vexil.core.errors import LimitExceeded, Reason, VexilError
from vexil.server.call import ANONYMOUS, CallContext
from vexil.server.clock import Clock
from vexil.server.limits.memory import MemoryBudget
from vexil.server.limits.origin import Origins
from vexil.server.limits.rate import Rate
from vexil.server.limits.settings import LimitSettings

_ALL = "all"


class Gate:
    """The limits of one process; each that is not set costs nothing but the question.

    Addresses come first, before anyone's credentials are looked at, and what all share comes last: whoever is
    refused takes nothing from others. Anonymous callers are counted by their addresses alone.
    """

    def __init__(self, settings: LimitSettings, clock: Clock) -> None:
        def rate(per_second: float | None) -> Rate | None:
            return None if per_second is None else Rate(per_second, settings.burst_seconds, clock.monotonic)

        budget = settings.memory_budget
        self._memory = None if budget is None else MemoryBudget(budget, clock.monotonic)
        self._address_requests = rate(settings.requests_per_address)
        self._address_bytes = rate(settings.bytes_per_address)
        self._principal_requests = rate(settings.requests_per_principal)
        self._principal_bytes = rate(settings.bytes_per_principal)
        self._all = rate(settings.requests_per_second)
        by_address = settings.requests_per_address or settings.bytes_per_address
        self._origins = Origins.by(settings) if by_address or settings.allow_from is not None else None
        self._by_principal = bool(self._principal_requests or self._principal_bytes)

    @classmethod
    def of(cls, settings: LimitSettings, clock: Clock) -> "Gate | None":
        """The gate that the settings describe; None: they limit nothing."""
        gate = cls(settings, clock)
        return gate if gate._memory or gate._origins or gate._by_principal or gate._all else None

    def admit(self, call: CallContext, size: int) -> None:
        """Lets a request of so many bytes in.

        Raises AccessDenied for an address that may not call, LimitExceeded (RATE_LIMITED, LIMIT_EXCEEDED)
        with the time to come back.
        """
        if self._memory is not None:
            self._memory.require_room()
        self._require_address(call, size)
        if self._by_principal:
            principal = _principal(call)
            if principal != ANONYMOUS:
                _take(self._principal_requests, principal, 1, "requests of this principal")
                _take(self._principal_bytes, principal, size, "bytes of this principal")
        _take(self._all, _ALL, 1, "requests")

    def admit_standard(self, call: CallContext, size: int) -> None:
        """As `admit`, for gRPC's own services: they answer always, and do not ask who the caller is."""
        self._require_address(call, size)

    def _require_address(self, call: CallContext, size: int) -> None:
        if self._origins is not None:
            origin = self._origins.of(call)
            _take(self._address_requests, origin, 1, "requests from this address")
            _take(self._address_bytes, origin, size, "bytes from this address")


def _principal(call: CallContext) -> str:
    try:
        return call.principal
    except VexilError:
        # Whether that is an answer is for the method to say: to log in, for one, nobody has to be known.
        return ANONYMOUS


def _take(rate: Rate | None, caller: str, amount: int, of_what: str) -> None:
    if rate is not None and (wait := rate.take(caller, amount)):
        raise LimitExceeded(
            f"there are more {of_what} than this server takes in a second",
            reason=Reason.RATE_LIMITED,
            retry_after=wait,
        )
