"""`vexil config`: the contexts in the configuration file."""

from dataclasses import asdict, replace
from typing import Annotated

from cyclopts import App, Parameter

from vexil.server.cli.contexts import Context, save
from vexil.server.cli.logins import logged_out
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import printable
from vexil.server.cli.session import Injected
from vexil.server.cli.usage import UsageError

app = App(name="config", help="Keep contexts: servers, namespaces, environments.")

_HIDDEN = "(hidden)"


@app.command
def set_context(name: str, /, *, session: Injected) -> None:
    """Create a context, or change the parts of it that are given.

    The parts are the global options: --target, --namespace, --environment, --token, --tls and its files.
    Their environment variables count too.
    """
    said = {member: value for member, value in asdict(session.said).items() if value is not None}
    known = session.contexts.by_name.get(name)
    if known is None and not said:
        raise UsageError(
            f"Nothing is said about the new context {name!r}.", "Give at least --target HOST:PORT."
        )
    context = known or Context()
    if context.refresh_token is not None and said.get("target", context.target) != context.target:
        # Its tokens are the old server's, and for no other to see.
        context = logged_out(context)
        session.terminal.note("Logged out: it is another server. `vexil login NAME` logs in there.")
    contexts = session.contexts.setting(name, replace(context, **said))
    if contexts.current is None:
        contexts = contexts.using(name)
    save(session.config_path, contexts)
    in_use = (
        ", which is in use"
        if contexts.current == name
        else f"; use it with `vexil config use-context {name}`"
    )
    session.terminal.note(f"{'Changed' if known else 'Created'} the context {name}{in_use}.")


@app.command
def use_context(name: str, /, *, session: Injected) -> None:
    """Use a context from now on."""
    save(session.config_path, session.contexts.using(name))
    session.terminal.note(f"The context {name} is in use.")


@app.command
def get_contexts(*, session: Injected) -> None:
    """List the contexts; a star marks the one in use."""
    contexts = session.contexts
    if session.terminal.structured:
        session.terminal.data(
            [{"name": name, "current": name == contexts.current} for name in sorted(contexts.by_name)]
        )
        return
    if not contexts.by_name:
        session.terminal.note(
            "There is no context. `vexil config set-context NAME --target HOST:PORT` makes one."
        )
        return
    rows = (
        (
            "*" if name == contexts.current else "",
            name,
            printable(context.target or ""),
            printable(context.namespace or ""),
            printable(context.environment or ""),
        )
        for name, context in sorted(contexts.by_name.items())
    )
    session.terminal.show(table(("", "NAME", "TARGET", "NAMESPACE", "ENVIRONMENT"), rows))


@app.command
def delete_context(name: str, /, *, session: Injected) -> None:
    """Delete a context."""
    session.contexts.get(name)
    rest = {other: context for other, context in session.contexts.by_name.items() if other != name}
    current = None if session.contexts.current == name else session.contexts.current
    save(session.config_path, replace(session.contexts, current=current, by_name=rest))
    session.terminal.note(f"Deleted the context {name}.")


@app.command
def view(
    *,
    show_tokens: Annotated[bool, Parameter(negative=(), help="Show tokens instead of hiding them.")] = False,
    session: Injected,
) -> None:
    """Show the configuration file and what is in it."""
    contexts = {}
    for name, context in sorted(session.contexts.by_name.items()):
        shown = context if show_tokens else _without_tokens(context)
        contexts[name] = {member: value for member, value in asdict(shown).items() if value is not None}
    document = {"file": str(session.config_path), "current": session.contexts.current, "contexts": contexts}
    if session.terminal.structured:
        session.terminal.data(document)
        return
    session.terminal.show(f"# {session.config_path}")
    for name, members in contexts.items():
        session.terminal.show(f"{name}:" + (" (in use)" if name == session.contexts.current else ""))
        for member, value in members.items():
            session.terminal.show(f"  {member}: {printable(str(value))}")


def _without_tokens(context: Context) -> Context:
    return replace(
        context,
        token=context.token and _HIDDEN,
        refresh_token=context.refresh_token and _HIDDEN,
    )
