"""Permissions."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.support.strategies.basic import environment_names, keys, texts, times, tuples_of
from vexil.core.access.binding import RoleBinding
from vexil.core.access.identity_provider import ALGORITHMS, IdentityProvider
from vexil.core.access.role import Role
from vexil.core.access.scope import ALL, Scope
from vexil.core.access.service_key import KeySecret, ServiceKey
from vexil.core.access.user import Session, User
from vexil.core.access.verb import Verb


def _names(names: SearchStrategy[str]) -> SearchStrategy[tuple[str, ...]]:
    return tuples_of(names) | st.just((ALL,))


def scopes() -> SearchStrategy[Scope]:
    """Scopes."""
    kind_names = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
    labels = environment_names()
    return st.builds(Scope, _names(labels), _names(labels), _names(keys()), _names(kind_names))


def roles() -> SearchStrategy[Role]:
    """Roles."""
    return st.builds(Role, st.lists(st.sampled_from(Verb), unique=True, max_size=4).map(tuple), texts())


def role_bindings() -> SearchStrategy[RoleBinding]:
    """Bindings."""
    subjects = st.sampled_from(["key:0a1b", "user:ada", "cert:web", "oidc:corp/a", "oidc-group:corp/b"])
    return st.builds(RoleBinding, subjects, keys(), scopes(), st.none() | times(), texts())


def service_keys() -> SearchStrategy[ServiceKey]:
    """Service keys as they are stored; whoever reads them gets none of their digests."""
    digests = st.sampled_from(["0" * 64, "9f" * 32])
    secrets = st.builds(KeySecret, digests, times(), st.none() | times())
    return st.builds(ServiceKey, tuples_of(secrets, 1, 2), texts(), st.none() | times())


def users() -> SearchStrategy[User]:
    """Users as they are stored; whoever reads them gets neither hashes nor digests."""
    hashes = st.sampled_from(["", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"])
    return st.builds(User, hashes, st.sampled_from(["", "0" * 64]), st.none() | times(), texts())


def sessions() -> SearchStrategy[Session]:
    """Sessions as they are stored."""
    digests = st.sampled_from(["", "0" * 64, "9f" * 32])
    return st.builds(Session, keys(), digests, times(), digests, times(), digests)


def identity_providers() -> SearchStrategy[IdentityProvider]:
    """Identity providers."""
    return st.builds(
        IdentityProvider,
        issuer=st.just("https://login.example.org/"),
        audiences=tuples_of(texts(1), 1),
        jwks_uri=st.just("https://login.example.org/keys"),
        algorithms=st.lists(st.sampled_from(ALGORITHMS), min_size=1, unique=True).map(tuple),
        groups_claim=texts(),
        skew=st.sampled_from([0.0, 0.5, 30.0, 300.0]),
        description=texts(),
    )
