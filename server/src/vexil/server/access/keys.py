"""Service keys: making, listing, rotating and revoking them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vexil.core.access.binding import RoleBinding
from vexil.core.access.grants import Grants
from vexil.core.access.scope import Scope
from vexil.core.access.service_key import KeySecret, ServiceKey
from vexil.core.access.subject import Subject, SubjectKind
from vexil.core.access.verb import Verb
from vexil.core.errors import InvalidRequest, Reason, Violation
from vexil.core.resource import Commit, Deleted, Kind, Resource, ResourceId, ResourceState
from vexil.server.access.directory import AccessDirectory
from vexil.server.access.key_text import KeyText
from vexil.server.access.key_uses import KeyUses
from vexil.server.access.secrets_once import write_once
from vexil.server.access.writing import AccessWriter, Author
from vexil.server.clock import Clock

OVERLAP = timedelta(days=1)
"""How long a secret is accepted after it was replaced, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A role in a scope, for a new key."""

    role: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class KeySummary:
    """A service key with those of its bindings that the reader may see."""

    id: str
    key: ServiceKey
    last_used_at: datetime | None
    bindings: Mapping[str, RoleBinding]


@dataclass(frozen=True, slots=True)
class Rotated:
    """A key's new secret, and until when the one before is accepted."""

    text: KeyText
    previous_expires_at: datetime


class ServiceKeys:
    """Changes and shows service keys. Methods raise what an AccessWriter raises, and AccessDenied."""

    def __init__(self, directory: AccessDirectory, writer: AccessWriter, uses: KeyUses, clock: Clock) -> None:
        self._directory = directory
        self._writer = writer
        self._uses = uses
        self._clock = clock

    async def create(
        self,
        author: Author,
        wanted: Sequence[Wanted],
        description: str,
        expires_at: datetime | None,
        request_id: str = "",
    ) -> KeyText:
        """A new key, bound as wanted. Its text is kept nowhere.

        Raises InvalidRequest (DANGLING_REFERENCE) for a role that does not exist, and what `write_once` does.
        """
        for index, each in enumerate(wanted):
            author.require_bindable(self._verbs(each.role, f"grants[{index}].role"), each.scope, expires_at)
        now = self._clock.now()
        text = KeyText.make()
        put: dict[str, Resource] = {
            text.id: ServiceKey((KeySecret(text.digest, now),), description, expires_at)
        }
        subject = str(_subject(text.id))
        for index, each in enumerate(wanted):
            put[f"key/{text.id}/{index + 1}"] = RoleBinding(subject, each.role, each.scope)
        asked = [_without_secret(each) for each in put.values()]
        await write_once(self._writer, author, put, request_id, lambda commit: _contents_of(commit) == asked)
        return text

    async def rotate(self, author: Author, id: str, overlap: timedelta, request_id: str = "") -> Rotated:
        """A new secret for the key; the newest of those so far is accepted for a while longer.

        Who gets a key's secret can do what the key can: it takes as much as to bind all that it is bound to.
        Raises also what `write_once` does.
        """
        with author.not_told_what_is_there():
            key = self._rotatable(author, id)
        now = self._clock.now()
        end = now + overlap
        previous = key.secrets[0]
        if previous.expires_at is not None:
            end = min(end, previous.expires_at)
        text = KeyText.make(id)
        secrets = (KeySecret(text.digest, now), replace(previous, expires_at=end))
        rotated = {id: replace(key, secrets=secrets)}
        await write_once(
            self._writer, author, rotated, request_id, lambda commit: _rotates(commit, id, overlap)
        )
        return Rotated(text, end)

    async def revoke(self, author: Author, id: str) -> Commit:
        """Deletes the key and its bindings."""
        with author.not_told_what_is_there():
            state = self._writer.find(Kind.SERVICE_KEY, id)
            bindings = self._bindings_of(author, id)
            for binding in bindings.values():
                author.require_unbindable(binding.scope)
        bound = [self._writer.find(Kind.ROLE_BINDING, name) for name in bindings]
        commit = await self._writer.write(author, {}, [state, *bound])
        self._uses.forget(id)
        return commit

    def list(self, grants: Grants) -> Sequence[KeySummary]:
        """Keys by id: those of which the reader may see a binding; with ACCESS_READ over everything, all."""
        everything = grants.covers(Verb.ACCESS_READ, Scope.everything())
        found = []
        for state in self._directory.current.states(Kind.SERVICE_KEY):
            seen = self.bindings(grants, state.id.key)
            if isinstance(state.resource, ServiceKey) and (seen or everything):
                last = self._uses.last(state.id.key)
                found.append(KeySummary(state.id.key, state.resource, last, seen))
        return found

    def bindings(self, grants: Grants, id: str) -> Mapping[str, RoleBinding]:
        """A key's bindings by name, those that the reader may see."""
        bindings = sorted(self._directory.current.bindings_of(_subject(id)).items())
        return {name: each for name, each in bindings if grants.covers(Verb.ACCESS_READ, each.scope)}

    def _rotatable(self, author: Author, id: str) -> ServiceKey:
        state = self._writer.find(Kind.SERVICE_KEY, id)
        assert isinstance(state.resource, ServiceKey)  # noqa: S101 - of that kind
        for binding in self._bindings_of(author, id).values():
            role = self._directory.current.role(binding.role)
            ends = [end for end in (binding.expires_at, state.resource.expires_at) if end is not None]
            # A role that is gone may come back with any verb.
            verbs = tuple(Verb) if role is None else role.verbs
            author.require_bindable(verbs, binding.scope, min(ends, default=None))
        return state.resource

    def _bindings_of(self, author: Author, id: str) -> Mapping[str, RoleBinding]:
        """By name. A key that is bound to nothing is for who may change all permissions."""
        bindings = self._directory.current.bindings_of(_subject(id))
        if not bindings:
            author.require_all(Verb.ACCESS_WRITE)
        return bindings

    def _verbs(self, role: str, field: str) -> tuple[Verb, ...]:
        found = self._directory.current.role(role)
        if found is None:
            what = f"there is no role {role!r}"
            raise InvalidRequest.of([Violation(field, what, Reason.DANGLING_REFERENCE)])
        return found.verbs


def _contents_of(commit: Commit) -> Sequence[Resource | None]:
    return [
        None if isinstance(change, Deleted) else _without_secret(change.resource) for change in commit.changes
    ]


def _without_secret(resource: Resource) -> Resource:
    """The resource as it was asked for: what is drawn by lot is another one each time."""
    match resource:
        case ServiceKey():
            return replace(resource, secrets=())
        case RoleBinding():
            return replace(resource, subject="")
    return resource


def _rotates(commit: Commit, id: str, overlap: timedelta) -> bool:
    """Whether the commit gave that key a new secret, with that overlap or the rest of the old one's time."""
    match commit.changes:
        case (ResourceState(id=ResourceId(key=key), resource=ServiceKey(secrets=(new, old))),) if key == id:
            return old.expires_at is not None and old.expires_at - new.created_at <= overlap
    return False


def _subject(id: str) -> Subject:
    return Subject(SubjectKind.KEY, id)
