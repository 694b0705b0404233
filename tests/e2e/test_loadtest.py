"""The benchmarks run from end to end, on next to nothing. How fast anything is, is no test's business."""

import io
import json
import math
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from loadtest.local_evaluation.subject import NotSetUp, Subject
from loadtest.processes import running, two_cores
from loadtest.results import Figure, print_table
from loadtest.server_evaluate.load import Load
from loadtest.server_evaluate.requests import single

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="benchmarks read /proc")


def test_benchmarks_yield_figures_of_every_kind() -> None:
    command = [sys.executable, "-m", "loadtest", "--quick", "--without-peers", "--output", "json"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    figures = document["figures"]
    cases = {(figure["benchmark"], figure["case"]) for figure in figures}
    assert cases >= {
        ("local evaluation", "five rules, mixed"),
        ("local evaluation", "OpenFeature, fixed"),
        ("snapshot", "one change to 200"),
        ("snapshot", "cold start of 200"),
        ("snapshot", "memory a setting"),
        ("server evaluate", "Evaluate"),
        ("server evaluate", "Batch of 100"),
        ("propagation", "callback is called"),
    }
    assert all(math.isfinite(figure["value"]) for figure in figures)
    assert "cores" in document["machine"]
    assert "measuring" in done.stderr, "progress is shown"


def test_table_names_each_case_once_and_what_a_ratio_is_to() -> None:
    figures = [
        Figure("snapshot", "one change", "server", 11.7, "µs"),
        Figure("snapshot", "one change", "sdk", 4.1, "µs", 0.35, "the server's", "≤ 1 ms"),
    ]
    console = Console(file=io.StringIO(), width=120)
    with console.capture() as capture:
        print_table("a machine", figures, console)
    shown = capture.get()
    assert shown.count("one change") == 1
    assert re.search(r"sdk +4.1 µs +0.35 × the server's +≤ 1 ms", shown)
    assert "a machine" in shown


def test_subject_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp, match=r"nobody\.py"):
        Subject("nobody", Path(sys.executable), 0.001, {})


def test_load_with_failing_calls_is_no_measurement() -> None:
    with running("loadtest.server_evaluate.empty") as server:
        load = Load(server, "/vexil.v1.ConfigService/NoSuchMethod", single())
        with pytest.raises(RuntimeError, match="failed"):
            load.measure(0.05, two_cores()[1])
