"""Authentication as the settings want it."""

from collections.abc import Callable

from vexil.server.access.directory import AccessDirectory
from vexil.server.access.key_check import KeyCheck
from vexil.server.access.key_uses import KeyUses
from vexil.server.clock import Clock
from vexil.server.egress.allow_list import AllowList
from vexil.server.identity.authentication import Authentication
from vexil.server.identity.authenticator import Authenticator
from vexil.server.identity.fetching import Fetcher
from vexil.server.identity.key_sets import KeySets
from vexil.server.identity.nobody_asked import NobodyAsked
from vexil.server.identity.token_check import TokenCheck
from vexil.server.settings import ServerSettings


def open_key_sets(settings: ServerSettings, directory: AccessDirectory, clock: Clock) -> KeySets | None:
    """The keys of identity providers, which somebody has to refresh; None: nobody is asked who they are.

    Raises InvalidRequest for a file of authorities that can't be used.
    """
    if not settings.requires_authentication:
        return None
    allowed = AllowList.parse(settings.egress_allow)
    return KeySets(directory, Fetcher(allowed, settings.provider_ca_file).fetch, clock)


def open_authentication(
    settings: ServerSettings,
    directory: AccessDirectory,
    uses: KeyUses,
    key_sets: KeySets | None,
    clock: Clock,
    loaded: Callable[[], bool],
) -> Authentication:
    """What every call is asked by; `loaded` tells whether all that the store holds is in memory."""
    if key_sets is None:
        return NobodyAsked(named_by_certificate=settings.client_ca_file is not None)
    keys = KeyCheck(directory, uses, clock)
    return Authenticator(directory, keys, TokenCheck(directory, key_sets, clock), clock, loaded)
