"""The settings of the limits; each is off until it is given."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Group, Parameter
from cyclopts.validators import Number

from vexil.core.errors import Violation
from vexil.server.limits.networks import networks
from vexil.server.option import option

_LIMITS = Group("Limits", sort_key=6)
_ABOVE_ZERO = Number(gt=0)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class LimitSettings:
    """What each process takes, all in all and of one caller; None: as much as comes."""

    requests_per_second: Annotated[
        float | None,
        option("requests_per_second", _LIMITS, "Most requests of all callers per second.", _ABOVE_ZERO),
    ] = None
    requests_per_principal: Annotated[
        float | None,
        option(
            "requests_per_principal",
            _LIMITS,
            "Most requests of one principal per second.",
            _ABOVE_ZERO,
        ),
    ] = None
    bytes_per_principal: Annotated[
        float | None,
        option(
            "bytes_per_principal",
            _LIMITS,
            "Most bytes of one principal's requests per second.",
            _ABOVE_ZERO,
        ),
    ] = None
    requests_per_address: Annotated[
        float | None,
        option(
            "requests_per_address",
            _LIMITS,
            "Most requests from one IPv4 address, or one IPv6 network of 64 bits, per second.",
            _ABOVE_ZERO,
        ),
    ] = None
    bytes_per_address: Annotated[
        float | None,
        option("bytes_per_address", _LIMITS, "Most bytes of requests from there.", _ABOVE_ZERO),
    ] = None
    burst_seconds: Annotated[
        float,
        option(
            "burst_seconds",
            _LIMITS,
            "How many seconds' worth of a rate may come at once after a quiet time.",
            _ABOVE_ZERO,
        ),
    ] = 2.0
    memory_budget: Annotated[
        int | None,
        option(
            "memory_budget",
            _LIMITS,
            "Bytes of memory from which on a process takes no new request but health checks. Linux only.",
            _ABOVE_ZERO,
        ),
    ] = None
    allow_from: Annotated[
        str | None,
        option(
            "allow_from",
            _LIMITS,
            "Networks that may call, such as 10.0.0.0/8,2001:db8::/32. Default: all.",
        ),
    ] = None
    trusted_proxies: Annotated[
        str | None,
        option(
            "trusted_proxies",
            _LIMITS,
            "Networks of the proxies whose x-forwarded-for says who calls. Default: nobody is believed.",
        ),
    ] = None

    def limit_violations(self) -> Iterator[Violation]:
        """What is wrong with these settings."""
        for name, text in (("allow_from", self.allow_from), ("trusted_proxies", self.trusted_proxies)):
            try:
                networks(text or "")
            except ValueError as error:
                yield Violation(name, f"networks are written as 10.0.0.0/8,2001:db8::/32: {error}")
