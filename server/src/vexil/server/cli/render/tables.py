"""Tables without rules: columns two blanks apart, as other command lines have them."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

Cell = Text | str

_SENTENCES = frozenset({"CHANGES", "MESSAGE", "DESCRIPTION", "REASON", "REFUSED", "VALUE"})
"""What may be broken between words, where the terminal is narrow."""

_PROSE = frozenset({"MESSAGE", "DESCRIPTION", "REFUSED", "VALUE"})
_LONGEST_WORD = 16
"""Of these, columns from which on a word may be broken too: nobody copies it from a table."""

_GAP = 2


class _WholeNames(Table):
    """A table that is wider than the terminal where its names are; rich would leave columns out."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        least = sum((column.min_width or 0) + _GAP for column in self.columns)
        return super().__rich_console__(console, options.update_width(max(options.max_width, least)))


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Table:
    """Rows under headings. Cells are text that is safe to show, and is never cut.

    Sentences are broken to fit the terminal. Names, keys and times never are, since they are copied from
    here: where they don't fit, the table is wider than the terminal.
    """
    result = _grid(show_header=True)
    lines = list(rows)
    for position, heading in enumerate(headings):
        whole = heading not in _SENTENCES
        result.add_column(
            heading,
            overflow="fold",
            no_wrap=whole,
            min_width=_least_width(heading, [str(line[position]) for line in lines], whole=whole),
        )
    for line in lines:
        result.add_row(*line)
    return result


def pairs(rows: Iterable[tuple[str, Cell]]) -> Table:
    """Names and what belongs to them."""
    result = _grid(show_header=False)
    result.add_column(style="bold", no_wrap=True)
    result.add_column(overflow="fold")
    for name, cell in rows:
        result.add_row(name, cell)
    return result


def _least_width(heading: str, cells: Iterable[str], *, whole: bool) -> int:
    words = (part for cell in cells for part in ([cell] if whole else cell.split()))
    longest = max(map(cell_len, words), default=0)
    return max(len(heading), min(longest, _LONGEST_WORD) if heading in _PROSE else longest)


def _grid(*, show_header: bool) -> Table:
    return _WholeNames(
        box=None,
        show_header=show_header,
        header_style="bold",
        pad_edge=False,
        padding=(0, _GAP, 0, 0),
        collapse_padding=True,
    )
