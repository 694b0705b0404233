"""`vexil login` and `vexil logout`."""

import getpass
import sys
from contextlib import suppress
from dataclasses import replace
from typing import Annotated

from cyclopts import Parameter

from vexil.core.errors import Unauthenticated, VexilError
from vexil.server.cli import contexts, logins
from vexil.server.cli.contexts import Context
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

    The context in use keeps the tokens, and commands renew them; without one, a context `default` is made
    of the target and TLS options given. The password is asked for, or read from standard input as its first
    line.
    """
    if session.options.token is not None:
        raise UsageError(
            "VEXIL_TOKEN or --token is set, and would be used instead.", "Unset it, then log in."
        )
    chosen = session.context_name or _CONTEXT
    before = session.contexts.by_name.get(chosen, replace(session.said, namespace=None, environment=None))
    if before.target is None:
        before = replace(before, target=session.options.target or None)
    _require_own_server(session, chosen, before)
    password = _password(choose=invitation is not None and session.terminal.interactive)
    with session.as_nobody() as stranger:
        tokens = _tokens(stranger, name, password, invitation)
        known = session.contexts.setting(chosen, logins.logged_in(before, tokens))
        contexts.save(session.config_path, known if known.current else known.using(chosen))
        if before.refresh_token is not None:
            with suppress(VexilError):  # over by itself, or soon
                _end(stranger, before.refresh_token)
    session.terminal.note(f"Logged in as {printable(name)} in the context {chosen}.")


def logout(*, session: Injected) -> None:
    """End the session that `vexil login` began."""
    chosen, context = session.context_name, session.context
    if chosen is None or context.refresh_token is None:
        raise UsageError("Nobody is logged in.", "`vexil login NAME` logs in.")
    _require_own_server(session, chosen, context)
    try:
        with session.as_nobody() as stranger:
            _end(stranger, context.refresh_token)
    except Unauthenticated:
        session.terminal.note("The session was over already.")
    contexts.save(session.config_path, session.contexts.setting(chosen, logins.logged_out(context)))
    session.terminal.note("Logged out.")


def _require_own_server(session: Session, name: str, context: Context) -> None:
    """Tokens of a context never go to another server than its own, nor does it keep those of another."""
    from vexil.client.rpc import DEFAULT_TARGET  # noqa: PLC0415 - gRPC only where it is used

    target = session.options.target or None
    if target not in {None, context.target or DEFAULT_TARGET}:
        raise UsageError(
            f"The context {name} is for {context.target or DEFAULT_TARGET}, not for {target}.",
            "Make one with `vexil config set-context OTHER --target …`, then `vexil login --context OTHER`.",
        )


def _end(stranger: Session, refresh_token: str) -> None:
    stranger.call(stranger.users.log_out, pb.LogOutRequest(refresh_token=refresh_token))


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
