"""Backups, and what was found in them, for people and for machines."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import printable

if TYPE_CHECKING:
    from vexil.server.backup.manifest import Manifest
    from vexil.server.backup.restoration import Restored
    from vexil.server.backup.verification import Report


def backup_kind(manifest: "Manifest") -> str:
    """Whether it holds everything or what was new."""
    return "full" if manifest.parent is None else "incremental"


def backup_protection(manifest: "Manifest") -> str:
    """How its files are protected."""
    encryption = manifest.encryption
    return "not encrypted" if encryption is None else f"AES-256-GCM, {encryption.source}"


def backups_table(manifests: Iterable["Manifest"]) -> Table:
    """A line for each backup; the id says when it was made, in UTC."""
    return table(
        ("BACKUP", "KIND", "NAMESPACES", "COMMITS", "SIZE", "KEY"),
        (
            (
                printable(each.id),
                backup_kind(each),
                str(len(each.sections)),
                f"{each.commits:,}",
                decimal(each.size),
                "none" if each.encryption is None else each.encryption.source,
            )
            for each in manifests
        ),
    )


def backup_document(manifest: "Manifest") -> dict[str, Any]:
    """A backup as a JSON value; revisions are texts, as in protobuf's JSON."""
    return {
        "id": manifest.id,
        "createdAt": manifest.created_at.isoformat(),
        "kind": backup_kind(manifest),
        "parent": None if manifest.parent is None else manifest.parent.id,
        "encrypted": manifest.encryption is not None,
        "bytes": manifest.size,
        "commits": manifest.commits,
        "namespaces": [
            {
                "namespace": section.namespace,
                "revision": str(section.revision),
                "compactRevision": str(section.compact_revision),
                "epoch": str(section.epoch),
                "stateDigest": section.state,
            }
            for section in manifest.sections
        ],
    }


def report_lines(report: "Report") -> Iterator[Text]:
    """What is wrong, then how many backups can be restored."""
    for finding in report.findings:
        yield Text(f"✗ {printable(finding.file)}: {printable(finding.problem)}", "red")
        yield Text(f"    {finding.advice}")
    for name in report.leftovers:
        yield Text(
            f"! {printable(name)} broke off and counts for nothing; the next create or prune removes it."
        )
    style = "green" if len(report.sound) == len(report.backups) else "bold"
    yield Text(f"{len(report.sound)} of {len(report.backups)} backups are whole and can be restored.", style)


def report_document(report: "Report") -> dict[str, Any]:
    """The same as a JSON value."""
    return {
        "backups": list(report.backups),
        "sound": list(report.sound),
        "findings": [
            {
                "backup": finding.backup,
                "file": finding.file,
                "problem": finding.problem,
                "advice": finding.advice,
            }
            for finding in report.findings
        ],
        "leftovers": list(report.leftovers),
    }


def restored_table(restored: Sequence["Restored"]) -> Table:
    """A line for each namespace."""
    return table(
        ("NAMESPACE", "REVISION", "KEPT AFTER", "EPOCH"),
        (
            (printable(each.namespace), str(each.revision), str(each.compact_revision), str(each.epoch))
            for each in restored
        ),
    )


def permissions_note(manifest: "Manifest", store: str, restored: Sequence["Restored"]) -> Iterator[str]:
    """What became of permissions, where the backup has any."""
    if SYSTEM_NAMESPACE in _left_out(manifest, restored):
        yield (
            f"Permissions ({SYSTEM_NAMESPACE}) were left out: no key and no user of before is accepted. "
            f"`vexil access init --store {store}` makes a first key; --with-access restores them."
        )
    elif any(each.namespace == SYSTEM_NAMESPACE for each in restored):
        yield (
            f"Permissions are those of {manifest.created_at:%Y-%m-%d %H:%M} UTC again. "
            "Revoke what was revoked since: keys, users and bindings."
        )


def _left_out(manifest: "Manifest", restored: Sequence["Restored"]) -> Sequence[str]:
    there = {each.namespace for each in restored}
    return [section.namespace for section in manifest.sections if section.namespace not in there]


def restored_document(manifest: "Manifest", store: str, restored: Sequence["Restored"]) -> dict[str, Any]:
    """The same as a JSON value; `leftOut` are namespaces of the backup that were not restored."""
    return {
        "backup": manifest.id,
        "store": store,
        "namespaces": [
            {
                "namespace": each.namespace,
                "revision": str(each.revision),
                "compactRevision": str(each.compact_revision),
                "epoch": str(each.epoch),
            }
            for each in restored
        ],
        "leftOut": _left_out(manifest, restored),
    }
