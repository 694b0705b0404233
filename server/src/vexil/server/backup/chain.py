"""Chains: a backup, and all that it builds upon."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vexil.core.resource import Commit, Revision
from vexil.server.backup.content import Undecodable, unpack
from vexil.server.backup.encryption import Keyring, Keys
from vexil.server.backup.failures import BackupDamaged, KeyRefused, NoSuchBackup
from vexil.server.backup.manifest import Content, Manifest, Section
from vexil.server.backup.vault import MANIFEST, Vault


@dataclass(frozen=True, slots=True)
class Link:
    """A backup of a chain, with the keys to its files; None: they are plain."""

    manifest: Manifest
    keys: Keys | None


@dataclass(frozen=True, slots=True)
class Part:
    """A namespace's section of a backup."""

    link: Link
    section: Section


@dataclass(frozen=True, slots=True)
class Chain:
    """From the backup with everything, the first, to the one that is asked for."""

    links: Sequence[Link]

    @property
    def newest(self) -> Manifest:
        """The backup that is asked for."""
        return self.links[-1].manifest

    def parts(self, namespace: str) -> Sequence[Part]:
        """What a namespace is put together from, oldest first. Raises NoSuchBackup, BackupDamaged."""
        found: list[Part] = []
        for link in reversed(self.links):
            section = link.manifest.section(namespace)
            if section is None:
                break
            found.append(Part(link, section))
            if section.whole:
                return found[::-1]
        if not found:
            raise NoSuchBackup(f"{self.newest.id} has no namespace {namespace!r}")
        raise BackupDamaged(
            f"{self.links[0].manifest.id}/{MANIFEST}", f"it lacks what {namespace!r} builds upon"
        )


def open_link(vault: Vault, id: str, keyring: Keyring | None) -> Link:
    """A backup. Raises BackupDamaged, KeyRefused."""
    manifest, seal = vault.read(id)
    if keyring is not None:
        return Link(manifest, keyring.require(manifest, seal))
    if manifest.encryption is not None:
        raise KeyRefused(f"{id} is encrypted; give its {manifest.encryption.source}")
    return Link(manifest, None)


def open_chain(vault: Vault, id: str, keyring: Keyring | None) -> Chain:
    """A backup and those before it. Raises BackupDamaged, KeyRefused."""
    links = [open_link(vault, id, keyring)]
    while (parent := links[-1].manifest.parent) is not None:
        child = links[-1].manifest.id
        before = open_link(vault, parent.id, keyring)
        require_parent(before.manifest, links[-1].manifest)
        if any(before.manifest.id == link.manifest.id for link in links):
            raise BackupDamaged(f"{child}/{MANIFEST}", "it follows itself")
        links.append(before)
    return Chain(links[::-1])


def require_parent(parent: Manifest, child: Manifest) -> None:
    """Raises BackupDamaged when the child was made after another backup of that name."""
    if child.parent is None or child.parent.digest != parent.digest:
        raise BackupDamaged(f"{parent.id}/{MANIFEST}", f"it is not the one that {child.id} follows")


def commits(vault: Vault, part: Part, content: Content) -> Iterator[Commit]:
    """The commits of a section, oldest first. Raises BackupDamaged.

    Those of the base have gaps; those of the log follow each other, to the section's revision.
    """
    section = part.section
    reached = 0 if content == "base" else section.after
    name = f"{part.link.manifest.id}/{MANIFEST}"
    for file in section.files:
        if file.content != content:
            continue
        name = f"{part.link.manifest.id}/{file.name}"
        packed = vault.read_file(part.link.manifest.id, file, part.link.keys)
        count = 0
        try:
            for commit in unpack(packed, file.commits):
                _require_next(name, section, commit, reached, content)
                reached = commit.revision
                count += 1
                yield commit
        except Undecodable as error:
            raise BackupDamaged(name, str(error)) from error
        if count != file.commits:
            raise BackupDamaged(name, f"it has {count} commits instead of {file.commits}")
    if content == "log" and reached != section.revision:
        raise BackupDamaged(
            name, f"revisions {reached + 1} to {section.revision} of {section.namespace!r} are missing"
        )


def _require_next(name: str, section: Section, commit: Commit, reached: int, content: Content) -> None:
    most = section.after if content == "base" else Revision(reached + 1)
    if commit.namespace != section.namespace or not reached < commit.revision <= most:
        raise BackupDamaged(
            name,
            f"revision {commit.revision} of {commit.namespace!r} stands after {reached} "
            f"of {section.namespace!r}",
        )
