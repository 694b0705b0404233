"""Log injection: whatever callers write, a line of the log is a line of this server's."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest

from tests.acceptance.permissions.test_matrix import REQUESTS
from tests.e2e.cli import Cli
from tests.fuzz.hostile import CONTROL
from tests.support.any_rpc import code_of
from tests.support.server import server_process
from tests.support.text_fields import ways_to_text, with_text
from tests.support.transports import TRANSPORTS, require
from vexil.server.settings import TransportName

FORGED = '{"event": "forged", "level": "info"}'
TEXT = f"a\n{FORGED}\r{FORGED}\u2028{FORGED}\x85{FORGED}" + " ".join(CONTROL)


def encoded(part: str) -> str:
    return base64.urlsafe_b64encode(part.encode()).decode().rstrip("=")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_log_injection_by_texts_and_credentials(transport: TransportName, tmp_path: Path) -> None:
    require(transport)
    store = tmp_path / "vexil.db"
    admin = Cli("", tmp_path, "shop")("access", "init", "--store", f"sqlite:{store}").out.strip()
    header = json.dumps({"alg": "none", "kid": TEXT, "typ": TEXT})
    claims = json.dumps({"iss": TEXT, "sub": TEXT, "aud": TEXT})
    token = f"{encoded(header)}.{encoded(claims)}."
    wanted: dict[str, Any] = {"authentication": "required", "transport": transport, "log_level": "debug"}
    with server_process(store, **wanted) as server:
        cli = Cli(server.target, tmp_path, "shop", variables={"VEXIL_TOKEN": admin})
        nobody = cli("access", "key", "create", "--role", "client", "--in-namespace", "elsewhere").out.strip()

        async def ask() -> None:
            async with grpc.aio.insecure_channel(server.target) as channel:
                for name, (request, _roles) in REQUESTS.items():
                    await code_of(channel, name, request, f"Bearer {token}")
                    for way in ways_to_text(request.DESCRIPTOR):
                        for key in (admin, nobody):
                            await code_of(channel, name, with_text(request, way, TEXT), f"Bearer {key}")

        asyncio.run(ask())
        assert server.terminate() == 0
        events = {str(line.get("event")) for line in server.lines}
    assert {"serving", "stopped"} <= events
    assert not {"text", "forged"} & events
    assert all(str(line["event"]).isprintable() for line in server.lines)
