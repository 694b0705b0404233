"""The setting of what this server may connect to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Group, Parameter

from vexil.core.errors import Violation
from vexil.server.egress.allow_list import PUBLIC, AllowList
from vexil.server.option import option

_NETWORK = Group("Network", sort_key=1)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class EgressSettings:
    """Where those may send this server who may tell it where to fetch something."""

    egress_allow: Annotated[
        str,
        option(
            "egress_allow",
            _NETWORK,
            "Where keys of identity providers may be fetched: HOST[:PORT] or a network, with commas between, "
            "and public for all public addresses on port 443.",
        ),
    ] = PUBLIC

    def egress_violations(self) -> Iterator[Violation]:
        """What is wrong with it."""
        try:
            AllowList.parse(self.egress_allow)
        except ValueError as error:
            yield Violation("egress_allow", str(error))
