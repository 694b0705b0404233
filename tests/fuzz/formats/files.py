"""Files that people write, keep in repositories, apply and restore."""

import json
import random
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.fuzz.formats.format import Format
from tests.fuzz.formats.kept import KEPT
from tests.fuzz.mutations import altered, altered_json, altered_lines, damaged
from vexil.core import jsontext
from vexil.core.errors import VexilError
from vexil.core.resource import Revision
from vexil.files.formats import yaml_text
from vexil.files.formats.write import WRITERS
from vexil.files.load import load_text
from vexil.files.path import parse as parse_path
from vexil.server.backup import encryption, manifest
from vexil.server.backup.content import Undecodable, encode, pack, unpack
from vexil.server.cli.jsonlines import read_header, read_states
from vexil.server.stores.lineage import Era, Lineage

_ROOT = Path(__file__).parents[3]
_EXAMPLES = ("examples/shop/*.yaml", "examples/contact-centre/manifests/*.yaml")


def _manifest(format: Any) -> Callable[[str], object]:  # noqa: A002
    return lambda text: load_text(text, format, namespace="shop", environment="prod")


def _examples() -> Iterator[str]:
    for pattern in _EXAMPLES:
        yield from (path.read_text() for path in sorted(_ROOT.glob(pattern)))


_YAML = tuple(_examples())
_DOCUMENTS = [document for text in _YAML for document in yaml_text.parse(text)]
_JSON = tuple(json.dumps(document, default=str) for document in _DOCUMENTS)
_TOML = tuple(WRITERS["toml"]([document]) for document in map(json.loads, _JSON))


def _toml(text: str, chance: random.Random) -> str:
    """As often as not a document that was altered as JSON."""
    if chance.random() < 0.5:
        try:
            return WRITERS["toml"]([json.loads(altered_json(chance.choice(_JSON), chance))])
        except (VexilError, TypeError, AttributeError, ValueError):
            pass  # it can't be written as TOML
    return altered(text, chance)


_EXPORT = """\
{"format": "vexil-export", "version": 1, "namespace": "shop", "revision": "7", "resourceCount": "1"}
{"id": {"kind": "RESOURCE_KIND_SETTING", "environment": "prod", "key": "a"}, "revision": "7", \
"version": "1", "createRevision": "7", "changedAt": "2026-01-01T00:00:00Z", \
"resource": {"setting": {"value": {"intValue": "1"}}}}"""


def _export(text: str) -> None:
    lines = text.split("\n")
    read_header("export", lines[0])
    for _ in read_states("export", lines[1:]):
        pass


_SECRET = encryption.Secret("key file", bytes(32))


def _backup(*, encrypted: bool) -> str:
    section = manifest.Section(
        "shop", Revision(0), Revision(7), Revision(0), 1, "", Lineage((Era(1, Revision(1)),)), True,
        "ab", "cd",
        (manifest.DataFile("0001.data", "log", 7, 100, "ef", "00" * 12),),
    )  # fmt: skip
    keys = encryption.Keyring(_SECRET).begin() if encrypted else None
    made = manifest.Manifest(
        "20260101T000000000000Z",
        datetime(2026, 1, 1, tzinfo=UTC),
        "0.1.0",
        manifest.Parent("20251231T000000000000Z", "ab"),
        None if keys is None else keys.encryption,
        (section,),
    )
    return manifest.dump(made, "" if keys is None else keys.seal(made)).decode()


def _resealed(text: str, chance: random.Random) -> str:
    """Altered within, and then with the digest that fits."""
    if chance.random() < 0.2:
        return altered(text, chance)
    document = json.loads(text)
    document["manifest"] = json.loads(altered_json(json.dumps(document["manifest"]), chance))
    body = json.dumps(document["manifest"], sort_keys=True, separators=(",", ":"))
    return json.dumps({**document, "digest": sha256(body.encode()).hexdigest()})


def _read_backup(text: str) -> None:
    try:
        found, seal = manifest.load(text.encode())
    except ValueError:
        return
    encryption.Keyring(_SECRET).require(found, seal)


_COMMITS = pack([encode(commit) for commit in KEPT])


def _repacked(text: str, chance: random.Random) -> str:
    plain = zlib.decompress(text.encode("latin-1"))
    return zlib.compress(damaged(plain, chance)).decode("latin-1")


def _read_data(text: str) -> None:
    for _ in unpack(text.encode("latin-1", "replace"), 1000):
        pass


FILES: Mapping[str, Format] = {
    "manifest (yaml)": Format((*_YAML, *_JSON), _manifest("yaml")),
    "manifest (json)": Format(_JSON, _manifest("json")),
    "manifest (toml)": Format(_TOML, _manifest("toml"), vary=_toml),
    "export": Format((_EXPORT,), _export, vary=altered_lines),
    "manifest of a backup": Format(
        (_backup(encrypted=False), _backup(encrypted=True)), _read_backup, vary=_resealed
    ),
    "data of a backup": Format((_COMMITS.decode("latin-1"),), _read_data, (Undecodable,), _repacked),
    "JSON value": Format(('{"a": [1, 2.5, "x", null, true]}',), jsontext.parse, (jsontext.JsonProblem,)),
    "path": Format(
        ("settings.banner.rules[0].serve", 'labels["a b"][3]'), parse_path, (VexilError, ValueError)
    ),
}
