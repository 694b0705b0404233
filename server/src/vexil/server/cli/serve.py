"""`vexil serve`: run a server."""

import tomllib
from pathlib import Path
from typing import Annotated

from cyclopts import App, ArgumentCollection, CycloptsError, Parameter
from cyclopts.config import Dict

from vexil.server.settings import ServerSettings


def settings_file(app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
    """Takes settings from the file that --config names; flags and variables come first and win."""
    for argument in arguments:
        if argument.name == "--config":
            for token in argument.tokens:
                settings = Dict(_read(token.value), source=token.value, use_commands_as_keys=False)
                settings(app, commands, arguments)


app = App(name="serve", config=settings_file, help_epilogue="")


@app.default
def serve(
    settings: ServerSettings = ServerSettings(),  # noqa: B008 - immutable
    *,
    config: Annotated[
        Path | None,
        Parameter(
            env_var="VEXIL_SERVER_CONFIG",
            help="TOML file of settings, named as the flags are. Flags and variables win over it.",
        ),
    ] = None,
) -> int:
    """Run a server until it is told to stop."""
    from vexil.server.run import run_server  # noqa: PLC0415 - `serve --help` needs no gRPC

    return run_server(settings)


def _read(path: str) -> dict[str, object]:
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise CycloptsError(msg=f"--config: {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise CycloptsError(msg=f"--config: {path} is not TOML: {error}") from error
