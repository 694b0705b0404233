"""`vexil login` and `vexil logout`."""

import getpass
import sys
from typing import Annotated

from cyclopts import Parameter

from vexil.core.errors import Unauthenticated
from vexil.server.cli import contexts, logins
from vexil.server.cli.render.text import printable
from vexil.server.cli.session import Injected, Session
from vexil.server.cli.usage import UsageError
from vexil.v1 import user_service_pb2 as pb

_CONTEXT = "default"


def login(
    name: str,
    /,
    *,
    invitation: Annotated[
        str | None,
        Parameter(
            env_var="VEXIL_INVITATION", help="Sign up with it: choose the password that is asked for then."
        ),
    ] = None,
    session: Injected,
) -> None:
    """Log in with a password, or sign up with an invitation.

    The context in use keeps the tokens, and commands renew them. The password is asked for, or read from
    standard input as its first line.
    """
    if session.options.token is not None:
        raise UsageError(
            "VEXIL_TOKEN or --token is set, and would be used instead.", "Unset it, then log in."
        )
    password = _password(choose=invitation is not None and session.terminal.interactive)
    with session.as_nobody() as stranger:
        tokens = _tokens(stranger, name, password, invitation)
    chosen = session.context_name or _CONTEXT
    context = session.contexts.by_name.get(chosen, session.context_in_use)
    known = session.contexts.setting(chosen, logins.logged_in(context, tokens))
    contexts.save(session.config_path, known if known.current else known.using(chosen))
    session.terminal.note(f"Logged in as {printable(name)} in the context {chosen}.")


def logout(*, session: Injected) -> None:
    """End the session that `vexil login` began."""
    chosen, context = session.context_name, session.context
    if chosen is None or context.refresh_token is None:
        raise UsageError("Nobody is logged in.", "`vexil login NAME` logs in.")
    try:
        with session.as_nobody() as stranger:
            stranger.call(stranger.users.log_out, pb.LogOutRequest(refresh_token=context.refresh_token))
    except Unauthenticated:
        session.terminal.note("The session was over already.")
    contexts.save(session.config_path, session.contexts.setting(chosen, logins.logged_out(context)))
    session.terminal.note("Logged out.")


def _tokens(stranger: Session, name: str, password: str, invitation: str | None) -> pb.SessionTokens:
    if invitation is None:
        request = pb.LogInRequest(name=name, password=password)
        return stranger.call(stranger.users.log_in, request).tokens
    signing_up = pb.SignUpRequest(name=name, invitation=invitation, password=password)
    return stranger.call(stranger.users.sign_up, signing_up).tokens


def _password(*, choose: bool) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if choose and getpass.getpass("The same again: ") != password:
        raise UsageError("The two passwords differ.")
    return password
