"""Tables without rules: columns two blanks apart, as other command lines have them."""

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

Cell = Text | str


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Table:
    """Rows under headings. Cells are text that is safe to show; long ones are folded, never cut."""
    result = _grid(show_header=True)
    for heading in headings:
        result.add_column(heading, overflow="fold")
    for row in rows:
        result.add_row(*row)
    return result


def pairs(rows: Iterable[tuple[str, Cell]]) -> Table:
    """Names and what belongs to them."""
    result = _grid(show_header=False)
    result.add_column(style="bold", no_wrap=True)
    result.add_column(overflow="fold")
    for name, cell in rows:
        result.add_row(name, cell)
    return result


def _grid(*, show_header: bool) -> Table:
    return Table(
        box=None,
        show_header=show_header,
        header_style="bold",
        pad_edge=False,
        padding=(0, 2, 0, 0),
        collapse_padding=True,
    )
