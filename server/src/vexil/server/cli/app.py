"""The command tree, and the frame in which every command runs."""

from collections.abc import Callable, Collection
from difflib import get_close_matches
from enum import Enum
from typing import Annotated, Any

from cyclopts import App, CycloptsError, Group, Parameter, UnknownCommandError

from vexil.core.errors import VexilError
from vexil.server.cli.exits import Exit
from vexil.server.cli.failure import report, report_defect
from vexil.server.cli.inputs import mark_stdin
from vexil.server.cli.options import Options, global_group
from vexil.server.cli.registry import COMMAND_NAMES, COMMANDS, installed_version
from vexil.server.cli.render.text import is_text
from vexil.server.cli.session import Session
from vexil.server.cli.terminal import Terminal
from vexil.server.cli.usage import UsageError

_MORE = "Global options, such as --namespace, --environment and --output: see `vexil --help`."


def build(*, overview: bool = True) -> App:
    """The whole tree. A command's module is imported when it is run, or its own help is asked for.

    The overview has a line about each command and the options that all of them take; without it, each command
    tells about itself.
    """
    app = App(
        name="vexil",
        help="Dynamic configuration and feature flags: serve them, change them, watch them.",
        help_epilogue=_exit_codes() if overview else _MORE,
        # Markdown joins the lines of a docstring's paragraphs; the overview is quicker without it.
        help_format="plaintext" if overview else "markdown",
        default_parameter=Parameter(show_default=_default),
        version=installed_version,
    )
    app["--help"].group = app["--version"].group = Group("Help", sort_key=99)
    for position, (title, commands) in enumerate(COMMANDS.items()):
        group = Group(title, sort_key=position)
        for command in commands:
            summary = command.summary if overview else None
            app.command(command.path, name=command.name, help=summary, group=group)
    app.meta.default(_frame(app, global_group(show=overview)))
    return app


def run(tokens: list[str]) -> int:
    """Runs one command line; the exit code."""
    for token in tokens:
        if not is_text(token):
            return report(UsageError(f"The argument {token!r} is not UTF-8 text."), Terminal(), verbose=False)
    app = build(overview=not any(token in COMMAND_NAMES for token in tokens))
    try:
        # What a command returns is its exit code; what only prints, such as help, returns something else.
        result = app.meta(
            mark_stdin(tokens), exit_on_error=False, print_error=False, result_action="return_value"
        )
    except CycloptsError as error:
        # The global options themselves are at fault, so that they say nothing about how to report it.
        return report(_usage_error(error), Terminal(), verbose=False)
    return result if isinstance(result, int) else Exit.OK


def _frame(app: App, group: Group) -> Callable[..., Any]:
    def frame(
        *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
        options: Annotated[Options, Parameter(name="*", group=group)] = Options(),  # noqa: B008 - immutable
    ) -> Any:
        terminal = Terminal(options.output, no_color=options.no_color)
        session = Session(options, terminal)
        try:
            command, bound, ignored = app.parse_args(tokens, exit_on_error=False, print_error=False)
            result = command(*bound.args, **bound.kwargs, **dict.fromkeys(ignored, session))
            terminal.out.flush()
        except CycloptsError as error:
            return report(_usage_error(error), terminal, verbose=options.verbose)
        except VexilError as error:
            return report(error, terminal, verbose=options.verbose)
        except BrokenPipeError:
            # Whoever read the output has enough of it.
            terminal.abandon()
            return Exit.OK
        except KeyboardInterrupt:
            return Exit.INTERRUPTED
        except Exception as error:  # noqa: BLE001 - the last resort: a sentence instead of a stack trace
            return report_defect(error, terminal, verbose=options.verbose)
        finally:
            session.close()
        return result

    return frame


def _default(value: Any) -> str | None:
    """A default as the help shows it; those that say nothing are left out."""
    if isinstance(value, Enum):
        return value.name.lower()
    return str(value) if value else None


def _usage_error(error: CycloptsError) -> UsageError:
    command = " ".join(["vexil", *(error.command_chain or ())])
    advice = f"`{command} --help` shows how it is used."
    if isinstance(error, UnknownCommandError) and error.unused_tokens:
        # The error's own text would import every command to see which of them are hidden.
        names = [name for name in error.app or () if not name.startswith("-")]
        known = names if error.command_chain else COMMAND_NAMES
        return UsageError(_unknown_command(error.unused_tokens[0], known), advice)
    return UsageError(str(error).strip(), advice)


def _unknown_command(word: str, known: Collection[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f"There is no command {word!r}" + (f"; did you mean {close[0]!r}?" if close else ".")


def _exit_codes() -> str:
    return "Exit codes: " + "; ".join(f"{code.value} {code.meaning}" for code in Exit) + "."
