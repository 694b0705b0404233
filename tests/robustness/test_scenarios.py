"""Short runs under faults. `make robustness` has long ones."""

import os
from pathlib import Path

import pytest

from tests.robustness.checks import findings
from tests.robustness.scenario import plan, run

_ONLY = os.environ.get("VEXIL_ROBUSTNESS_SEED")
SEEDS = [int(_ONLY)] if _ONLY else [101, 102, 103]


@pytest.mark.parametrize("seed", SEEDS)
async def test_run_under_faults_keeps_every_guarantee(seed: int, tmp_path: Path) -> None:
    """Again: `VEXIL_ROBUSTNESS_SEED=<seed>`, or `python -m tests.robustness --seed <seed> --faults 4`."""
    assert findings(await run(plan(seed, faults=4), tmp_path)) == []
