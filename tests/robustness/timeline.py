"""A run as a picture: `python -m tests.robustness.timeline history.jsonl > timeline.html`.

Time runs from left to right. The top row has the commits, the next one faults, and each watcher has a row of
its own: streams as bars, what they delivered as marks. Findings are listed below.
"""

import sys
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from tests.robustness.checks import findings
from tests.robustness.records import (
    Answered,
    Compacted,
    Ended,
    Fault,
    Opened,
    Received,
    Record,
    Watched,
    load,
    of_type,
)

_LABELS = 170
_ROW = 26
_SECOND = 60
_COLOURS = {
    "delta": "#1b6ca8",
    "progress": "#9aa5b1",
    "state_begin": "#c77700",
    "state_end": "#c77700",
    "end": "#7b3fa0",
}
_STYLE = """
body { font: 13px system-ui, sans-serif; margin: 1.5em; color: #1f2933; }
svg { background: #fbfcfd; border: 1px solid #d9e0e6; }
text { font-size: 11px; fill: #3e4c59; }
.scroll { overflow-x: auto; }
li { margin: .2em 0; }
"""


def timeline(records: Iterable[Record]) -> str:
    """The page: a whole HTML document that needs nothing else."""
    records = list(records)
    watchers = [watched.watcher for watched in of_type(records, Watched)]
    rows = {"commits": 0, "faults": 1, **{watcher: number for number, watcher in enumerate(watchers, 2)}}
    drawing = _Drawing(records, rows)
    width, height = drawing.x(drawing.end) + 20, (len(rows) + 1) * _ROW + 20
    found = findings(records)
    verdict = [f"<li><b>{escape(f.guarantee)}</b>: {escape(f.text)}</li>" for f in found] or ["<li>none</li>"]
    return "\n".join(
        [
            "<!doctype html><html lang='en'><meta charset='utf-8'><title>Watch under faults</title>",
            f"<style>{_STYLE}</style><h1>Watch under faults</h1>",
            f"<p>{_legend()}</p><div class='scroll'><svg width='{width:.0f}' height='{height}'>",
            *drawing.shapes(),
            f"</svg></div><h2>Broken guarantees</h2><ul>{''.join(verdict)}</ul></html>",
        ]
    )


class _Drawing:
    def __init__(self, records: list[Record], rows: dict[str, int]) -> None:
        self._records = records
        self._rows = rows
        self._start = min(record.at for record in records)
        self.end = max(record.at for record in records)

    def x(self, at: float) -> float:
        return _LABELS + (at - self._start) * _SECOND

    def shapes(self) -> Iterator[str]:
        for label, row in self._rows.items():
            yield f"<text x='8' y='{_y(row) + 4}'>{escape(label)}</text>"
        for second in range(int(self.end - self._start) + 1):
            x = self.x(self._start + second)
            yield f"<line x1='{x}' x2='{x}' y1='20' y2='100%' stroke='#e4e9ee'/>"
            yield f"<text x='{x}' y='14'>{second} s</text>"
        yield from self._faults()
        yield from self._streams()
        for answer in of_type(self._records, Answered):
            what = f"{answer.request}: {answer.revision or answer.code}"
            yield self._mark("commits", answer.at, "#2f855a" if answer.revision else "#c53030", what)
        for compacted in of_type(self._records, Compacted):
            x = self.x(compacted.at)
            yield (
                f"<line x1='{x}' x2='{x}' y1='20' y2='100%' stroke='#c53030' stroke-dasharray='4 3'>"
                f"<title>compacted to {compacted.revision}</title></line>"
            )
        for message in of_type(self._records, Received):
            if colour := _COLOURS.get(message.event):
                what = f"{message.event} {message.revision} {message.reason}"
                yield self._mark(message.watcher, message.at, colour, what)

    def _faults(self) -> Iterator[str]:
        begun: Fault | None = None
        for fault in of_type(self._records, Fault):
            if not fault.what.endswith(": mended"):
                begun = fault
            elif begun is not None:
                what = f"{begun.what} {begun.server}"
                yield self._bar("faults", begun.at, fault.at, "#f6c6c6", what)
                yield f"<text x='{self.x(begun.at)}' y='{_y(1) + 4}'>{escape(begun.what)}</text>"

    def _streams(self) -> Iterator[str]:
        ends = {ended.stream: ended for ended in of_type(self._records, Ended)}
        for opened in of_type(self._records, Opened):
            ended = ends.get(opened.stream)
            after = "from a full state" if opened.position is None else f"after {opened.position}"
            how = "" if ended is None else f", {ended.code} {ended.reason}"
            what = f"stream {opened.stream} to {opened.server} {after}{how}"
            until = self.end if ended is None else ended.at
            colour = "#dbe9f5" if opened.server.endswith("1") else "#e3f2e1"
            yield self._bar(opened.watcher, opened.at, until, colour, what)

    def _bar(self, row: str, start: float, end: float, colour: str, what: str) -> str:
        x, y = self.x(start), _y(self._rows[row]) - 8
        width = max(self.x(end) - x, 1.0)
        return (
            f"<rect x='{x:.1f}' y='{y}' width='{width:.1f}' height='16' fill='{colour}' stroke='#b8c4ce'>"
            f"<title>{escape(what)}</title></rect>"
        )

    def _mark(self, row: str, at: float, colour: str, what: str) -> str:
        return (
            f"<circle cx='{self.x(at):.1f}' cy='{_y(self._rows[row])}' r='3' fill='{colour}'>"
            f"<title>{escape(what)}</title></circle>"
        )


def _y(row: int) -> int:
    return 40 + row * _ROW


def _legend() -> str:
    names = {"delta": "delta", "progress": "progress", "state_begin": "full state", "end": "end of stream"}
    marks = [f"<span style='color:{_COLOURS[event]}'>●</span> {name}" for event, name in names.items()]
    return ", ".join([*marks, "dashed: compaction; point at anything for more"])


if __name__ == "__main__":
    sys.stdout.write(timeline(load(Path(sys.argv[1]))))
