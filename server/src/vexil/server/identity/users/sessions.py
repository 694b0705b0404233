"""Sessions: logging in, going on, and logging out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hmac import compare_digest

import structlog

from vexil.core.access.grants import NOTHING
from vexil.core.access.user import Session, User
from vexil.core.errors import Unauthenticated
from vexil.core.resource import Kind, Resource, ResourceState
from vexil.server.access.directory import AccessDirectory
from vexil.server.access.writing import AccessWriter, Author
from vexil.server.clock import Clock
from vexil.server.identity.users.attempts import Attempts
from vexil.server.identity.users.passwords import Passwords, require_strong
from vexil.server.identity.users.texts import ACCESS, INVITATION, REFRESH, SecretText, new_id

ACCESS_LASTS = timedelta(minutes=15)
SESSION_LASTS = timedelta(days=7)

_MOST_SESSIONS = 20
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a session's holder gets; neither text is kept."""

    access: str = field(repr=False)
    access_expires_at: datetime
    refresh: str = field(repr=False)
    expires_at: datetime


class Sessions:
    """Sessions of users. Methods raise what an AccessWriter raises, Unauthenticated and LimitExceeded."""

    def __init__(self, directory: AccessDirectory, writer: AccessWriter, clock: Clock) -> None:
        self._directory = directory
        self._writer = writer
        self._clock = clock
        self._passwords = Passwords()
        self._attempts = Attempts(clock)

    async def sign_up(self, name: str, invitation: str, password: str, peer: str) -> Tokens:
        """Chooses a password. Raises InvalidRequest for one that is guessed early."""
        self._attempts.require(name, peer)
        user = self._user(name)
        given = SecretText.parse(INVITATION, invitation)
        digest = "" if given is None else given.digest
        ends = user.invited_until
        # An empty digest is that of no invitation, and never one's own.
        if not digest or not compare_digest(user.invitation, digest) or ends is None or self._now() >= ends:
            raise Unauthenticated("the invitation is not valid: ask for another one")
        require_strong(name, password)
        hashed = await self._passwords.hash(password)
        signed_up = replace(user, password=hashed, invitation="", invited_until=None)
        return await self._begin(name, {name: signed_up}, self._of(name), "signed up")

    async def log_in(self, name: str, password: str, peer: str) -> Tokens:
        """Begins a session."""
        self._attempts.require(name, peer)
        user = self._user(name)
        fits = await self._passwords.fits(password, user.password)
        # Meanwhile it may have been changed.
        if not fits or self._user(name).password != user.password:
            _log.info("log_in_refused", user=name, peer=peer)
            raise Unauthenticated("the name or the password is wrong")
        now = self._now()
        sessions = sorted(self._of(name), key=lambda state: state.changed_at)
        old = [state for state in sessions if _session(state).expires_at <= now]
        live = [state for state in sessions if state not in old]
        return await self._begin(name, {}, [*old, *live[: 1 - _MOST_SESSIONS]], "logged in")

    async def refresh(self, token: str, peer: str) -> Tokens:
        """New tokens for those before. One that was used already ends the session: it was copied."""
        self._attempts.require("", peer)
        state, digest = self._find(token)
        if state is None:
            raise _over()
        session = _session(state)
        author = _author(session.user)
        if session.spent and compare_digest(session.spent, digest):
            _log.warning("refresh_token_reused", user=session.user, session=state.id.key, peer=peer)
            await self._writer.write(author, {}, [state])
            raise _over()
        good = compare_digest(session.refresh, digest)
        if not good or self._now() >= session.expires_at or not self._user(session.user).password:
            raise _over()
        tokens, renewed = self._make(state.id.key, session.user, session.expires_at)
        await self._writer.write(author, {state.id.key: replace(renewed, spent=session.refresh)})
        return tokens

    async def log_out(self, token: str, peer: str) -> None:
        """Ends the session that a refresh token is of."""
        self._attempts.require("", peer)
        state, digest = self._find(token)
        if state is None or not compare_digest(_session(state).refresh, digest):
            raise _over()
        await self._writer.write(_author(_session(state).user), {}, [state])

    async def _begin(
        self, name: str, put: dict[str, Resource], end: Sequence[ResourceState], message: str
    ) -> Tokens:
        id = new_id()
        tokens, session = self._make(id, name, self._now() + SESSION_LASTS)
        await self._writer.write(replace(_author(name), message=message), {**put, id: session}, end)
        return tokens

    def _make(self, id: str, user: str, ends: datetime) -> tuple[Tokens, Session]:
        access, refresh = SecretText.make(ACCESS, id), SecretText.make(REFRESH, id)
        until = min(self._now() + ACCESS_LASTS, ends)
        session = Session(user, access.digest, until, refresh.digest, ends)
        return Tokens(access.text, until, refresh.text, ends), session

    def _find(self, token: str) -> tuple[ResourceState | None, str]:
        given = SecretText.parse(REFRESH, token)
        if given is None:
            return None, ""
        return self._directory.current.state(Kind.SESSION, given.id), given.digest

    def _of(self, name: str) -> Sequence[ResourceState]:
        return sessions_of(self._directory, name)

    def _user(self, name: str) -> User:
        state = self._directory.current.state(Kind.USER, name)
        return state.resource if state is not None and isinstance(state.resource, User) else User()

    def _now(self) -> datetime:
        return self._clock.now()


def sessions_of(directory: AccessDirectory, name: str) -> Sequence[ResourceState]:
    """The sessions of a user."""
    return [state for state in directory.current.states(Kind.SESSION) if _session(state).user == name]


def _session(state: ResourceState) -> Session:
    assert isinstance(state.resource, Session)  # noqa: S101 - of that kind
    return state.resource


def _author(name: str) -> Author:
    return Author(f"user:{name}", NOTHING)


def _over() -> Unauthenticated:
    return Unauthenticated("the session is over: log in again")
