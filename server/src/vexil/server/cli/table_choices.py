"""What an operator chooses about a store's tables, as it is said on the command line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from vexil.server.cli.usage import UsageError
from vexil.server.stores.dynamodb.consistency import Consistency
from vexil.server.stores.dynamodb.schema import Wanted, store_tables

_KEY = re.compile(r"arn:aws[a-z-]*:kms:(?P<region>[a-z0-9-]+):\d{12}:key/[A-Za-z0-9-]+")


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class TableChoices:
    """Keys, tags and replicas; what is not said is not looked at."""

    kms_key: Annotated[
        tuple[str, ...],
        Parameter(
            negative=(),
            help="ARN of the KMS key to encrypt with, one for each region. Default: keys that AWS owns.",
        ),
    ] = ()
    tag: Annotated[
        tuple[str, ...],
        Parameter(negative=(), help="NAME=VALUE, any number of times: tags that the tables must have."),
    ] = ()
    replica: Annotated[
        tuple[str, ...],
        Parameter(negative=(), help="A region of the global table besides this one, any number of times."),
    ] = ()
    consistency: Annotated[
        Consistency | None,
        Parameter(
            help="What its regions agree on: strong takes three of them. For good. Default: eventual.",
        ),
    ] = None
    witness: Annotated[
        str | None,
        Parameter(help="With strong consistency: the third region, where nothing can be read or written."),
    ] = None

    def wanted(self, table: str, region: str) -> Sequence[Wanted]:
        """The tables of the store as they must be. Raises UsageError for choices that make no sense."""
        keys = self._keys()
        lacking = sorted({region, *self.replica} - keys.keys()) if keys else []
        if lacking:
            raise UsageError(
                f"There is no --kms-key for {', '.join(lacking)}.",
                "A global table with keys of its own has one in each of its regions.",
            )
        if self.witness and self.consistency is not Consistency.STRONG:
            raise UsageError("--witness goes with --consistency strong.")
        return store_tables(
            table,
            region,
            keys=keys,
            tags=self._tags(),
            replicas=self.replica,
            witness=self.witness,
            consistency=self.consistency,
        )

    def _keys(self) -> Mapping[str, str]:
        keys: dict[str, str] = {}
        for arn in self.kms_key:
            match = _KEY.fullmatch(arn)
            if match is None:
                raise UsageError(
                    f"{arn!r} is not a key's ARN.",
                    "It is arn:aws:kms:REGION:ACCOUNT:key/ID; `aws kms describe-key` shows it for an alias.",
                )
            if keys.setdefault(match["region"], arn) != arn:
                raise UsageError(f"There are two keys for {match['region']}.")
        return keys

    def _tags(self) -> Mapping[str, str]:
        pairs = [text.partition("=") for text in self.tag]
        if wrong := [
            text for text, (name, sign, _) in zip(self.tag, pairs, strict=True) if not (name and sign)
        ]:
            raise UsageError(f"{wrong[0]!r} is not NAME=VALUE.")
        return {name: value for name, _, value in pairs}
