"""A run as a picture: `python -m tests.robustness.timeline history.jsonl > timeline.html`.

Time runs from left to right. On top are the commits and the faults; each watcher has a row of its own, with
its streams as bars and what they delivered as marks. Findings are listed below, and lead to where they are.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.robustness.checks import Finding, findings
from tests.robustness.recorder import load
from tests.robustness.records import (
    Answered,
    Compacted,
    Ended,
    Fault,
    Opened,
    Received,
    Record,
    Watched,
    of_type,
)

_PAGE = Path(__file__).with_name("timeline.html")
_PLACE = re.compile(r"^(?P<watcher>\S+) on stream (?P<stream>\S+?)(?:, \w+ at (?P<revision>\d+))?:")


def timeline(records: Iterable[Record]) -> str:
    """The page: a whole HTML document that needs nothing else."""
    data = json.dumps(_Picture(list(records)).data())
    # Nothing that was recorded may end the script that it stands in.
    return _PAGE.read_text().replace("/*DATA*/null", data.replace("<", "\\u003c"))


class _Picture:
    """What there is to draw; times are seconds since the run began."""

    def __init__(self, records: list[Record]) -> None:
        self._records = records
        self._start = min((record.at for record in records), default=0.0)
        self._end = max((record.at for record in records), default=0.0)

    def data(self) -> dict[str, Any]:
        wishes = {watched.watcher: watched for watched in of_type(self._records, Watched)}
        return {
            "end": self._end - self._start,
            "rows": [
                {"name": "commits", "what": "what writers were answered"},
                {"name": "faults", "what": "shaded in all rows"},
                *({"name": name, "what": _wish(watched)} for name, watched in wishes.items()),
            ],
            "bars": list(self._streams()),
            "faults": list(self._faults()),
            "compactions": [
                {"at": self._time(it.at), "text": f"compacted to revision {it.revision}"}
                for it in of_type(self._records, Compacted)
            ],
            "marks": [*self._answers(), *self._messages()],
            "findings": [self._finding(it) for it in findings(self._records)],
        }

    def _streams(self) -> Iterator[dict[str, Any]]:
        ends = {ended.stream: ended for ended in of_type(self._records, Ended)}
        opened = of_type(self._records, Opened)
        for number, stream in enumerate(opened):
            ended = ends.get(stream.stream)
            # A watcher that was killed could not say so; its next stream can.
            following = (it.at for it in opened[number + 1 :] if it.watcher == stream.watcher)
            until = next(following, self._end) if ended is None else ended.at
            after = "from a full state" if stream.position is None else f"after revision {stream.position}"
            how = "" if ended is None else f"\nended: {ended.code} {ended.reason}"
            yield {
                "row": stream.watcher,
                "from": self._time(stream.at),
                "to": self._time(until),
                "server": stream.server,
                "text": f"{stream.stream} to {stream.server}, {after}{how}",
            }

    def _faults(self) -> Iterator[dict[str, Any]]:
        begun: dict[tuple[str, str], float] = {}
        for fault in of_type(self._records, Fault):
            name, mended, _ = fault.what.partition(": mended")
            if not mended:
                begun[name, fault.server] = fault.at
            elif (name, fault.server) in begun:
                start = begun.pop((name, fault.server))
                yield {
                    "from": self._time(start),
                    "to": self._time(fault.at),
                    "name": name,
                    "text": f"{name}, {fault.server}",
                }

    def _answers(self) -> Iterator[dict[str, Any]]:
        for answer in of_type(self._records, Answered):
            what = f"revision {answer.revision}" if answer.revision else f"{answer.code} {answer.reason}"
            kind = "commit" if answer.revision else "refusal"
            yield self._mark("commits", answer.at, kind, f"{answer.request}: {what}")

    def _messages(self) -> Iterator[dict[str, Any]]:
        for message in of_type(self._records, Received):
            kind = {"deltas": "delta", "state_begin": "state", "state_end": "state"}.get(
                message.event, message.event
            )
            if kind == "state_chunk":
                continue
            inside = ", ".join(str(inner.revision) for inner in message.deltas)
            places = "".join(f"\n{it.key} ({it.environment})" for it in message.changes[:8])
            text = f"{message.event} {message.revision} {message.reason} {inside}".rstrip() + places
            yield self._mark(message.watcher, message.at, kind, f"{message.stream}: {text}")

    def _finding(self, finding: Finding) -> dict[str, Any]:
        """The finding, and the place in the picture that its sentence begins with."""
        found: dict[str, Any] = {"guarantee": finding.guarantee, "text": finding.text}
        if place := _PLACE.match(finding.text):
            found["row"] = place["watcher"]
            times = [
                record.at
                for record in self._records
                if isinstance(record, Received | Ended)
                and record.stream == place["stream"]
                and (place["revision"] is None or _tells(record, int(place["revision"])))
            ]
            if times:
                found["at"] = self._time(times[-1])
        return found

    def _mark(self, row: str, at: float, kind: str, text: str) -> dict[str, Any]:
        return {"row": row, "at": self._time(at), "kind": kind, "text": text}

    def _time(self, at: float) -> float:
        return round(at - self._start, 4)


def _tells(record: Received | Ended, revision: int) -> bool:
    if isinstance(record, Ended):
        return False
    return revision == record.revision or revision in {inner.revision for inner in record.deltas}


def _wish(watched: Watched) -> str:
    selectors = " or ".join(
        " ".join(f"{name}={value}" for name, value in selector.items()) for selector in watched.selectors
    )
    ways = [way for way in ("conflate", "batch") if getattr(watched, way)]
    policy = "resync" if watched.resync else "fail"
    return ", ".join([f"{watched.environment}: {selectors or 'everything'}", policy, *ways])


if __name__ == "__main__":
    sys.stdout.write(timeline(load(Path(sys.argv[1]))))
