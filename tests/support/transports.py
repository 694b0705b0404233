"""The transports that a server may have."""

from importlib.util import find_spec

import pytest

from vexil.server.settings import TransportName

TRANSPORTS: tuple[TransportName, ...] = ("grpc", "native")


def is_here(name: TransportName) -> bool:
    """Whether it can be had on this machine."""
    return name != "native" or find_spec("vexil_native") is not None


def require(name: TransportName) -> None:
    """Skips the test where it can't."""
    if not is_here(name):
        pytest.skip("the compiled transport is not installed; `make native` builds it where Rust is at hand")
