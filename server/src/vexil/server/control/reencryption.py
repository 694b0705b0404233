"""Sensitive values under the newest key: those that are not are written again."""

import asyncio
from collections.abc import Sequence

import structlog

from vexil.core.change import Put, VersionIs
from vexil.core.errors import Aborted
from vexil.core.resource import Kind, ResourceId, ResourceState
from vexil.core.sensitivity import is_sensitive, values_of
from vexil.core.snapshot import Snapshot
from vexil.core.value import Encrypted
from vexil.server.control.committer import Committer, Proposal
from vexil.server.control.directory import Directory
from vexil.server.encryption.cipher import Cipher
from vexil.server.encryption.fields import is_secret
from vexil.server.stores.port import Store

AUTHOR = "vexil"
"""Of the commits that this makes."""

_AT_ONCE = 100
_log = structlog.get_logger(__name__)


class Reencryption:
    """Writes sensitive values again that another key than the primary one has encrypted, or none at all.

    Those are values that were stored before their definition said so, or before there were keys. The log
    itself never changes. `log` is the store as it is without keys. What this process has looked through under
    a key it does not look through again for values of other keys.
    """

    def __init__(self, log: Store, directory: Directory, committer: Committer, cipher: Cipher) -> None:
        self._log = log
        self._directory = directory
        self._committer = committer
        self._cipher = cipher
        self._done: dict[str, str] = {}

    async def run(self) -> None:
        """One look at each namespace whose home this is. Raises what the store, keys and commits raise."""
        for namespace in self._directory.names():
            runtime = self._directory.runtime(namespace)
            if not runtime.home.writable:
                continue  # its home does it
            plain = await asyncio.to_thread(_plain, runtime.snapshot)
            if plain:
                await self._write_again(namespace, plain, await self._cipher.primary(namespace))
            if await asyncio.to_thread(_has_sensitive, runtime.snapshot):
                await self._rotate(namespace, await self._cipher.primary(namespace))

    async def _rotate(self, namespace: str, primary: str) -> None:
        if self._done.get(namespace) == primary:
            return
        image = await self._log.load(namespace)
        stale = [state.id for state in image.states if _is_stale(state, primary)]
        if await self._write_again(namespace, stale, primary):
            self._done[namespace] = primary

    async def _write_again(self, namespace: str, ids: Sequence[ResourceId], primary: str) -> bool:
        """Whether all of them were written that are still sensitive."""
        complete = True
        snapshot = self._directory.snapshot(namespace)
        for begin in range(0, len(ids), _AT_ONCE):
            current = [snapshot.get(id) for id in ids[begin : begin + _AT_ONCE]]
            wanted = [each for each in current if each is not None and _counts(snapshot, each)]
            if not wanted:
                continue
            proposal = Proposal(
                namespace=namespace,
                changes=[Put(state.id, state.resource) for state in wanted],
                preconditions=[VersionIs(state.id, state.version) for state in wanted],
                author=AUTHOR,
                message=f"encrypted with the key {primary}",
            )
            try:
                await self._committer.commit(proposal)
            except Aborted:
                # Somebody wrote one of them meanwhile: a caller, or another process that does the same.
                complete = False
                continue
            _log.info("encrypted_again", namespace=namespace, key_id=primary, resources=len(wanted))
        return complete


def _counts(snapshot: Snapshot, state: ResourceState) -> bool:
    return is_sensitive(state.resource) or _is_named(snapshot, state)


def _is_named(snapshot: Snapshot, state: ResourceState) -> bool:
    """Whether a definition says that it is sensitive."""
    return state.id.kind in {Kind.SETTING, Kind.DEFINITION} and snapshot.is_sensitive(state.id.key)


def _plain(snapshot: Snapshot) -> Sequence[ResourceId]:
    """What holds sensitive values that are not encrypted: they have no fingerprint."""
    return [
        state.id
        for state in snapshot.states()
        if _is_named(snapshot, state)
        and any(is_secret(value) and not value.fingerprint for value in values_of(state.resource))
    ]


def _has_sensitive(snapshot: Snapshot) -> bool:
    return any(is_sensitive(state.resource) for state in snapshot.states())


def _is_stale(state: ResourceState, primary: str) -> bool:
    return any(
        isinstance(value.data, Encrypted) and value.data.key_id != primary
        for value in values_of(state.resource)
    )
