"""Default secrets: there are none, so a server on which nothing was set up lets nobody in."""

import base64
import hashlib
import hmac
import json
import subprocess
import sys
import time
from collections.abc import Iterator

import grpc
import grpc.aio
import pytest

from tests.support.secured import bearer
from tests.support.server import PATIENCE, running_server
from vexil.client.rpc import AioAccessStub, AioUserStub
from vexil.server.settings import TransportName
from vexil.v1.access_service_pb2 import WhoAmIRequest
from vexil.v1.user_service_pb2 import LogInRequest

NAMES = ("admin", "root", "vexil", "nacos", "apollo", "user", "test", "key:admin")
WORDS = (
    *NAMES,
    "",
    "password",
    "changeme",
    "secret",
    "default",
    "123456",
    "vexil-secret",
    "null",
    "undefined",
)
SIGNING = (
    *WORDS,
    "SecretKey012345678901234567890123456789012345678901234567890123456789",  # Nacos, CVE-2021-43116
    "your-256-bit-secret",  # what jwt.io shows
)


def tokens() -> Iterator[str]:
    yield from WORDS
    yield from (f"vxk_{word}" for word in WORDS)
    yield f"vxk_{'0' * 16}_{'0' * 64}"
    for secret in SIGNING:
        claims = {"sub": "nacos", "iss": "vexil", "aud": "vexil", "exp": int(time.time()) + 600}
        parts = [encoded(json.dumps(each).encode()) for each in ({"alg": "HS256", "kid": "1"}, claims)]
        signed = ".".join(parts)
        yield f"{signed}.{encoded(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256))}"


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


async def test_default_secrets_open_nothing(transport: TransportName) -> None:
    async with (
        running_server(transport=transport, authentication="required") as server,
        grpc.aio.insecure_channel(server.target) as channel,
    ):
        access = AioAccessStub(channel)
        for token in tokens():
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await access.who_am_i(WhoAmIRequest(), metadata=bearer(token), timeout=PATIENCE)
            assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED, token


async def test_default_secrets_log_nobody_in(transport: TransportName) -> None:
    async with (
        running_server(transport=transport, authentication="required") as server,
        grpc.aio.insecure_channel(server.target) as channel,
    ):
        users = AioUserStub(channel)
        for name in NAMES:
            request = LogInRequest(name=name, password=name)
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await users.log_in(request, timeout=PATIENCE)
            assert refused.value.code() in {
                grpc.StatusCode.UNAUTHENTICATED,
                grpc.StatusCode.INVALID_ARGUMENT,
                grpc.StatusCode.RESOURCE_EXHAUSTED,  # who guesses so often has to wait
            }


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ((), "cert_file"),
        (("--insecure", "--authentication=off"), "insecure_no_authentication"),
        (("--metrics-listen=0.0.0.0:0", "--insecure"), "insecure_metrics"),
        (("--insecure", "--channelz"), "channelz"),
        (("--insecure", "--encryption-keys=file:keys.json"), "insecure_keyring"),
    ],
)
def test_server_that_would_be_open_to_others_refuses_to_start(flags: tuple[str, ...], said: str) -> None:
    command = [
        sys.executable,
        "-m",
        "vexil.server.cli",
        "serve",
        "--listen=0.0.0.0:0",
        "--store=memory",
        *flags,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert "serving" not in done.stderr
