"""A sensitive value, looked for wherever a server, its store and its tools leave something.

What is not sensitive is looked for in the same way, so that a place where nothing would be found is noticed.
"""

import base64
import subprocess
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from redis import Redis

from tests.acceptance.store.backends import new_tables
from tests.e2e.cli import VEXIL, Cli
from tests.support.engines.dynamodb import Database
from tests.support.queues import queues_of
from tests.support.server import ServerProcess, server_process
from vexil.client import Client

CANARY = "canary-7d41c6e2-is-a-sensitive-value"
PLAIN = "plain-93b0aa5f-is-any-other-value"
MANIFEST = f"""\
namespace: {{name: shop}}
environments: {{prod: {{}}}}
definitions:
  token:
    type: string
    sensitive: true
    max_length: 50
    allowed: [{CANARY}, {CANARY}-later]
    default: {CANARY}
  document: {{type: json, sensitive: true, json_schema: '{{"type": "object"}}'}}
---
namespace: shop
environment: prod
settings:
  token: {CANARY}
  document: {{value: {{secret: {CANARY}}}}}
  plain: {PLAIN}
  flag:
    variants: {{a: {PLAIN}, b: other}}
    serve: a
"""
SHOWN = [
    ("get", "token"),
    ("get", "token", "-o", "json"),
    ("get", "plain"),
    ("list",),
    ("list", "-o", "json"),
    ("history",),
    ("history", "token"),
    ("history", "token", "-o", "json"),
    ("diff", "1"),
    ("diff", "1", "-o", "json"),
    ("export",),
    ("export", "--format", "json"),
    ("export", "--format", "jsonl"),
]
WRONG = [
    ("set", "token", f"{CANARY}-{CANARY}"),
    ("set", "token", f"{CANARY}-unknown"),
    ("set", "token", CANARY, "--type", "int"),
    ("set", "document", f'["{CANARY}"]', "--type", "json"),
]
HOLDS_PLAIN = {"store", "backup", "audit export", "command output", "saved state"}
"""Places where values are; in the others not even those that are not sensitive."""

PLACES = sorted(HOLDS_PLAIN | {"log", "errors", "audit journal", "audit search", "explanation", "metrics"})
ELSEWHERE = ["announcements", "redis"]


def has(content: bytes, text: str) -> bool:
    """Whether the text is in it, as it is or in one of the forms in which stores and protocols write."""
    wanted = text.encode()
    forms = [wanted, wanted.hex().encode(), text.encode("utf-16-le")]
    # Wherever it begins, all but the edges is the same in base64.
    forms += [base64.b64encode(b"\0" * shift + wanted)[4:-4] for shift in range(3)]
    return any(form in content for form in forms)


@dataclass
class Premises:
    """A store with all that belongs to it, and what was found where."""

    directory: Path
    store: str
    variables: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    stored: Callable[[], bytes] = bytes
    found: dict[str, bytes] = field(default_factory=dict)

    def cli(self, target: str, token: str = "") -> Cli:
        """Commands as whoever has the token."""
        return Cli(target, self.directory, "shop", variables={**self.variables, "VEXIL_TOKEN": token})

    def note(self, place: str, content: bytes | str) -> None:
        """Adds to what was found at a place."""
        self.found[place] = self.found.get(place, b"") + (
            content.encode() if isinstance(content, str) else content
        )


def unpacked(content: bytes) -> bytes:
    """The content, and what is packed in it behind a first byte, or from the beginning on."""
    found = content
    for begin in (0, 1):
        with suppress(zlib.error):
            found += b"\n" + zlib.decompress(content[begin:])
    return found


def files(directory: Path) -> bytes:
    """All that is in the files below, also what is packed."""
    return b"\n".join(unpacked(path.read_bytes()) for path in sorted(directory.rglob("*")) if path.is_file())


def items(database: Database) -> bytes:
    """All that is in the tables, also what is packed."""
    parts: list[bytes] = []

    def take(value: Any) -> None:
        match value:
            case dict():
                for name, inner in value.items():
                    take(name)
                    take(inner)
            case list():
                for inner in value:
                    take(inner)
            case bytes():
                parts.append(unpacked(value))
            case _:
                parts.append(str(value).encode())

    with closing(database.client()) as client:
        for table in client.list_tables()["TableNames"]:
            for page in client.get_paginator("scan").paginate(TableName=table):
                take(page["Items"])
    return b"\n".join(parts)


def refusal(cli: Cli, *arguments: str) -> str:
    """What is said when a command is refused."""
    ended = subprocess.run(
        [*VEXIL, *arguments], capture_output=True, text=True, env=cli.environ, cwd=cli.directory, check=False
    )
    assert ended.returncode != 0
    return ended.stdout + ended.stderr


def live(premises: Premises, server: ServerProcess, admin_token: str) -> None:
    """What happens to a sensitive value in its life, by everybody who may have to do with it."""
    admin = premises.cli(server.target, admin_token)

    def key(role: str) -> str:
        made = admin("access", "key", "create", "--role", role, "--in-namespace", "shop")
        return made.out.strip()

    admin.apply(MANIFEST)
    admin("set", "token", f"{CANARY}-later")
    viewer = premises.cli(server.target, key("viewer"))
    for arguments in SHOWN:
        premises.note("command output", viewer(*arguments).out)
    premises.note("command output", viewer("watch", "--from-revision", "1", "--count", "1").out)
    premises.note("explanation", viewer("explain", "token").out)
    premises.note("explanation", viewer("explain", "token", "-o", "json").out)
    for arguments in WRONG:
        premises.note("errors", refusal(admin, *arguments))
    premises.note("errors", refusal(viewer, "set", "token", CANARY))
    mistyped = premises.directory / "mistyped.yaml"
    mistyped.write_text(MANIFEST.replace(f"token: {CANARY}\n", f"token: {{type: int, value: {CANARY}}}\n"))
    premises.note("errors", refusal(admin, "apply", "-f", str(mistyped)))
    premises.note("audit search", admin("audit", "search", "-o", "json").out)
    saved = premises.directory / "saved"
    program: Any = {"namespace": "shop", "environment": "prod", "token": key("client")}
    with Client(server.target, cache_path=saved, **program) as sdk:
        assert sdk.get_string("token", "") == f"{CANARY}-later"
    premises.note("saved state", files(saved) if saved.is_dir() else saved.read_bytes())
    address = server.wait_for("metrics")["address"]
    with urlopen(f"http://{address}/metrics") as answer:
        premises.note("metrics", answer.read())


def live_through(premises: Premises) -> None:
    """Starts a server, has all of that happen, ends it, and looks at what is left."""
    journal, backups = premises.directory / "journal", premises.directory / "backups"
    admin_token = premises.cli("")("access", "init", "--store", premises.store).out.strip()
    settings = {
        "authentication": "required",
        "audit_journal": journal,
        "audit_reads": 1,
        "log_level": "debug",
        "metrics_listen": "127.0.0.1:0",
        **premises.settings,
    }
    with server_process(premises.store, premises.variables, **settings) as server:
        live(premises, server, admin_token)
        # While it runs: nothing was tidied up.
        premises.note("store", premises.stored())
        assert server.terminate() == 0
        premises.note("log", str(server.lines))
    offline = premises.cli("")
    offline("audit", "export", "--store", premises.store, "--to", "audit.jsonl")
    offline("backup", "create", "--store", premises.store, "--to", str(backups))
    premises.note("audit export", (premises.directory / "audit.jsonl").read_bytes())
    premises.note("audit journal", files(journal))
    premises.note("backup", files(backups))
    premises.note("store", premises.stored())


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Premises:
    """A file, and a keyring."""
    directory = tmp_path_factory.mktemp("sqlite")
    (directory / "store").mkdir()
    premises = Premises(
        directory,
        f"sqlite:{directory / 'store' / 'vexil.db'}",
        settings={"encryption_keys": f"file:{directory / 'ring'}"},
        stored=lambda: files(directory / "store"),
    )
    premises.cli("")("keys", "create", "ring")
    live_through(premises)
    return premises


@pytest.fixture(scope="module")
def on_aws(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Premises]:
    """Tables of DynamoDB Local, a key of KMS, announcements to SQS, and hints through Redis."""
    engine, moto, redis = map(request.getfixturevalue, ("dynamodb", "moto_server", "redis_server"))
    account = moto.account()
    database = Database(engine.endpoint, account.region, account.access_key, account.secret_key)
    with ExitStack() as stack:
        queues = stack.enter_context(queues_of(account))
        kms = stack.enter_context(closing(account.session().client("kms", endpoint_url=account.endpoint)))
        variables = {**account.variables(), **database.variables()}
        queue, url = queues.queue("changes"), f"{redis.url}/15"
        client = stack.enter_context(Redis.from_url(url))
        heard = stack.enter_context(closing(client.pubsub(ignore_subscribe_messages=True)))
        heard.psubscribe("*")
        premises = Premises(
            tmp_path_factory.mktemp("aws"),
            f"dynamodb:{new_tables(database).table}",
            variables,
            settings={
                "announce": f"sqs:{queue}",
                "hints": url,
                "encryption_keys": f"kms:{kms.create_key()['KeyMetadata']['Arn']}",
            },
            stored=lambda: items(database),
        )
        live_through(premises)
        for message in queues.receive_all(queue):
            premises.note("announcements", f"{message.body} {message.attributes}\n")
        while (told := heard.get_message(timeout=1)) is not None:
            premises.note("redis", str(told))
        for name in client.scan_iter():
            premises.note("redis", name + bytes(client.dump(name) or b""))
        yield premises


def check(premises: Premises, place: str) -> None:
    content = premises.found[place]
    assert content
    assert not has(content, CANARY)
    assert has(content, PLAIN) is (place in HOLDS_PLAIN)


@pytest.mark.parametrize("place", PLACES)
def test_a_sensitive_value_is_not_left_behind(place: str, on_sqlite: Premises) -> None:
    check(on_sqlite, place)


@pytest.mark.parametrize("place", PLACES + ELSEWHERE)
def test_a_sensitive_value_is_not_left_behind_in_aws(place: str, on_aws: Premises) -> None:
    check(on_aws, place)


def test_a_text_is_found_in_whatever_form() -> None:
    for prefix in (b"", b"a", b"ab"):
        assert has(base64.b64encode(prefix + CANARY.encode() + b"more"), CANARY)
    assert has(CANARY.encode().hex().encode(), CANARY)
    assert not has(PLAIN.encode(), CANARY)
