"""The curve of a soak as an SVG document."""

import math
from collections.abc import Iterator

from tests.robustness.soak.curve import LIMIT, Curve

_WIDTH, _HEIGHT = 760, 320
_LEFT, _TOP, _RIGHT, _BOTTOM = 70, 70, 30, 60
_MIB = 1024 * 1024
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #3c4650 }
.title { font-size: 17px; font-weight: 600; fill: #14181c }
.grid { stroke: #e4e9ee } .quarter { stroke: #b9c3cc; stroke-dasharray: 4 4 }
.half { fill: #f3f7fb } polyline { fill: none; stroke-width: 2 }
.live { stroke: #1b6ca8 } .resident { stroke: #9aa7b3 }
.flat { fill: #1a7f4b; font-weight: 600 } .growing { fill: #c0392b; font-weight: 600 }
"""


def plot(curve: Curve) -> str:
    """Memory over streams, with the quarters, and what is to be said of it."""
    width, height = _LEFT + _WIDTH + _RIGHT, _TOP + _HEIGHT + _BOTTOM
    return "\n".join(
        [
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}'>",
            f"<style>{_STYLE}</style>",
            "<rect width='100%' height='100%' fill='#ffffff'/>",
            f"<text class='title' x='{_LEFT}' y='28'>The server's memory while streams come and go</text>",
            _verdict(curve),
            f"<g transform='translate({_LEFT},{_TOP})'>",
            *_axes(curve),
            *_lines(curve),
            "</g>",
            "</svg>\n",
        ]
    )


def _verdict(curve: Curve) -> str:
    kind = "flat" if curve.flat else "growing"
    return (
        f"<text class='{kind}' x='{_LEFT}' y='50'>{kind}: live memory {curve.growth:+.0f} bytes a stream "
        f"over the second half ({LIMIT:.0f} are too many), resident {curve.resident_growth:+.0f}</text>"
    )


def _axes(curve: Curve) -> Iterator[str]:
    streams, top = curve.samples[-1].streams, _top(curve)
    yield f"<rect class='half' x='{_WIDTH / 2}' width='{_WIDTH / 2}' height='{_HEIGHT}'/>"
    for mib in range(0, top + 1, top // 5):
        y = _HEIGHT - _HEIGHT * mib / top
        yield f"<line class='grid' x2='{_WIDTH}' y1='{y:.1f}' y2='{y:.1f}'/>"
        yield f"<text x='-8' y='{y + 4:.1f}' text-anchor='end'>{mib}</text>"
    for quarter in range(5):
        x = _WIDTH * quarter / 4
        yield f"<line class='quarter' x1='{x}' x2='{x}' y2='{_HEIGHT}'/>"
        yield f"<text x='{x}' y='{_HEIGHT + 20}' text-anchor='middle'>{streams * quarter // 4:,}</text>"
    yield f"<text x='{_WIDTH / 2}' y='{_HEIGHT + 44}' text-anchor='middle'>streams opened and closed</text>"
    yield (
        f"<text transform='translate(-48,{_HEIGHT / 2}) rotate(-90)' text-anchor='middle'>memory, MiB</text>"
    )


def _lines(curve: Curve) -> Iterator[str]:
    streams, top = curve.samples[-1].streams, _top(curve) * _MIB
    resident = [(sample.streams, sample.resident) for sample in curve.samples]
    live = [(sample.streams, sample.live) for sample in curve.samples]
    for name, line in (("resident", resident), ("live", live)):
        points = " ".join(f"{_WIDTH * x / streams:.1f},{_HEIGHT - _HEIGHT * y / top:.1f}" for x, y in line)
        yield f"<polyline class='{name}' points='{points}'/>"
        y = _HEIGHT - _HEIGHT * line[-1][1] / top
        yield f"<text x='{_WIDTH - 8}' y='{y - 8:.1f}' text-anchor='end'>{name}</text>"


def _top(curve: Curve) -> int:
    """The axis' end in MiB: a multiple of 25 with some room above the curve."""
    return 25 * math.ceil(max(sample.resident for sample in curve.samples) * 1.1 / _MIB / 25)
