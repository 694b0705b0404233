"""`vexil.v1.UserService`."""

from vexil.convert.wellknown import fill_time
from vexil.server.access.writing import Author
from vexil.server.call import CallContext
from vexil.server.handlers.paging import Page
from vexil.server.identity.users.sessions import Sessions, Tokens
from vexil.server.identity.users.users import Users, UserSummary
from vexil.server.limits.origin import Origins
from vexil.v1 import user_service_pb2 as pb


class UserHandlers:
    """People with passwords."""

    def __init__(self, users: Users, sessions: Sessions, origins: Origins) -> None:
        """`origins` says from which address somebody tries to log in."""
        self._users = users
        self._sessions = sessions
        self._origins = origins

    async def invite_user(self, request: pb.InviteUserRequest, call: CallContext) -> pb.InviteUserResponse:
        """An invitation."""
        text, ends = await self._users.invite(
            Author.of(call), request.name, request.description, request.request_id
        )
        response = pb.InviteUserResponse(invitation=text)
        fill_time(response.expires_at, ends)
        return response

    async def delete_user(self, request: pb.DeleteUserRequest, call: CallContext) -> pb.DeleteUserResponse:
        """Deletes a user."""
        commit = await self._users.delete(Author.of(call, request.message), request.name)
        return pb.DeleteUserResponse(revision=commit.revision)

    def list_users(self, request: pb.ListUsersRequest, call: CallContext) -> pb.ListUsersResponse:
        """A page of users."""
        page = Page(request)
        after = page.after(str) or ""
        response = pb.ListUsersResponse()
        users = self._users.list(Author.of(call))
        found = ((each.name, _summary(each)) for each in users if each.name > after)
        response.next_page_token = page.fill(response.users, found)
        return response

    async def sign_up(self, request: pb.SignUpRequest, call: CallContext) -> pb.SignUpResponse:
        """A user's password, and first session."""
        origin = self._origins.of(call)
        tokens = await self._sessions.sign_up(request.name, request.invitation, request.password, origin)
        return pb.SignUpResponse(tokens=_message(tokens))

    async def log_in(self, request: pb.LogInRequest, call: CallContext) -> pb.LogInResponse:
        """A session."""
        tokens = await self._sessions.log_in(request.name, request.password, self._origins.of(call))
        return pb.LogInResponse(tokens=_message(tokens))

    async def refresh(self, request: pb.RefreshRequest, call: CallContext) -> pb.RefreshResponse:
        """New tokens."""
        tokens = await self._sessions.refresh(request.refresh_token, self._origins.of(call))
        return pb.RefreshResponse(tokens=_message(tokens))

    async def log_out(self, request: pb.LogOutRequest, call: CallContext) -> pb.LogOutResponse:
        """The end of a session."""
        await self._sessions.log_out(request.refresh_token, self._origins.of(call))
        return pb.LogOutResponse()


def _summary(found: UserSummary) -> pb.UserSummary:
    message = pb.UserSummary(
        name=found.name,
        description=found.user.description,
        signed_up=bool(found.user.password),
        sessions=found.sessions,
    )
    if found.user.invited_until is not None:
        fill_time(message.invited_until, found.user.invited_until)
    return message


def _message(tokens: Tokens) -> pb.SessionTokens:
    message = pb.SessionTokens(access_token=tokens.access, refresh_token=tokens.refresh)
    fill_time(message.access_expires_at, tokens.access_expires_at)
    fill_time(message.expires_at, tokens.expires_at)
    return message
