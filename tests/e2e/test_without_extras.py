"""Only `vexil-server` itself is installed: what needs more says which extra it is."""

import subprocess
import sys
from pathlib import Path

import pytest

_WITHOUT = """
import sys

class NotInstalled:
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in {"boto3", "botocore", "redis"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NotInstalled())

from vexil.server.cli import main
main()
"""
TOPIC = "sns:arn:aws:sns:eu-central-1:123456789012:changes"


@pytest.mark.parametrize(
    ("extra", "arguments"),
    [
        ("dynamodb", ("serve", "--store", "dynamodb:vexil")),
        ("dynamodb", ("store", "check", "--store", "dynamodb:vexil")),
        ("dynamodb", ("import", "flags", "--table", "flags", "-n", "shop", "-e", "prod")),
        ("redis", ("serve", "--store", "memory", "--hints", "redis://127.0.0.1:1")),
        ("announce", ("serve", "--store", "memory", "--announce", TOPIC)),
    ],
)
def test_what_needs_an_extra_names_it(extra: str, arguments: tuple[str, ...], tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _WITHOUT, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert f"vexil-server[{extra}]" in ended.stderr
    assert "Traceback" not in ended.stderr
