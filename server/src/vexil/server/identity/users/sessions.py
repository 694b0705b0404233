"""Sessions: logging in, going on, and logging out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hmac import compare_digest

import structlog

from vexil.core.access.grants import NOTHING
from vexil.core.access.user import Session, User
from vexil.core.resource import Kind, Resource, ResourceState
from vexil.server.access.directory import AccessDirectory
from vexil.server.access.refusal import CredentialRefused
from vexil.server.access.writing import AccessWriter, Author
from vexil.server.clock import Clock
from vexil.server.identity.users.attempts import Attempts
from vexil.server.identity.users.passwords import Passwords, require_strong
from vexil.server.identity.users.refresh_text import RefreshText
from vexil.server.identity.users.texts import ACCESS, INVITATION, SecretText, new_id

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
    """Sessions of users. Methods raise what an AccessWriter raises, CredentialRefused and LimitExceeded.

    `address` is where the call came from, as it is counted: see `Origins`.
    """

    def __init__(self, directory: AccessDirectory, writer: AccessWriter, clock: Clock) -> None:
        self._directory = directory
        self._writer = writer
        self._clock = clock
        self._passwords = Passwords()
        self._attempts = Attempts(clock)

    async def sign_up(self, name: str, invitation: str, password: str, address: str) -> Tokens:
        """Chooses a password. Raises InvalidRequest for one that is guessed early."""
        self._attempts.require(name, address)
        user = self._user(name)
        given = SecretText.parse(INVITATION, invitation)
        digest = "" if given is None else given.digest
        ends = user.invited_until
        # An empty digest is that of no invitation, and never one's own.
        if not digest or not compare_digest(user.invitation, digest) or ends is None or self._now() >= ends:
            raise CredentialRefused(
                "the invitation is not valid: ask for another one", "an invitation that is unknown or over"
            )
        require_strong(name, password)
        hashed = await self._passwords.hash(password)
        signed_up = replace(user, password=hashed, invitation="", invited_until=None)
        return await self._begin(name, {name: signed_up}, self._of(name), "signed up")

    async def log_in(self, name: str, password: str, address: str) -> Tokens:
        """Begins a session."""
        self._attempts.require(name, address)
        state = self._directory.current.state(Kind.USER, name)
        fits = await self._passwords.fits(password, self._user(name).password)
        if state is None or not fits:
            why = "no such user" if state is None else f"a wrong password of the user {name}"
            raise CredentialRefused("the name or the password is wrong", why)
        now = self._now()
        sessions = sorted(self._of(name), key=lambda state: state.changed_at)
        old = [state for state in sessions if _session(state).expires_at <= now]
        live = [state for state in sessions if state not in old]
        # Meanwhile the password may have been changed, or the user deleted, here or elsewhere.
        return await self._begin(name, {}, [*old, *live[: 1 - _MOST_SESSIONS]], "logged in", [state])

    async def refresh(self, token: str, address: str) -> Tokens:
        """New tokens for those before. One that was used already ends the session: it was copied."""
        self._attempts.require("", address)
        state, given = self._find(token)
        session = _session(state)
        if not compare_digest(session.refresh, given.digest):
            await self._end_copied(state, address)
            raise _over(f"a refresh token of {session.user} that was used already: its session has ended")
        if self._now() >= session.expires_at or not self._user(session.user).password:
            raise _over(f"a refresh token of a session of {session.user} that is over")
        tokens, renewed = self._make(state.id.key, session.user, session.expires_at, given.family)
        await self._writer.write(_author(session.user), {state.id.key: renewed})
        return tokens

    async def log_out(self, token: str, address: str) -> None:
        """Ends the session that a refresh token is of, also one that was used already."""
        self._attempts.require("", address)
        state, given = self._find(token)
        if compare_digest(_session(state).refresh, given.digest):
            await self._end(state)
        else:
            await self._end_copied(state, address)

    async def _end_copied(self, state: ResourceState, address: str) -> None:
        _log.warning("refresh_token_reused", user=_session(state).user, session=state.id.key, address=address)
        await self._end(state)

    async def _end(self, state: ResourceState) -> None:
        await self._writer.write(_author(_session(state).user), {}, [state])

    async def _begin(
        self,
        name: str,
        put: dict[str, Resource],
        end: Sequence[ResourceState],
        message: str,
        unchanged: Sequence[ResourceState] = (),
    ) -> Tokens:
        id = new_id()
        tokens, session = self._make(id, name, self._now() + SESSION_LASTS)
        author = replace(_author(name), message=message)
        await self._writer.write(author, {**put, id: session}, end, unchanged=unchanged)
        return tokens

    def _make(self, id: str, user: str, ends: datetime, family: str | None = None) -> tuple[Tokens, Session]:
        access, refresh = SecretText.make(ACCESS, id), RefreshText.make(id, family)
        until = min(self._now() + ACCESS_LASTS, ends)
        session = Session(user, access.digest, until, refresh.digest, ends, refresh.family_digest)
        return Tokens(access.text, until, refresh.text, ends), session

    def _find(self, token: str) -> tuple[ResourceState, RefreshText]:
        """The session that the token was made for, whether it is the newest or not."""
        given = RefreshText.parse(token)
        if given is None:
            raise _over("a refresh token that is malformed")
        state = self._directory.current.state(Kind.SESSION, given.id)
        if state is None or not compare_digest(_session(state).family, given.family_digest):
            raise _over("a refresh token of no session, or of one that has ended")
        return state, given

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


def _over(why: str) -> CredentialRefused:
    return CredentialRefused("the session is over: log in again", why)
