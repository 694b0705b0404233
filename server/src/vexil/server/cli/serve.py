"""`vexil serve`: run a server."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, ArgumentCollection, Parameter
from cyclopts.config import Toml

from vexil.server.settings import ServerSettings


def _settings_file(app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
    """Takes settings from the file that --config names; flags and variables come first and win."""
    for argument in arguments:
        if argument.name == "--config":
            for token in argument.tokens:
                Toml(Path(token.value), must_exist=True, use_commands_as_keys=False)(app, commands, arguments)


app = App(name="serve", config=_settings_file)


@app.default
def serve(
    settings: ServerSettings = ServerSettings(),  # noqa: B008 - immutable
    *,
    config: Annotated[
        Path | None,
        Parameter(
            env_var="VEXIL_SERVER_CONFIG",
            help="TOML file of settings, named as the flags are; flags and variables win over it.",
        ),
    ] = None,
) -> int:
    """Run a server until it is told to stop."""
    from vexil.server.run import run_server  # noqa: PLC0415 - `serve --help` needs no gRPC

    return run_server(settings)
