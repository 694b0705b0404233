"""What benchmarks yield, and how it is shown."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich import box
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    `ratio` is the number as a multiple of another of the same run, which `ratio_to` names; None: it stands
    alone. `aim` is what it ought to be; empty: nothing in particular.
    """

    benchmark: str
    case: str
    subject: str
    value: float
    unit: str
    ratio: float | None = None
    ratio_to: str = ""
    aim: str = ""


def machine() -> str:
    """What the figures were measured on."""
    system = f"{platform.system()} {platform.machine()}"
    return f"{system}, {os.cpu_count()} cores, {platform.python_implementation()} {platform.python_version()}"


def as_json(figures: Sequence[Figure]) -> str:
    """An object: the machine, and an array with an object for each figure."""
    document = {"machine": machine(), "figures": [asdict(figure) for figure in figures]}
    return json.dumps(document, indent=2, ensure_ascii=False)


def print_table(figures: Sequence[Figure], console: Console) -> None:
    """One table for all figures, a section for each benchmark; cases are named once."""
    table = Table(box=box.SIMPLE_HEAD, caption=machine(), caption_justify="left")
    table.add_column("benchmark")
    table.add_column("case")
    table.add_column("subject")
    table.add_column("figure", justify="right")
    table.add_column("compared")
    table.add_column("aim")
    previous: Figure | None = None
    for figure in figures:
        same_benchmark = previous is not None and previous.benchmark == figure.benchmark
        same_case = same_benchmark and previous is not None and previous.case == figure.case
        if previous is not None and not same_benchmark:
            table.add_section()
        table.add_row(
            "" if same_benchmark else figure.benchmark,
            "" if same_case else figure.case,
            figure.subject,
            f"{_short(figure.value)} {figure.unit}",
            "" if figure.ratio is None else f"{_short(figure.ratio)} × {figure.ratio_to}",
            figure.aim,
        )
        previous = figure
    console.print(table)


def _short(value: float) -> str:
    """Three significant digits, or whole numbers with separators where they are larger."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
