"""Entries as JSON values: who, from where, when, and what was before and after.

A line can be verified without the store: it has the digest of each content, and, where the content is shown,
the key that the digest was made with. Of sensitive contents neither is shown, so that nobody finds out short
ones by trying; but the fingerprints of values that were encrypted are, by which they can be compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict, ParseError

from vexil.convert.audit import contents_of, entry_of
from vexil.convert.resources import resource_to_proto
from vexil.core.audit.entry import Entry, EntryChange, content_digest, content_key
from vexil.core.audit.seal import Seal
from vexil.core.errors import DataLoss, InvalidRequest
from vexil.core.resource import Commit, Deleted, Kind, Resource, ResourceChange, ResourceId
from vexil.core.sensitivity import fingerprints_of
from vexil.core.setting import Definition
from vexil.v1 import resource_pb2

SCHEMA = "vexil.audit.entry.v1"


@dataclass(slots=True)
class Shower:
    """Makes the lines of one namespace, oldest first; begins with the state before the first of them.

    `hidden`: keys of settings that are sensitive, of whatever revision: those whose values are not shown.
    """

    hidden: set[str]
    newest: dict[ResourceId, Resource] = field(default_factory=dict)

    def line(self, commit: Commit) -> dict[str, Any]:
        """The next line."""
        for change in commit.changes:
            self._note(change)
        salt = b"" if commit.seal is None else commit.seal.salt
        entry = entry_of(commit, salt, contents_of(commit))
        changes = [
            {**_change(digests), **self._contents(change, content_key(salt, place))}
            for place, (change, digests) in enumerate(zip(commit.changes, entry.changes, strict=True))
        ]
        return {**_head(entry), "changes": changes}

    def _note(self, change: ResourceChange) -> None:
        definition = None if isinstance(change, Deleted) else change.resource
        if isinstance(definition, Definition) and definition.sensitive:
            self.hidden.add(change.id.key)

    def _contents(self, change: ResourceChange, key: bytes) -> dict[str, Any]:
        before = self.newest.pop(change.id, None)
        after = None if isinstance(change, Deleted) else change.resource
        if after is not None:
            self.newest[change.id] = after
        held = [each for each in (before, after) if each is not None]
        if self._is_hidden(change.id) or any(_holds_secret(each) for each in held):
            return {"sensitive": True, **_fingerprints(before=before, after=after)}
        shown: dict[str, Any] = {}
        if before is not None:
            shown["before"] = _shown(before)
        if after is not None:
            shown |= {"after": _shown(after), "contentKey": key.hex()}
        return shown

    def _is_hidden(self, id: ResourceId) -> bool:
        return id.kind in {Kind.SETTING, Kind.DEFINITION} and id.key in self.hidden


def read_line(document: Mapping[str, Any]) -> Entry:
    """The entry of a line. Raises InvalidRequest for what is no line, DataLoss for a content that differs."""
    try:
        entry = _read(document)
        for change, read in zip(document["changes"], entry.changes, strict=True):
            _require_same(change, read, entry)
    except (KeyError, TypeError, ValueError, AttributeError, ParseError) as error:
        raise InvalidRequest("it is no line of an audit export") from error
    return entry


def _head(entry: Entry) -> dict[str, Any]:
    seal = entry.seal
    return {
        "schema": SCHEMA,
        "namespace": entry.namespace,
        "revision": str(entry.revision),
        "committedAt": str(entry.committed_at),
        "author": entry.author,
        "peer": entry.peer,
        "authentication": entry.authentication,
        "message": entry.message,
        "requestId": entry.request_id,
        "labels": dict(entry.labels),
        "previous": None if seal is None else seal.previous.hex(),
        "chain": None if seal is None else seal.chain.hex(),
    }


def _change(change: EntryChange) -> dict[str, Any]:
    return {
        "kind": Kind(change.kind).name.lower(),
        "environment": change.environment,
        "key": change.key,
        "version": str(change.version),
        "revision": str(change.revision),
        "createRevision": str(change.create_revision),
        "changedAt": str(change.changed_at),
        "action": _action(change),
        "digest": change.content.hex(),
    }


def _action(change: EntryChange) -> str:
    if not change.content:
        return "deleted"
    return "created" if change.create_revision == change.revision else "updated"


def _holds_secret(resource: Resource) -> bool:
    """Whether there is something in it that no reader gets."""
    return resource_to_proto(resource, stored=True) != resource_to_proto(resource)


def _fingerprints(**held: Resource | None) -> dict[str, Any]:
    """Before and after: the fingerprints of the values by their paths, for those that have one."""
    found: dict[str, Any] = {}
    for name, resource in held.items():
        if resource is not None and (fingerprints := fingerprints_of(resource)):
            found[name] = fingerprints
    return {"fingerprints": found} if found else {}


def _shown(resource: Resource) -> Any:
    message = resource_to_proto(resource, stored=True)
    return MessageToDict(message, preserving_proto_field_name=True)


def _read(document: Mapping[str, Any]) -> Entry:
    if document["schema"] != SCHEMA:
        raise ValueError(document["schema"])
    return Entry(
        namespace=_text(document["namespace"]),
        revision=_number(document["revision"]),
        committed_at=_number(document["committedAt"]),
        author=_text(document["author"]),
        peer=_text(document["peer"]),
        authentication=_text(document["authentication"]),
        message=_text(document["message"]),
        request_id=_text(document["requestId"]),
        labels={_text(name): _text(value) for name, value in document["labels"].items()},
        changes=tuple(_read_change(change) for change in document["changes"]),
        seal=_read_seal(document),
    )


def _read_change(document: Mapping[str, Any]) -> EntryChange:
    return EntryChange(
        int(Kind[document["kind"].upper()]),
        _text(document["environment"]),
        _text(document["key"]),
        _number(document["version"]),
        _number(document["revision"]),
        _number(document["createRevision"]),
        _number(document["changedAt"]),
        bytes.fromhex(document["digest"]),
    )


def _read_seal(document: Mapping[str, Any]) -> Seal | None:
    if document["chain"] is None:
        return None
    return Seal(bytes.fromhex(document["previous"]), bytes.fromhex(document["chain"]), b"")


def _require_same(document: Mapping[str, Any], change: EntryChange, entry: Entry) -> None:
    if "after" not in document:
        return
    content = ParseDict(document["after"], resource_pb2.Resource()).SerializeToString(deterministic=True)
    if content_digest(bytes.fromhex(document["contentKey"]), content) != change.content:
        raise DataLoss(
            f"revision {entry.revision} of {entry.namespace!r}: what is shown of {change.key!r} is not what "
            "its digest is of",
            metadata={"namespace": entry.namespace, "revision": str(entry.revision)},
        )


def _number(value: Any) -> int:
    found = int(value)
    if not -(2**63) <= found < 2**63:
        raise ValueError(found)
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
