"""The command tree, and the frame in which every command runs."""

from collections.abc import Callable
from typing import Annotated, Any

from cyclopts import App, CycloptsError, Group, Parameter

from vexil.core.errors import VexilError
from vexil.server.cli.exits import Exit
from vexil.server.cli.failure import report, report_defect
from vexil.server.cli.options import Options
from vexil.server.cli.registry import COMMANDS, installed_version
from vexil.server.cli.session import Session
from vexil.server.cli.terminal import Terminal
from vexil.server.cli.usage import UsageError


def build() -> App:
    """The whole tree. A command's module is imported when it is run, or its own help is asked for."""
    app = App(
        name="vexil",
        help="Dynamic configuration and feature flags: serve them, change them, watch them.",
        help_epilogue=_exit_codes(),
        help_format="plaintext",
        version=installed_version,
    )
    app["--help"].group = app["--version"].group = Group("Help", sort_key=99)
    for position, (title, commands) in enumerate(COMMANDS.items()):
        group = Group(title, sort_key=position)
        for command in commands:
            app.command(
                command.path, name=command.name, help=command.summary, group=group, **command.settings
            )
    app.meta.default(_frame(app))
    return app


def run(tokens: list[str]) -> int:
    """Runs one command line; the exit code."""
    try:
        # What a command returns is its exit code; what only prints, such as help, returns something else.
        result = build().meta(tokens, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        # The global options themselves are at fault, so that they say nothing about how to report it.
        return report(_usage_error(error), Terminal(), verbose=False)
    return result if isinstance(result, int) else Exit.OK


def _frame(app: App) -> Callable[..., Any]:
    def frame(
        *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
        options: Options = Options(),  # noqa: B008 - immutable
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


def _usage_error(error: CycloptsError) -> UsageError:
    command = " ".join(["vexil", *(error.command_chain or ())])
    return UsageError(str(error).strip(), f"`{command} --help` shows how it is used.")


def _exit_codes() -> str:
    return "Exit codes: " + "; ".join(f"{code.value} {code.meaning}" for code in Exit) + "."
