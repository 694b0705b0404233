"""How the demo tells what it does."""

from rich.text import Text

from vexil.server.cli.terminal import Terminal


class Story:
    """Numbered steps; with `pause` each waits for Enter before it begins."""

    def __init__(self, terminal: Terminal, *, pause: bool) -> None:
        self._terminal = terminal
        self._pause = pause
        self._number = 0
        self.title = "start"

    def step(self, title: str) -> None:
        """Begins a step."""
        self._number += 1
        self.title = title
        if self._pause and self._number > 1:
            self._terminal.wait_for_enter("\nEnter goes on. ")
        self._terminal.show("", Text(f"{self._number}. {title}", style="bold cyan"))

    def command(self, line: str) -> None:
        """Shows the command that does the same."""
        self._terminal.show(Text(f"$ {line}", style="dim"))

    def say(self, *parts: str | tuple[str, str]) -> None:
        """Says something; a part may be text with a style."""
        self._terminal.show(Text.assemble(*parts))
        self._terminal.out.flush()
