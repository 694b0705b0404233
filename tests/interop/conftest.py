"""Servers that clients in other languages call."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.certificates import Authority
from tests.support.server import server_process
from tests.support.shop import Shop
from tests.support.transports import TRANSPORTS, require
from vexil.client.rpc import Endpoint, Tls
from vexil.server.settings import TransportName


@dataclass(frozen=True, slots=True)
class Shopfront:
    """A server with the namespace `shop`, in which `color` is `blue`; `authorities` None is plain text."""

    target: str
    authorities: Path | None
    shop: Shop


@pytest.fixture(scope="session", params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> TransportName:
    name: TransportName = request.param
    require(name)
    return name


@pytest.fixture(scope="session", params=["plain", "tls"])
def shopfront(
    request: pytest.FixtureRequest, transport: TransportName, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shopfront]:
    authorities: Path | None = None
    settings: dict[str, Any] = {}
    if request.param == "tls":
        folder = tmp_path_factory.mktemp("tls")
        authority = Authority()
        authority.issue("server").write(folder / "tls.crt", folder / "tls.key")
        authorities = folder / "ca.pem"
        authorities.write_bytes(authority.pem)
        settings = {"cert_file": folder / "tls.crt", "key_file": folder / "tls.key"}
    with server_process(transport=transport, reflection="true", **settings) as server:
        tls = None if authorities is None else Tls(ca_file=authorities)
        with Shop(Endpoint(server.target, tls)) as shop:
            shop.create()
            shop.set(color="blue")
            yield Shopfront(server.target, authorities, shop)
