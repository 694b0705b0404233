"""Tools that operators use."""

import json
import re
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.interop.builds import go_tool, installed
from tests.interop.conftest import Shopfront
from vexil.v1.config_service_pb2 import EvaluateRequest

GRPCURL, GRPCURL_VERSION = "github.com/fullstorydev/grpcurl/cmd/grpcurl", "v1.9.4"
REQUEST = EvaluateRequest(namespace="shop", environment="prod", key="color")

pytestmark = pytest.mark.timeout(900)


def grpcurl(
    shopfront: Shopfront, *arguments: str, data: str | None = None
) -> "subprocess.CompletedProcess[str]":
    program = go_tool(GRPCURL, GRPCURL_VERSION)
    security = ["-plaintext"] if shopfront.authorities is None else ["-cacert", str(shopfront.authorities)]
    options: Sequence[str] = [] if data is None else ["-d", data]
    command = [*program, *security, *options, shopfront.target, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_grpcurl_lists_services_by_reflection(shopfront: Shopfront) -> None:
    listed = grpcurl(shopfront, "list").stdout.split()
    services = {f"vexil.v1.{name}Service" for name in ("Config", "Connect", "Admin", "Access")}
    assert services | {"grpc.health.v1.Health"} <= set(listed)


def test_grpcurl_describes_a_message_with_all_that_it_consists_of(shopfront: Shopfront) -> None:
    assert "resume_token" in grpcurl(shopfront, "describe", "vexil.v1.WatchRequest").stdout


def test_grpcurl_calls_what_it_found(shopfront: Shopfront) -> None:
    request = json.dumps({"namespace": "shop", "environment": "prod", "key": "color"})
    answer = grpcurl(shopfront, "vexil.v1.ConfigService/Evaluate", data=request)
    assert json.loads(answer.stdout)["evaluation"]["value"] == {"stringValue": "blue"}


def test_grpcurl_shows_why_a_call_failed(shopfront: Shopfront) -> None:
    request = json.dumps({"namespace": "nowhere", "environment": "prod", "key": "color"})
    answer = grpcurl(shopfront, "vexil.v1.ConfigService/Evaluate", data=request)
    assert answer.returncode != 0
    assert "NotFound" in answer.stderr
    assert "NAMESPACE_NOT_FOUND" in answer.stderr


def test_every_call_of_h2load_is_answered(shopfront: Shopfront, tmp_path: Path) -> None:
    program = installed("h2load", "nghttp2-client")
    encoded = REQUEST.SerializeToString()
    body = tmp_path / "request"
    body.write_bytes(struct.pack("!BI", 0, len(encoded)) + encoded)
    headers = ["-H", "content-type: application/grpc", "-H", "te: trailers"]
    scheme = "http" if shopfront.authorities is None else "https"
    url = f"{scheme}://{shopfront.target}/vexil.v1.ConfigService/Evaluate"
    command = [*program, "-n", "2000", "-c", "8", "-m", "32", "-d", str(body), *headers, url]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert re.search(r"2000 succeeded, 0 failed, 0 errored, 0 timeout", shown)
    assert re.search(r"status codes: 2000 2xx", shown)
