"""The configuration file, and the options as they come out of everything."""

import stat
from collections.abc import Iterator

from vexil.core.errors import VexilError
from vexil.server.cli.advice import advice_for
from vexil.server.cli.doctor.finding import Finding, bad, doubtful, good
from vexil.server.cli.session import Session

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_configuration(session: Session) -> Iterator[Finding]:
    """The file can be read, and nobody else can when it holds a token."""
    path = session.config_path
    if not path.exists() and session.options.context is None:
        yield good("configuration", f"there is no {path}, and none is needed")
        return
    try:
        contexts = session.contexts
        context = session.context
    except VexilError as error:
        problems = "; ".join(f"{item.field}: {item.description}" for item in error.violations)
        yield bad("configuration", " ".join(filter(None, (error.message, problems))), advice_for(error))
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _OTHERS and any(item.token for item in contexts.by_name.values()):
        yield doubtful(
            "configuration", f"{path} holds a token and has mode {mode:04o}", f"Run `chmod 600 {path}`."
        )
        return
    name = session.options.context or contexts.current or "none"
    yield good(
        "configuration", f"{path}, context {name}" + (f" for {context.target}" if context.target else "")
    )


def check_endpoint(session: Session) -> Iterator[Finding]:
    """The options make a server's address."""
    try:
        endpoint = session.endpoint
    except VexilError as error:
        yield bad("options", error.message, "Correct the flag, its variable, or the context.")
        return
    how = "with TLS" if endpoint.tls is not None else "in plain text"
    who = "with a token" if endpoint.token else "without a token"
    if endpoint.tls is None and not endpoint.is_local:
        yield doubtful(
            "options",
            f"{endpoint.target} in plain text: everyone on the way can read along",
            "Use TLS, unless something on the way encrypts already: --tls or --tls-ca-file FILE.",
        )
        return
    yield good("options", f"{endpoint.target} {how}, {who}")
