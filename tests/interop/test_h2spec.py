"""h2spec's 146 cases of RFC 9113 and RFC 7541, strict ones included, against both transports."""

import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.interop.builds import go_tool
from tests.interop.conftest import Shopfront

PACKAGE, VERSION = "github.com/summerwind/h2spec/cmd/h2spec", "v2.2.1+incompatible"
CASES = 146

pytestmark = pytest.mark.timeout(900)

DEVIATIONS: dict[str, set[str]] = {"native": set()}
"""Cases that a transport fails, as `section: case`; each for a reason that is written beside it."""


def failed_cases(report: Path) -> set[str]:
    return {
        f"{case.get('package')}: {case.get('classname')}"
        for case in ET.parse(report).iter("testcase")
        if case.find("failure") is not None or case.find("error") is not None
    }


def cases(report: Path) -> int:
    return sum(1 for case in ET.parse(report).iter("testcase") if case.find("skipped") is None)


def test_every_case_passes_or_is_a_known_deviation(
    shopfront: Shopfront, transport: str, tmp_path: Path
) -> None:
    if transport not in DEVIATIONS:
        pytest.skip("gRPC's C core answers no request that is not gRPC, so that most cases wait in vain")
    program = go_tool(PACKAGE, VERSION)
    host, port = shopfront.target.rsplit(":", 1)
    report = tmp_path / "report.xml"
    options = ["--strict", "--timeout", "10", "--host", host, "--port", port, "--junit-report", str(report)]
    if shopfront.authorities is not None:
        options += ["--tls", "--insecure"]
    subprocess.run([*program, *options], capture_output=True, check=False)
    assert cases(report) == CASES
    assert failed_cases(report) == DEVIATIONS[transport]
