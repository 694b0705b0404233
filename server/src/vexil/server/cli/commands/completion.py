"""`vexil completion`."""

from typing import Annotated, Literal

from cyclopts import Parameter

from vexil.server.cli.app import build
from vexil.server.cli.session import Injected


def completion(
    shell: Annotated[Literal["bash", "zsh", "fish"], Parameter(help="The shell to complete in.")],
    /,
    *,
    session: Injected,
) -> None:
    """Print a completion script for a shell.

    bash: `source <(vexil completion bash)` in ~/.bashrc. zsh: write it to a file `_vexil` in a directory of
    $fpath. fish: write it to ~/.config/fish/completions/vexil.fish.
    """
    session.terminal.text.write(build().generate_completion(prog_name="vexil", shell=shell))
