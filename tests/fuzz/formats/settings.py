"""Files that configure Vexil itself, or that it keeps for itself."""

import json
import logging
import random
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from cyclopts import CycloptsError

from tests.fuzz.formats.format import Format, in_file
from tests.fuzz.formats.kept import KEPT
from tests.fuzz.mutations import altered, damaged
from vexil.client.cache import DiskCache
from vexil.client.options import ClientOptions
from vexil.client.replica.saved_state import SavedState
from vexil.core.errors import VexilError
from vexil.core.resource import ResourceState, Revision
from vexil.core.view import View
from vexil.server.backup.encryption import Secret
from vexil.server.cli import contexts
from vexil.server.cli.inputs import read_json_object
from vexil.server.cli.serve import app
from vexil.server.encryption.keyring import Keyring

_KEYRING = json.dumps({"primary": "a", "keys": {"a": "A" * 43 + "=", "b": "B" * 43 + "="}})
_CONTEXTS = """\
current = "local"
[contexts.local]
target = "127.0.0.1:7350"
namespace = "shop"
tls = true
token_expires_at = "2026-01-01T00:00:00Z"
"""
_SERVER = """\
listen = "127.0.0.1:7350"
store = "sqlite:vexil.db"
drain_seconds = 5.0
allow_from = "10.0.0.0/8,::1"
max_message_bytes = 4194304
reflection = true
"""
_OPTIONS = ClientOptions(namespace="shop", environment="prod")


def _server(path: Path) -> None:
    app.parse_args(["--config", str(path)], print_error=False, exit_on_error=False)


def _cache(path: Path) -> None:
    # Each refusal is a warning.
    logging.getLogger("vexil.client").disabled = True
    try:
        DiskCache(path, _OPTIONS).load()
    finally:
        logging.getLogger("vexil.client").disabled = False


def _saved(path: Path) -> str:
    states = [each for commit in KEPT for each in commit.changes if isinstance(each, ResourceState)]
    view = View.of("shop", "prod", Revision(3), [each for each in states if each.id.environment == "prod"])
    DiskCache(path, _OPTIONS).save(SavedState(view, b"token"))
    return path.read_bytes().decode("latin-1")


def _resummed(text: str, chance: random.Random) -> str:
    """Altered behind the first line, which then has the checksum that fits."""
    first, _, body = text.partition("\n")
    line, _, states = body.partition("\n")
    if chance.random() < 0.5:
        line = altered(line, chance).encode("utf-8", "replace").decode("latin-1")
    content = line.encode("latin-1") + b"\n" + damaged(states.encode("latin-1"), chance)
    digest = sha256(content).hexdigest()
    return f"{first.rpartition(' ')[0]} {digest}\n" + content.decode("latin-1")


SETTINGS: Mapping[str, Format] = {
    "configuration of the server": Format((_SERVER,), in_file(_server), (VexilError, CycloptsError)),
    "contexts of the command line": Format((_CONTEXTS,), in_file(contexts.load)),
    "object for the command line": Format(
        ('{"plan": "pro", "age": 42}',), in_file(lambda path: read_json_object(path, "{}"))
    ),
    "keyring": Format((_KEYRING,), in_file(Keyring.read)),
    "key of backups": Format(("00" * 32,), in_file(Secret.from_key_file)),
    "cache of a client": Format((in_file(_saved)(""),), in_file(_cache, "latin-1"), (), _resummed),
}
