"""The example's story is told as it is written down."""

import re
import subprocess
import sys
from pathlib import Path

STORY = Path(__file__).parents[2] / "examples" / "contact-centre" / "story.py"

OUTCOMES = [
    r'live +revision 1 +"Welcome to the shop!"',
    r'live +revision 2 +"We are moving! Please bear with us."',
    r'live +revision 3 +"Welcome to the shop!"',
    r"live +revision 0 +error FLOW_DISABLED",
    r'live +revision 5 +to Priority, since customer_class is "platinum"',
    r'live +revision 5 +to Support, since language is "de" or "de-AT" or "de-CH"',
    r'stale +revision \d +"[^"]+"',
    r"stale +revision \d +to Priority",
    r'default +revision 0 +"Hello.", because of UNAVAILABLE',
    r"default +revision 0 +error UNAVAILABLE",
]


def test_story_of_the_contact_centre() -> None:
    done = subprocess.run([sys.executable, STORY], capture_output=True, text=True, timeout=100, check=False)

    assert done.stderr == ""
    told = [line.strip() for line in done.stdout.splitlines() if " revision " in line]
    assert len(told) == len(OUTCOMES)
    assert [line for line, wanted in zip(told, OUTCOMES, strict=True) if not re.match(wanted, line)] == []
