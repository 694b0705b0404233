"""The settings that say by which keys sensitive values are encrypted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Group, Parameter

from vexil.core.errors import Violation
from vexil.server.option import option

KMS, FILE = "kms:", "file:"

_DATA = Group("Data", sort_key=3)
_KEYS = re.compile(r"kms:(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:)?(key/|alias/)?[A-Za-z0-9/_-]+|file:.+")


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class EncryptionSettings:
    """Where the keys are by which sensitive values are encrypted."""

    encryption_keys: Annotated[
        str | None,
        option(
            "encryption_keys",
            _DATA,
            "Keys for values of sensitive settings: kms:ARN, kms:alias/NAME, or file:PATH, a keyring. "
            "Without them such values are not stored.",
        ),
    ] = None
    insecure_keyring: Annotated[
        bool,
        option(
            "insecure_keyring",
            _DATA,
            "Allow keys in a file on a server that other machines can reach.",
        ),
    ] = False

    def encryption_violations(self, *, loopback: bool) -> Iterator[Violation]:
        """What does not fit together."""
        if self.encryption_keys is None:
            return
        if not _KEYS.fullmatch(self.encryption_keys):
            yield Violation("encryption_keys", "is none of kms:ARN, kms:alias/NAME, file:PATH")
        elif self.encryption_keys.startswith(FILE) and not (loopback or self.insecure_keyring):
            yield Violation(
                "encryption_keys",
                "keys in a file are for one machine, and other machines can reach this server: name a key of "
                "KMS, or say insecure_keyring",
            )
