"""Manifests that somebody changed with care."""

import json
from hashlib import sha256
from pathlib import Path


def rewritten(path: Path, place: tuple[str | int, ...], value: object) -> str:
    """A manifest with another value and the digest that fits it."""
    document = json.loads(path.read_text())
    inner = document
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    body = json.dumps(document["manifest"], sort_keys=True, separators=(",", ":")).encode()
    return json.dumps({**document, "digest": sha256(body).hexdigest()})
