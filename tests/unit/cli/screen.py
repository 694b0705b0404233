"""What a terminal or a pipe would show."""

import io
from collections.abc import Iterable

from rich.console import RenderableType

from vexil.server.cli.options import OutputFormat
from vexil.server.cli.terminal import Terminal


def shown(*renderables: RenderableType) -> str:
    """What a pipe gets, without the last line feed."""
    out = io.StringIO()
    Terminal(out=out, err=io.StringIO()).show(*renderables)
    return out.getvalue().removesuffix("\n")


def shown_lines(renderables: Iterable[RenderableType]) -> list[str]:
    """The same for several, as lines."""
    return shown(*renderables).split("\n")


class Screen:
    """A terminal whose streams can be read."""

    def __init__(self, output: OutputFormat = "table") -> None:
        self.out = io.StringIO()
        self.err = io.StringIO()
        self.terminal = Terminal(output, out=self.out, err=self.err)


class NarrowScreen:
    """A terminal that says it is one; COLUMNS says how wide."""

    def __init__(self) -> None:
        self._out = _Teletype()
        self.terminal = Terminal(no_color=True, out=self._out, err=io.StringIO())

    @property
    def text(self) -> str:
        """What it shows."""
        return self._out.getvalue()


class _Teletype(io.StringIO):
    def isatty(self) -> bool:
        return True
