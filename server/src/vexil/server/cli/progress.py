"""Progress of work that has an end."""

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from vexil.server.cli.terminal import Terminal


def progress_bar(terminal: Terminal) -> Progress:
    """A bar on stderr; none where that is no terminal."""
    console = terminal.error_console
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
