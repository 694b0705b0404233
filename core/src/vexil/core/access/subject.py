"""Who permissions are given to."""

import re
from enum import StrEnum
from typing import NamedTuple, Self

MAX_NAME = 512


class SubjectKind(StrEnum):
    """How a subject proves who it is."""

    KEY = "key"
    USER = "user"
    CERT = "cert"
    OIDC = "oidc"
    OIDC_GROUP = "oidc-group"

    @property
    def of_issuer(self) -> bool:
        """Whether names are `<identity provider>/<name there>`."""
        return self in (SubjectKind.OIDC, SubjectKind.OIDC_GROUP)


_PROVIDER = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class Subject(NamedTuple):
    """A caller, or a group of callers, in the form `<kind>:<name>`.

    `key:<id>` is a service key, `user:<name>` someone with a password, `cert:<identity>` a client's
    certificate, `oidc:<provider>/<sub>` who a token of that provider is about, and
    `oidc-group:<provider>/<group>` whoever its tokens say is in the group. Names are compared as they are.
    """

    kind: SubjectKind
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `<kind>:<name>`. Raises ValueError, which says what is wrong."""
        prefix, colon, name = text.partition(":")
        if not colon or prefix not in list(SubjectKind):
            forms = ", ".join(f"{kind}:…" for kind in SubjectKind)
            raise ValueError(f"must be one of {forms}")
        kind = SubjectKind(prefix)
        if not 0 < len(name) <= MAX_NAME or not name.isprintable():
            raise ValueError(f"must have a name of 1 to {MAX_NAME} printable characters after {kind}:")
        provider, slash, rest = name.partition("/")
        if kind.of_issuer and not (slash and rest and _PROVIDER.fullmatch(provider)):
            raise ValueError(f"must be {kind}:<name of the identity provider>/<name there>")
        return cls(kind, name)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"
