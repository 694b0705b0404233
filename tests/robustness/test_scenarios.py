"""Short runs under faults. `make robustness` has long ones."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.robustness.checks import findings
from tests.robustness.records import Answered, of_type
from tests.robustness.scenario import plan, possible, run
from tests.robustness.trouble import Trouble, not_here

_ONLY = os.environ.get("VEXIL_ROBUSTNESS_SEED")
SEEDS = [int(_ONLY)] if _ONLY else [101, 102]

pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize("seed", SEEDS)
async def test_run_under_faults_keeps_every_guarantee(seed: int, tmp_path: Path) -> None:
    """Again: `VEXIL_ROBUSTNESS_SEED=<seed>`, or `python -m tests.robustness --seed <seed> --faults 4`."""
    assert findings(await run(possible(plan(seed, faults=4)), tmp_path)) == []


async def test_clients_and_workers_that_die_lose_nothing(tmp_path: Path) -> None:
    """Each server is two processes, and more than one thing goes wrong at a time."""
    troubles = (
        ("kill_worker", "kill_watchers"),
        ("replace_workers", "freeze_watchers"),
        ("kill_writer", "compact"),
    )
    wanted = replace(plan(103, 0), servers=1, processes=2, troubles=tuple(map(Trouble, troubles)))
    assert findings(await run(possible(wanted), tmp_path)) == []


async def test_full_disk_refuses_commits_and_loses_nothing(tmp_path: Path) -> None:
    _require("fill_disk")
    wanted = replace(plan(104, 0), processes=1, troubles=(Trouble(("fill_disk",)),) * 2)
    records = await run(possible(wanted), tmp_path)
    assert findings(records) == []
    assert "STORE_FULL" in {answer.reason for answer in of_type(records, Answered)}


async def test_clock_that_jumps_changes_nothing(tmp_path: Path) -> None:
    _require("jump_clock")
    troubles = (("jump_clock",), ("jump_clock", "cut"))
    wanted = replace(plan(105, 0), servers=2, processes=1, troubles=tuple(map(Trouble, troubles)))
    assert findings(await run(possible(wanted), tmp_path)) == []


def _require(fault: str) -> None:
    if reason := not_here().get(fault):
        pytest.skip(reason)
