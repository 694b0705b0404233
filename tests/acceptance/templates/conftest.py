"""S3's protocol: moto's server, and one that answers as a test says."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.support.engines.moto import Account, MotoServer
from vexil.server.templates.s3_objects import S3Objects

Answer = Callable[[BaseHTTPRequestHandler], None]


class ScriptedS3:
    """An HTTP server; `answer` writes what it says to a GET, `requests` are the headers of those so far."""

    def __init__(self) -> None:
        self.answer: Answer = lambda handler: handler.send_error(500)
        self.requests: list[dict[str, str]] = []
        self.release = threading.Event()
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                scripted.requests.append({name.lower(): value for name, value in self.headers.items()})
                scripted.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Nobody listens there any more."""
        self.release.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def account(moto_server: MotoServer, monkeypatch: pytest.MonkeyPatch) -> Account:
    account = moto_server.account()
    for name, value in account.variables().items():
        if name != "AWS_ENDPOINT_URL":  # the setting has to do
            monkeypatch.setenv(name, value)
    return account


@pytest.fixture
def bucket(account: Account) -> Iterator[Any]:
    """The bucket `flows` as boto3 has it."""
    s3 = account.session().resource("s3", endpoint_url=account.endpoint)
    bucket = s3.Bucket("flows")
    bucket.create(CreateBucketConfiguration={"LocationConstraint": account.region})
    yield bucket
    bucket.object_versions.delete()
    bucket.objects.delete()
    bucket.delete()
    s3.meta.client.close()


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedS3]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    server = ScriptedS3()
    try:
        yield server
    finally:
        server.close()


@pytest.fixture
def objects(scripted: ScriptedS3) -> Iterator[S3Objects]:
    objects = S3Objects(scripted.endpoint)
    yield objects
    objects.close()
