"""Who else may say who somebody is."""

from dataclasses import dataclass

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""The signatures that may be accepted: all with a key pair, so that no shared secret is confused with one."""

MAX_SKEW = 300.0


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """An OpenID Connect issuer whose tokens are accepted; the resource's key is its name in subjects.

    A token is accepted that `issuer` issued (compared exactly) for one of the `audiences`, signed by a key
    found at `jwks_uri` with one of the `algorithms`. `skew` is how far clocks may differ, in seconds.
    `groups_claim` names the claim that lists groups; empty: there are none.
    """

    issuer: str
    audiences: tuple[str, ...]
    jwks_uri: str
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    groups_claim: str = ""
    skew: float = 30.0
    description: str = ""
