"""Opens and closes streams, tens of thousands of them, and looks at what the server's memory does.

    python -m tests.robustness.soak --streams 50000

Others stay meanwhile, and there are commits, which have to reach them: every guarantee of Watch is checked
on what they were told. What counts besides is by how much the memory that the server has allocated and not
freed grows per stream over the second half.
"""

# ruff: noqa: T201
# It is a program: it prints its result.

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.progress import track

from tests.robustness.auditor import Auditor
from tests.robustness.checks import Finding, findings
from tests.robustness.cluster import open_channel
from tests.robustness.proxy import proxy
from tests.robustness.recorder import Recorder
from tests.robustness.soak.churn import Churn
from tests.robustness.soak.curve import LIMIT, Curve
from tests.robustness.soak.plot import plot
from tests.robustness.soak.process import Soaked, soaked
from tests.robustness.soak.residents import residents, told
from tests.robustness.soak.writing import Writer
from vexil.server.stores.sqlite import SqliteStore

_BATCH = 500
_RESIDENTS = 32
_FEWEST = 20_000
"""Of fewer streams, what caches and pools take is more than what a leak would."""


def main() -> int:
    """The exit code: 1 where memory grew, a guarantee was broken, or too few streams were served."""
    parser = argparse.ArgumentParser(prog="tests.robustness.soak", description=__doc__)
    parser.add_argument("--streams", type=int, default=50_000, help="how many; default: 50000")
    parser.add_argument("--out", type=Path, default=Path(".cache/soak.svg"), help="default: .cache/soak.svg")
    parser.add_argument("--transport", default="auto", help="what the server serves with; default: auto")
    parser.add_argument(
        "--leak",
        type=int,
        default=0,
        help="bytes that the server is to keep of each stream: it has to be noticed",
    )
    wanted = parser.parse_args()
    if wanted.streams < _FEWEST:
        parser.error(f"fewer than {_FEWEST} streams say nothing about memory")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vexil-soak-") as directory:
        store, recorder = Path(directory) / "vexil.db", Recorder(Path(directory) / "history.jsonl")
        with soaked(store, wanted.transport, wanted.leak) as server:
            curve, served = asyncio.run(_soak(server, wanted.streams, recorder))
        broken = asyncio.run(_broken(store, recorder))
    wanted.out.parent.mkdir(parents=True, exist_ok=True)
    wanted.out.write_text(plot(curve))
    print(
        f"{wanted.streams} streams, {served} of them served, in {time.monotonic() - began:.0f} s: "
        f"live memory {curve.growth:+.0f} bytes a stream over the second half ({LIMIT:.0f} are too many), "
        f"resident {curve.resident_growth:+.0f}: {'flat' if curve.flat else 'GROWING'}; {wanted.out}"
    )
    print(f"{len(recorder.records)} records of those that stayed: {len(broken) or 'no'} guarantees broken")
    for finding in broken:
        print(f"{finding.guarantee}: {finding.text}")
    return 0 if curve.flat and not broken and served > wanted.streams // 3 else 1


async def _soak(server: Soaked, streams: int, recorder: Recorder) -> tuple[Curve, int]:
    """The server's memory before and after each batch, and how many streams were served."""
    samples = []
    batch = min(_BATCH, max(streams // 64, 1))
    async with open_channel(server.target) as channel, proxy(server.target) as between:
        writer = Writer(channel)
        await writer.create()
        async with residents(between.address, _RESIDENTS, recorder) as here, Churn(between) as churn:
            await told(here, await writer.commit(0))
            for first in track(
                range(0, streams, batch),
                "streams",
                console=Console(stderr=True),
                transient=True,
                disable=not sys.stderr.isatty(),
            ):
                samples.append(server.sample(first))
                revision = await writer.commit(first)
                await churn.run(range(first, min(first + batch, streams)), revision)
                # Once they have heard of this they are all here again, and samples can be compared.
                await told(here, await writer.commit(first + 1))
            samples.append(server.sample(streams))
    return Curve(samples), churn.served


async def _broken(path: Path, recorder: Recorder) -> list[Finding]:
    """What is wrong with what was told, by the log."""
    store = await SqliteStore.open(path)
    try:
        await Auditor(store, recorder).record()
    finally:
        await store.close()
        recorder.close()
    return findings(recorder.records)


if __name__ == "__main__":
    sys.exit(main())
