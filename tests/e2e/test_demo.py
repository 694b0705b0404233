"""`demo`: the first thing that a newcomer runs."""

import re
from pathlib import Path

import pytest

from tests.e2e.cli import Cli
from tests.e2e.terminal import in_terminal

STEPS = [
    "1. Start a server on a fresh SQLite file",
    "2. Apply the example shop",
    "3. Watch from another process",
    "4. Change the setting",
    "5. Evaluate flags for a few people",
    "6. Look at the history",
    "7. Go on from here",
]


@pytest.fixture
def newcomer(tmp_path: Path, compiled: dict[str, str]) -> Cli:
    """Someone with no server, and with a token for another one."""
    return Cli("127.0.0.1:1", tmp_path, "elsewhere", variables={**compiled, "VEXIL_TOKEN": "x"})


def test_demo_tells_the_whole_story_in_a_pipe(newcomer: Cli) -> None:
    done = newcomer.process("demo", TMPDIR=str(newcomer.directory))

    assert done.err == ""
    assert "\x1b" not in done.out
    at = [done.out.index(step) for step in STEPS]
    assert at == sorted(at)
    assert re.search(r"Process \d+ holds prod: payment.timeout-ms is 1500\.", done.out)
    heard = re.findall(r"(\d+) → (\d+)  at revision (\d+), [\d.]+ ms", done.out)
    assert [new for _, new, _ in heard] == ["900", "1200", "800", "1000", "700"]
    assert re.search(r"a beta tester +checkout.new +true +TARGETING_MATCH +insiders", done.out)
    assert "Wait 900 ms for payments" in done.out
    # Nothing is left behind.
    assert list(newcomer.directory.iterdir()) == []


def test_demo_has_colours_in_a_terminal_and_pauses_when_asked(newcomer: Cli) -> None:
    with in_terminal(newcomer, "demo", "--pause") as terminal:
        for step in STEPS[1:]:
            terminal.wait_for("Enter goes on.")
            terminal.text = ""
            terminal.type("\n")
            terminal.wait_for(step)
        assert terminal.finish() == 0
        assert "\x1b[" in terminal.text


def test_demo_keeps_what_can_be_served_again(newcomer: Cli) -> None:
    newcomer.process("demo", "--keep", "kept")

    kept = newcomer.directory / "kept"
    assert (kept / "vexil.db").is_file()
    assert sorted(path.name for path in (kept / "shop").iterdir()) == [
        "base.yaml",
        "namespace.yaml",
        "prod.yaml",
        "staging.yaml",
    ]
    assert "is not empty" in newcomer.process("demo", "--keep", "kept", code=2).err
    assert newcomer("doctor", "--sqlite", "kept/vexil.db", code=1).out.startswith("✓ store")


def test_demo_that_fails_says_where(newcomer: Cli) -> None:
    broken = newcomer.directory / "broken"
    broken.mkdir()
    (broken / "uvloop.py").write_text("raise SystemExit('there is no event loop')")

    failed = newcomer.process("demo", code=1, PYTHONPATH=str(broken))

    assert failed.err.startswith("Error: the demo failed at 'Start a server on a fresh SQLite file': ")
    assert "  there is no event loop\n" in failed.err


def test_demo_refuses_a_directory_that_can_not_be_used(newcomer: Cli) -> None:
    (newcomer.directory / "file").write_text("")

    assert "can't be used" in newcomer.process("demo", "--keep", "file", code=2).err
    assert "can't be used" in newcomer.process("demo", "--keep", "file/inner", code=2).err
