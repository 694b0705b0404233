"""The settings that say who may call: one declaration for each."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Group, Parameter

from vexil.core.errors import Violation
from vexil.server.option import option

_ACCESS = Group("Access", sort_key=3)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class IdentitySettings:
    """Whether callers are asked who they are, and what proves it."""

    authentication: Annotated[
        Literal["required", "off"] | None,
        option(
            "authentication",
            _ACCESS,
            "Whether callers must prove who they are. Default: off on loopback, required everywhere else.",
        ),
    ] = None
    insecure_no_authentication: Annotated[
        bool,
        option(
            "insecure_no_authentication",
            _ACCESS,
            "Let everybody who can reach this server change everything on it, without asking who they are.",
        ),
    ] = False
    provider_ca_file: Annotated[
        Path | None,
        option(
            "provider_ca_file",
            _ACCESS,
            "PEM file of the authorities to trust for identity providers. Default: those of the system.",
        ),
    ] = None

    def asks_callers(self, *, loopback: bool) -> bool:
        """Whether callers are asked who they are, on loopback or where other machines can call."""
        if self.authentication is not None:
            return self.authentication == "required"
        return not (loopback or self.insecure_no_authentication)

    def identity_violations(self, *, loopback: bool) -> Iterator[Violation]:
        """What does not fit together."""
        open_to_all = not loopback and self.authentication == "off"
        if open_to_all and not self.insecure_no_authentication:
            yield Violation(
                "authentication",
                "other machines can reach this server: without authentication everybody there may change "
                "everything; say insecure_no_authentication as well if that is what you want",
            )
        if self.authentication == "required" and self.insecure_no_authentication:
            yield Violation("insecure_no_authentication", "contradicts authentication = required")
        if self.provider_ca_file is not None and not self.provider_ca_file.is_file():
            yield Violation("provider_ca_file", f"{self.provider_ca_file} is no file")
