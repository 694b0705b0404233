"""The first key of all: made beside the servers, by who can write the store."""

from vexil.core.access.binding import RoleBinding
from vexil.core.access.role import ADMIN
from vexil.core.access.scope import Scope
from vexil.core.access.service_key import KeySecret, ServiceKey
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.change import Change, Put
from vexil.core.resource import Kind, Namespace, ResourceId
from vexil.server.access.key_text import KeyText
from vexil.server.access.writing import id_of
from vexil.server.clock import Clock
from vexil.server.control.committer import Committer, Proposal

AUTHOR = "vexil access init"
"""Who such commits are by, in the history."""


async def make_admin_key(committer: Committer, clock: Clock, *, first: bool) -> KeyText:
    """A service key that may do everything, with the namespace of permissions where it is the `first`.

    There is no other way to begin, so that no installation has a secret that another one has. Raises
    AlreadyExists (NAMESPACE_EXISTS) when it is not the first, NotFound (NAMESPACE_NOT_FOUND) when it should
    not be, and what a commit raises.
    """
    key = KeyText.make()
    changes: list[Change] = [
        Put(
            id_of(Kind.SERVICE_KEY, key.id),
            ServiceKey((KeySecret(key.digest, clock.now()),), "Administration"),
        ),
        Put(
            id_of(Kind.ROLE_BINDING, f"key/{key.id}/1"),
            RoleBinding(f"key:{key.id}", ADMIN, Scope.everything()),
        ),
    ]
    if first:
        spec = Namespace("Permissions: who may do what.")
        changes.insert(0, Put(ResourceId(Kind.NAMESPACE, "", SYSTEM_NAMESPACE), spec))
    proposal = Proposal(
        namespace=SYSTEM_NAMESPACE,
        changes=changes,
        author=AUTHOR,
        message="The first key" if first else "Another key, made beside the servers",
        by_access_service=True,
    )
    await (committer.create(proposal) if first else committer.commit(proposal))
    return key
