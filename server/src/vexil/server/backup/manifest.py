"""The manifest of a backup: what is in it, and what it follows, as JSON."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, cast

from vexil.core.resource import Revision
from vexil.server.stores.lineage import Era, Lineage

FORMAT = 1
"""The format that this release writes, and the newest that it reads."""

ID = re.compile(r"\d{8}T\d{12}Z")
"""What the ids of backups look like: the time of their beginning, in UTC, to the microsecond."""

_FILE_NAME = re.compile(r"\d{4,6}\.data")

Source = Literal["key file", "passphrase"]

Content = Literal["base", "log"]
"""`base`: what was live at a compacted revision, under the revisions that wrote it. `log`: commits."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of commits.

    `size`, in bytes, and `sha256` are those of the file; `nonce` (hexadecimal) is empty where it is plain.
    """

    name: str
    content: Content
    commits: int
    size: int
    sha256: str
    nonce: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One namespace, from `after` (not included) to its head.

    A `whole` one begins with the state at `after`; another one follows the section of the parent. `state` is
    the digest of the state at `revision`, `newest` that of the commit there, empty where that was compacted.
    `home` and `lineage` are what the store knew of regions, `chain` is the audit chain at `revision`
    (hexadecimal; empty where there was none).
    """

    namespace: str
    after: Revision
    revision: Revision
    compact_revision: Revision
    epoch: int
    home: str
    lineage: Lineage
    whole: bool
    state: str
    newest: str
    files: tuple[DataFile, ...]
    chain: str = ""


@dataclass(frozen=True, slots=True)
class Parent:
    """The backup that another one follows, and the digest of its manifest."""

    id: str
    digest: str


@dataclass(frozen=True, slots=True)
class Encryption:
    """How files are encrypted: AES-256-GCM, with keys from `source` and `salt` (hexadecimal).

    `work` is the base-two logarithm of scrypt's cost for passphrases (RFC 7914), 0 for key files.
    """

    source: Source
    salt: str
    work: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup. `id` tells when it was begun, and orders backups; `release` is Vexil's."""

    id: str
    created_at: datetime
    release: str
    parent: Parent | None
    encryption: Encryption | None
    sections: tuple[Section, ...]

    @property
    def size(self) -> int:
        """Bytes of all its data files."""
        return sum(file.size for section in self.sections for file in section.files)

    @property
    def commits(self) -> int:
        """Commits in its files, without those that a base stands for."""
        return sum(
            file.commits for section in self.sections for file in section.files if file.content == "log"
        )

    @property
    def body(self) -> bytes:
        """The content as bytes that are always the same: what digest and seal are of."""
        return json.dumps(_to_document(self), sort_keys=True, separators=(",", ":")).encode()

    @property
    def digest(self) -> str:
        """SHA-256 of the body."""
        return sha256(self.body).hexdigest()

    def section(self, namespace: str) -> Section | None:
        """The section of a namespace, or None."""
        return next((each for each in self.sections if each.namespace == namespace), None)


def dump(manifest: Manifest, seal: str) -> bytes:
    """The file; `seal` is empty for a backup that is not encrypted."""
    return (json.dumps(_whole(manifest, seal), indent=1) + "\n").encode()


def load(content: bytes) -> tuple[Manifest, str]:
    """A manifest and its seal. Raises ValueError, which says what is wrong."""
    try:
        document = json.loads(content)
        body = document["manifest"]
        if body["format"] > FORMAT:
            raise ValueError(
                f"it has format {body['format']}, and this release reads up to {FORMAT}; use a later one"
            )
        manifest, seal = _from_document(body), str(document["seal"])
        if document != _whole(manifest, seal):
            raise ValueError("it differs from what was written")
    except (
        json.JSONDecodeError,
        UnicodeDecodeError,
        RecursionError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        raise ValueError("it is no manifest, or was changed") from error
    return manifest, seal


def _whole(manifest: Manifest, seal: str) -> dict[str, Any]:
    return {"manifest": _to_document(manifest), "digest": manifest.digest, "seal": seal}


def _to_document(manifest: Manifest) -> dict[str, Any]:
    parent, encryption = manifest.parent, manifest.encryption
    return {
        "format": FORMAT,
        "id": manifest.id,
        "createdAt": manifest.created_at.isoformat(),
        "release": manifest.release,
        "parent": None if parent is None else {"id": parent.id, "digest": parent.digest},
        "encryption": None
        if encryption is None
        else {
            "cipher": "AES-256-GCM",
            "source": encryption.source,
            "salt": encryption.salt,
            "work": encryption.work,
        },
        "namespaces": [_from_section(section) for section in manifest.sections],
    }


def _from_section(section: Section) -> dict[str, Any]:
    return {
        "namespace": section.namespace,
        "after": section.after,
        "revision": section.revision,
        "compactRevision": section.compact_revision,
        "epoch": section.epoch,
        "home": section.home,
        "lineage": [[era.epoch, era.first] for era in section.lineage.eras],
        "whole": section.whole,
        "state": section.state,
        "newest": section.newest,
        "chain": section.chain,
        "files": [
            {
                "name": file.name,
                "content": file.content,
                "commits": file.commits,
                "size": file.size,
                "sha256": file.sha256,
                "nonce": file.nonce,
            }
            for file in section.files
        ],
    }


def _from_document(body: Mapping[str, Any]) -> Manifest:
    parent, encryption = body["parent"], body["encryption"]
    return Manifest(
        _matching(ID, body["id"]),
        datetime.fromisoformat(body["createdAt"]),
        body["release"],
        None if parent is None else Parent(_matching(ID, parent["id"]), parent["digest"]),
        None
        if encryption is None
        else Encryption(
            encryption["source"], bytes.fromhex(encryption["salt"]).hex(), _number(encryption["work"])
        ),
        tuple(_to_section(each) for each in cast("Sequence[Mapping[str, Any]]", body["namespaces"])),
    )


def _to_section(document: Mapping[str, Any]) -> Section:
    return Section(
        document["namespace"],
        Revision(_number(document["after"])),
        Revision(_number(document["revision"])),
        Revision(_number(document["compactRevision"])),
        _number(document["epoch"]),
        document["home"],
        Lineage(tuple(Era(epoch, Revision(first)) for epoch, first in document["lineage"])),
        document["whole"],
        document["state"],
        document["newest"],
        tuple(
            DataFile(
                _matching(_FILE_NAME, file["name"]),
                file["content"],
                _number(file["commits"]),
                _number(file["size"]),
                file["sha256"],
                file["nonce"],
            )
            for file in document["files"]
        ),
        bytes.fromhex(document.get("chain", "")).hex(),
    )


def _matching(pattern: re.Pattern[str], text: str) -> str:
    """A name, which never leads out of the directory."""
    if pattern.fullmatch(text) is None:
        raise ValueError(f"it names {text!r}, which no backup has")
    return text


def _number(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise TypeError(value)
    return value
