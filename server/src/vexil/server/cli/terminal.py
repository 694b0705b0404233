"""Where output goes: results to stdout, everything about the work to stderr."""

import io
import json
import os
import sys
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

from vexil.server.cli.options import OutputFormat
from vexil.server.cli.render.text import printable_json, printable_lines
from vexil.server.cli.usage import UsageError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_PIPE_WIDTH = 10_000
"""Columns where no terminal says how many there are: wide enough that no line is ever broken."""


class Escaping(io.StringIO):
    """Writes to a terminal; nothing in the text steers it."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def write(self, text: str) -> int:
        """Writes the text with control characters as escapes, line feeds aside."""
        self._stream.write(printable_lines(text))
        return len(text)


class Terminal:
    """Both streams, with or without colour, and the format that results are written in.

    Streams default to the process's own.
    """

    def __init__(
        self,
        output: OutputFormat = "table",
        *,
        no_color: bool = False,
        out: TextIO | None = None,
        err: TextIO | None = None,
    ) -> None:
        self.output = output
        self.no_color = no_color or bool(os.environ.get("NO_COLOR"))
        self.out = out or sys.stdout
        self.err = err or sys.stderr

    @property
    def structured(self) -> bool:
        """Whether results are for machines."""
        return self.output != "table"

    @property
    def interactive(self) -> bool:
        """Whether someone can be asked."""
        return sys.stdin.isatty() and self.err.isatty()

    def show(self, *renderables: "RenderableType") -> None:
        """Writes for people, to stdout."""
        _print(self._console, self.out, renderables)

    def note(self, *renderables: "RenderableType") -> None:
        """Writes for people, to stderr."""
        self.out.flush()
        _print(self.error_console, self.err, renderables)

    @property
    def text(self) -> TextIO:
        """Stdout for results that are text: a pipe gets them as they are, a terminal made safe."""
        return Escaping(self.out) if self.out.isatty() else self.out

    def data(self, document: Any) -> None:
        """Writes a JSON value to stdout, as YAML when that was asked for."""
        if self.output == "yaml":
            import yaml  # noqa: PLC0415 - the other formats don't wait for it

            yaml.safe_dump(document, self.out, sort_keys=False, allow_unicode=True, default_flow_style=False)
        else:
            self.out.write(printable_json(json.dumps(document, ensure_ascii=False, indent=2)) + "\n")

    def record(self, document: Any) -> None:
        """Writes a JSON value to stdout as one line, or one YAML document, at once."""
        if self.output == "yaml":
            self.out.write("---\n")
            self.data(document)
        else:
            self.out.write(printable_json(json.dumps(document, ensure_ascii=False)) + "\n")
        self.out.flush()

    def confirm(self, question: str) -> bool:
        """Asks for yes or no; anything but yes is no. Raises UsageError where nobody answers."""
        if not self.interactive:
            raise UsageError(
                f"{question} Nobody is here to answer.", "Say --yes to go on without being asked."
            )
        self.err.write(f"{question} [y/N] ")
        self.err.flush()
        answer = sys.stdin.readline()
        if not answer:
            self.err.write("\n")
            raise UsageError(
                "Nobody answered, and nothing was changed.", "Say --yes to go on without being asked."
            )
        return answer.strip().lower() in {"y", "yes"}

    def wait_for_enter(self, prompt: str) -> None:
        """Goes on when Enter is pressed, or at once where nobody is there."""
        if self.interactive:
            self.err.write(prompt)
            self.err.flush()
            sys.stdin.readline()

    def abandon(self) -> None:
        """Gives up on stdout, whose reader is gone, so that nothing complains at exit."""
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.out.fileno())

    @cached_property
    def _console(self) -> "Console":
        return _console(self.out, self.no_color)

    @cached_property
    def error_console(self) -> "Console":
        """The rich console on stderr."""
        return _console(self.err, self.no_color)


def _console(stream: TextIO, no_color: bool) -> "Console":
    from rich.console import Console  # noqa: PLC0415 - results for machines don't wait for it

    return Console(
        file=stream,
        # Without a colour system rich writes no escape sequence at all, neither bold nor dim.
        color_system=None if no_color else "auto",
        width=None if stream.isatty() else _PIPE_WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _print(console: "Console", stream: TextIO, renderables: tuple["RenderableType", ...]) -> None:
    if stream.isatty():
        # A table that is too wide is wrapped by the terminal, not cut.
        console.print(*renderables, sep="\n", crop=False)
        return
    # Tables are padded to their last column's width; a pipe gets no trailing blanks.
    with console.capture() as capture:
        console.print(*renderables, sep="\n")
    stream.write("\n".join(line.rstrip() for line in capture.get().split("\n")))
