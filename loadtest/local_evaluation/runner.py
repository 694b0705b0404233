"""Runs in a subject's own environment, with the standard library only: sets it up, then times it on demand.

`runner.py NAME SECONDS` imports `subjects/NAME.py` and prints one JSON object a line: first what there is to
time, then, for each line that it reads, the microseconds of each call. They are processor time, which other
programs on the machine disturb less. It ends with its input.

A subject has `DISTRIBUTION`, the package that is measured (None: none), and `prepare()`, which gives for each
kind of call (`value`: the bare value; `details`: with the reason) a function from a flag to the call.
"""

import importlib.util
import json
import os
import sys
import time
import timeit
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

from cases import FLAGS


def main() -> None:
    """Obeys until its input ends."""
    name, seconds = sys.argv[1], float(sys.argv[2])
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what an SDK prints is no answer
    subject = load(name)
    calls = {(kind, flag): bind(flag) for kind, bind in subject.prepare().items() for flag in FLAGS}
    for (kind, flag), call in calls.items():
        answer = value_of(call())
        if answer is not True and not (flag == "rollout" and answer is False):
            raise SystemExit(f"{name} answers {answer!r} to {flag}, {kind}: it is not set up")
    timers = [
        (timer := timeit.Timer(call, timer=time.process_time), repetitions(timer, seconds))
        for call in calls.values()
    ]
    package = subject.DISTRIBUTION and version(subject.DISTRIBUTION)
    answers.write(json.dumps({"version": package, "calls": list(calls)}) + "\n")
    for _ in sys.stdin:
        answers.write(json.dumps([timer.timeit(number) / number * 1e6 for timer, number in timers]) + "\n")
    os._exit(0)  # some SDKs keep threads that never end


def load(name: str) -> ModuleType:
    """The subject's module, under a name that hides no package."""
    path = Path(__file__).parent / "subjects" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"subject_{name}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def value_of(answer: Any) -> Any:
    """The bare value in whatever object the subject answers with."""
    for attribute in ("value", "variation"):
        answer = getattr(answer, attribute, answer)
    return answer


def repetitions(timer: timeit.Timer, seconds: float) -> int:
    """How many calls take about so long."""
    timer.timeit(100)
    return max(1, int(seconds / (timer.timeit(500) / 500)))


if __name__ == "__main__":
    main()
