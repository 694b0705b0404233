"""A process whose threads come and go, with a server in each."""

import subprocess
import sys

import pytest

from tests.support.transports import TRANSPORTS, require
from vexil.server.settings import TransportName

_ONE_AFTER_THE_OTHER = """
import sys
from tests.support.server import server_thread

for _ in range(12):
    with server_thread(transport=sys.argv[1]):
        pass
print("all ended")
"""


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_servers_start_and_end_in_threads_of_their_own(transport: TransportName) -> None:
    """In a process of its own, which an allocator that loses track of threads would end."""
    require(transport)

    ended = subprocess.run(
        [sys.executable, "-c", _ONE_AFTER_THE_OTHER, transport],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (0, "all ended\n"), ended.stderr
