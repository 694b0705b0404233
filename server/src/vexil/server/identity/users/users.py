"""Users: inviting, listing and deleting them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vexil.core.access.scope import Scope
from vexil.core.access.subject import Subject, SubjectKind
from vexil.core.access.user import User
from vexil.core.access.verb import Verb
from vexil.core.resource import Commit, Kind, ResourceId, ResourceState
from vexil.server.access.directory import AccessDirectory
from vexil.server.access.secrets_once import write_once
from vexil.server.access.writing import AccessWriter, Author
from vexil.server.clock import Clock
from vexil.server.identity.users.sessions import sessions_of
from vexil.server.identity.users.texts import INVITATION, SecretText, new_id

INVITATION_LASTS = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class UserSummary:
    """A user, and how many sessions there are."""

    name: str
    user: User
    sessions: int


class Users:
    """Changes and shows users. Methods raise what an AccessWriter raises, and AccessDenied."""

    def __init__(self, directory: AccessDirectory, writer: AccessWriter, clock: Clock) -> None:
        self._directory = directory
        self._writer = writer
        self._clock = clock

    async def invite(
        self, author: Author, name: str, description: str, request_id: str = ""
    ) -> tuple[str, datetime]:
        """An invitation, and until when it is good. Whoever has it can become the user, thus all verbs.

        Raises also what `write_once` does.
        """
        author.require_bindable(tuple(Verb), Scope.everything())
        state = self._directory.current.state(Kind.USER, name)
        user = state.resource if state is not None and isinstance(state.resource, User) else User()
        text, ends = SecretText.make(INVITATION, new_id()), self._clock.now() + INVITATION_LASTS
        invited = replace(user, invitation=text.digest, invited_until=ends)
        if description:
            invited = replace(invited, description=description)
        await write_once(
            self._writer,
            author,
            {name: invited},
            request_id,
            lambda commit: _invites(commit, name, description),
        )
        return text.text, ends

    async def delete(self, author: Author, name: str) -> Commit:
        """Deletes a user, with sessions and bindings."""
        author.require_all(Verb.ACCESS_WRITE)
        state = self._writer.find(Kind.USER, name)
        bindings = self._directory.current.bindings_of(Subject(SubjectKind.USER, name))
        bound = [self._writer.find(Kind.ROLE_BINDING, binding) for binding in bindings]
        return await self._writer.write(author, {}, [state, *sessions_of(self._directory, name), *bound])

    def list(self, author: Author) -> Sequence[UserSummary]:
        """Users by name."""
        author.require_all(Verb.ACCESS_READ)
        return [
            UserSummary(state.id.key, state.resource, len(sessions_of(self._directory, state.id.key)))
            for state in self._directory.current.states(Kind.USER)
            if isinstance(state.resource, User)
        ]


def _invites(commit: Commit, name: str, description: str) -> bool:
    match commit.changes:
        case (ResourceState(id=ResourceId(key=key), resource=User() as user),) if key == name:
            return bool(user.invitation) and description in {"", user.description}
    return False
