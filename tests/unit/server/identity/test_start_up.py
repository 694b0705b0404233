"""What a server needs to start, and whether it asks who calls: every combination of what can be said."""

from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest

from vexil.core.errors import InvalidRequest
from vexil.server.settings import ServerSettings

LOOPBACK = ["127.0.0.1:7350", "127.9.9.9:7350", "[::1]:7350", "localhost:7350", "unix:/run/vexil.sock"]
OPEN = [
    "0.0.0.0:7350",
    "[::]:7350",
    "10.0.0.5:7350",
    "[2001:db8::5]:7350",
    "[::ffff:127.0.0.1]:7350",
    "config.example.org:7350",
    "localhost.example.org:7350",
    "0:7350",
    "127.1:7350",
    "2130706433:7350",
]
SAID = list(product([False, True], [None, "required", "off"], [False, True], [False, True]))


def refused(**settings: Any) -> set[str]:
    """The settings at fault; none: the server would start."""
    try:
        ServerSettings(**settings)
    except InvalidRequest as error:
        return {violation.field for violation in error.violations}
    return set()


@pytest.mark.parametrize("address", [*LOOPBACK, *OPEN])
@pytest.mark.parametrize(("tls", "authentication", "insecure", "unasked"), SAID)
def test_server_that_is_open_to_others_starts_only_when_told_so(
    address: str,
    tls: bool,
    authentication: Literal["required", "off"] | None,
    insecure: bool,
    unasked: bool,
) -> None:
    said = {"authentication": authentication, "insecure": insecure, "insecure_no_authentication": unasked}
    files = {"cert_file": Path("tls.crt"), "key_file": Path("tls.key")} if tls else {}
    faults = set()
    if address in OPEN and not (tls or insecure):
        faults.add("listen")
    if address in OPEN and authentication == "off" and not unasked:
        faults.add("authentication")
    if authentication == "required" and unasked:
        faults.add("insecure_no_authentication")
    assert refused(listen=address, **said, **files) == faults
    if not faults:
        settings: Any = {"listen": address, **said, **files}
        asks = authentication == "required" or (address in OPEN and authentication is None and not unasked)
        assert ServerSettings(**settings).requires_authentication is asks
