"""Which source reads from whom."""

from vexil.core.secret_location import Keeper
from vexil.secrets.sources.source import Source


def open_source(keeper: Keeper) -> Source:
    """A source for that keeper. Does no I/O; what it lacks, it says when it fetches."""
    # Each with what it imports only where it is needed: a function's cold start is short.
    match keeper:
        case Keeper.SECRETS_MANAGER | Keeper.PARAMETER_STORE:
            from vexil.secrets.sources.aws import AwsSource  # noqa: PLC0415

            return AwsSource()
        case Keeper.VAULT:
            from vexil.secrets.sources.vault import VaultSource  # noqa: PLC0415

            return VaultSource()
        case Keeper.ENVIRONMENT | Keeper.FILE:
            from vexil.secrets.sources.local import LocalSource  # noqa: PLC0415

            return LocalSource()
