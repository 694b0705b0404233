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

from loadtest.__main__ import BENCHMARKS
from loadtest.bridge.setting import runtime_is_here
from loadtest.compiled import compiled_client
from loadtest.dynamodb.engines import engines
from loadtest.dynamodb.units import units_of
from loadtest.environments import NotInstallable
from loadtest.h2load import program as h2load
from loadtest.local_evaluation.subject import NotSetUp, Subject
from loadtest.processes import running, two_cores
from loadtest.results import Figure, print_table
from loadtest.server_evaluate.load import Load
from loadtest.server_evaluate.requests import single

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="benchmarks read /proc")


PEERS = ("evaluate_peers", "evaluate_processes", "evaluate_meanwhile")
WATCH = ("watch_fanout", "watch_idle", "watch_catchup", "watch_propagation")
DYNAMODB = ("dynamodb",)
LAMBDA = ("bridge",)
OTHERS = [name for name in BENCHMARKS if name not in (*PEERS, *WATCH, *DYNAMODB, *LAMBDA)]


def test_benchmarks_yield_figures_of_every_kind() -> None:
    document, said = _quick(*OTHERS)
    assert _cases(document) >= {
        ("local evaluation", "five rules, mixed"),
        ("local evaluation", "OpenFeature, fixed"),
        ("snapshot", "one change to 200"),
        ("snapshot", "cold start of 200"),
        ("snapshot", "memory a setting"),
        ("server evaluate", "Evaluate"),
        ("server evaluate", "Batch of 100"),
        ("authenticated", "Evaluate, CPU"),
        ("contact flows", "ResolveFlow, with everything, CPU"),
        ("propagation", "callback is called"),
        ("backups", "full backup"),
        ("backups", "restore and compare"),
        ("audit", "commit, processor time"),
        ("encryption", "commit, sensitive"),
        ("encryption", "reading a commit, not sensitive"),
    }
    assert "cores" in document["machine"]
    assert "measuring" in said, "progress is shown"


def test_watch_benchmarks_yield_figures_of_every_kind() -> None:
    try:
        compiled_client(Console(stderr=True))
    except NotInstallable as problem:
        pytest.skip(str(problem))
    document, _ = _quick(*WATCH)
    assert _cases(document) >= {
        ("watch fan-out", "4 over 2, CPU"),
        ("watch fan-out", "4 over 4, one has it"),
        ("watch fan-out", "health check meanwhile"),
        ("watch, idle", "8 streams, memory"),
        ("watch, catching up", "full state, 200 settings"),
        ("watch, catching up", "resume in batches, 20 commits behind"),
        ("watch, propagation", "4 subscribers have it"),
    }


def test_benchmarks_beside_peers_yield_figures_of_every_kind() -> None:
    try:
        compiled_client(Console(stderr=True))
        h2load()
    except NotInstallable as problem:
        pytest.skip(str(problem))
    document, _ = _quick(*PEERS)
    assert _cases(document) >= {
        ("evaluate, peers", "8 × 32 calls, pinned"),
        ("evaluate, peers", "8 × 32 calls, not pinned, CPU"),
        ("evaluate, peers", "one call at a time, pinned"),
        ("evaluate, processes", "vexil grpc"),
        ("evaluate, meanwhile", "beside 5 commits/s"),
        ("evaluate, meanwhile", "commits of 10,000 changes"),
    }


@pytest.mark.timeout(400)  # it starts two dozen processes, one after the other
def test_dynamodb_benchmark_yields_figures_of_every_kind() -> None:
    try:
        with engines():
            pass
    except NotInstallable as problem:
        pytest.skip(str(problem))
    document, _ = _quick(*DYNAMODB)
    assert _cases(document) >= {
        ("dynamodb", "commits a second, 8 callers on each of two servers"),
        ("dynamodb", "commit to applied elsewhere, with hints"),
        ("dynamodb", "return to applied elsewhere, without hints"),
        ("dynamodb", "who follows, a commit"),
        ("dynamodb", "Query answered"),
        ("dynamodb", "cold start of 200"),
    }


def test_bridge_benchmark_yields_figures_of_every_kind() -> None:
    if problem := runtime_is_here():
        pytest.skip(problem)
    document, _ = _quick(*LAMBDA)
    assert _cases(document) >= {
        ("bridge", "cold start to first answer"),
        ("bridge", "of that, imports"),
        ("bridge", "warm invocation, p99"),
        ("bridge", "memory of a sandbox"),
        ("bridge", "4 callers on 4 runtimes"),
        ("bridge", "so one core of a server sustains"),
    }


def test_dynamodb_benchmark_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    document, said = _quick(*DYNAMODB)
    assert not document["figures"]
    assert "skipped: java is not installed" in said


def test_units_of_a_transaction_are_those_of_every_item() -> None:
    put = {"TableName": "vexil", "Item": {"pk": {"S": "p"}, "sk": {"S": "s"}, "content": {"B": "A" * 1600}}}
    update = {"TableName": "vexil", "Key": {"pk": {"S": "heads"}}}
    request = {"TransactItems": [{"Put": put}, {"Update": update}]}
    of_one_item = {"ConsumedCapacity": [{"TableName": "vexil", "CapacityUnits": 2.0}]}
    assert sum(units for _, units in units_of("TransactWriteItems", request, of_one_item)) == 4 + 2


def test_units_of_a_query_that_finds_nothing_are_those_of_one_read() -> None:
    nothing = {"ConsumedCapacity": {"TableName": "vexil", "CapacityUnits": 0.0}}
    assert [units for _, units in units_of("Query", {}, nothing)] == [1]


def test_benchmarks_beside_peers_say_what_they_lack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    document, said = _quick(*PEERS)
    assert not document["figures"]
    assert said.count("skipped: h2load is not installed") == len(PEERS)


def test_watch_benchmarks_say_what_they_lack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    document, said = _quick(*WATCH)
    assert not document["figures"]
    assert said.count("skipped: Go is not installed") == len(WATCH)


def _quick(*benchmarks: str) -> tuple[dict[str, Any], str]:
    """Figures, and what was said meanwhile."""
    command = [sys.executable, "-m", "loadtest", "--quick", "--without-peers", "--output", "json"]
    command += ["--only", *benchmarks]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    assert all(math.isfinite(figure["value"]) for figure in document["figures"])
    return document, done.stderr


def _cases(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {(figure["benchmark"], figure["case"]) for figure in document["figures"]}


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
