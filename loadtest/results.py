"""What benchmarks yield, and how it is shown."""

import json
import os
import platform
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby

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
    """What the figures are measured on, and how busy it is otherwise (load average of one minute)."""
    system = f"{platform.system()} {platform.machine()}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{system}, {os.cpu_count()} cores, {python}, load average {os.getloadavg()[0]:.1f} before the run"


def percentiles(values: Sequence[float]) -> Iterator[tuple[str, float]]:
    """The median, the 99th percentile and the largest of at least two values, with their names."""
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    yield from (("p50", cuts[49]), ("p99", cuts[98]), ("max", max(values)))


def as_json(machine: str, figures: Sequence[Figure]) -> str:
    """An object: the machine, and an array with an object for each figure."""
    document = {"machine": machine, "figures": [asdict(figure) for figure in figures]}
    return json.dumps(document, indent=2, ensure_ascii=False)


def print_table(machine: str, figures: Sequence[Figure], console: Console) -> None:
    """One table for all figures, a section for each benchmark; cases are named once."""
    table = Table(box=box.SIMPLE_HEAD, caption=machine, caption_justify="left")
    table.add_column("case")
    table.add_column("subject", no_wrap=True)
    table.add_column("figure", justify="right", no_wrap=True)
    table.add_column("compared")
    table.add_column("aim")
    for benchmark, group in groupby(figures, lambda figure: figure.benchmark):
        table.add_section()
        table.add_row(f"[bold]{benchmark}[/bold]")
        case = ""
        for figure in group:
            table.add_row(
                "" if figure.case == case else figure.case,
                figure.subject,
                f"{_short(figure.value)} {figure.unit}",
                "" if figure.ratio is None else f"{_short(figure.ratio)} × {figure.ratio_to}",
                figure.aim,
            )
            case = figure.case
    console.print(table)


def _short(value: float) -> str:
    """Three significant digits, or whole numbers with separators where they are larger."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
