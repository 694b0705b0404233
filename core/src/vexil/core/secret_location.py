"""From a reference to a secret to the place that it names."""

import re
from dataclasses import dataclass
from enum import Enum

from vexil.core.errors import InvalidRequest
from vexil.core.value import SecretReference

_ARN = re.compile(r"arn:aws[a-z-]*:(?P<service>[a-z]+):(?P<region>[a-z0-9-]+):[0-9]*:(?P<resource>.+)")
_RESOURCES = {"secretsmanager": "secret:", "ssm": "parameter/"}


class Keeper(Enum):
    """Who keeps secrets."""

    SECRETS_MANAGER = "AWS Secrets Manager"
    PARAMETER_STORE = "AWS Systems Manager Parameter Store"
    VAULT = "HashiCorp Vault"
    ENVIRONMENT = "the process's environment"
    FILE = "a file"

    @property
    def is_local(self) -> bool:
        """Whether looking again costs nothing."""
        return self in (Keeper.ENVIRONMENT, Keeper.FILE)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a secret is: a place at its keeper, and what of that.

    `name` is an ARN, a parameter's name, a path or a variable. `member` names a member of the JSON object
    that is there; empty: all of it. `region` is an ARN's; empty: the reader's own.
    """

    keeper: Keeper
    name: str
    member: str = ""
    region: str = ""

    @classmethod
    def of(cls, reference: SecretReference) -> "Location":
        """Reads a reference. Raises InvalidRequest, which does not repeat it: it may be the secret itself."""
        name, _, member = reference.uri.partition("#")
        scheme, _, rest = name.partition(":")
        match scheme:
            case "vault" if "/" in rest.strip("/"):
                location = cls(Keeper.VAULT, rest.strip("/"), member)
            case "ssm" if rest:
                location = cls(Keeper.PARAMETER_STORE, rest, member)
            case "env" if rest:
                location = cls(Keeper.ENVIRONMENT, rest, member)
            case "file" if rest:
                location = cls(Keeper.FILE, rest.removeprefix("//"), member)
            case "arn":
                location = cls._of_arn(name, member)
            case _:
                raise InvalidRequest(
                    "the reference is none of arn:aws:secretsmanager:…, arn:aws:ssm:…, ssm:name, "
                    "vault:mount/path, env:NAME and file:path"
                )
        # A list of what is allowed goes by beginnings.
        if location.keeper in (Keeper.VAULT, Keeper.FILE) and ".." in location.name.split("/"):
            raise InvalidRequest("the reference has a '..' in its path; write where it leads")
        return location

    @classmethod
    def _of_arn(cls, arn: str, member: str) -> "Location":
        found = _ARN.fullmatch(arn)
        if found is None or not found["resource"].startswith(_RESOURCES.get(found["service"], "\0")):
            raise InvalidRequest(
                "the ARN is neither a secret's (arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME) nor a "
                "parameter's (arn:aws:ssm:REGION:ACCOUNT:parameter/NAME)"
            )
        ssm = found["service"] == "ssm"
        keeper = Keeper.PARAMETER_STORE if ssm else Keeper.SECRETS_MANAGER
        return cls(keeper, arn, member, found["region"])
