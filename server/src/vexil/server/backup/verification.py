"""Verifying: every file is read, and every state rebuilt and compared with what the store had."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vexil.server.backup.chain import Link, Part, commits, open_link, require_parent
from vexil.server.backup.content import State
from vexil.server.backup.encryption import Keyring
from vexil.server.backup.failures import BackupDamaged, KeyRefused
from vexil.server.backup.manifest import Manifest, Section
from vexil.server.backup.vault import MANIFEST, Vault

Progress = Callable[[str, int, int], None]
"""Is told a backup, how many were looked at before it, and of how many."""

_ELSEWHERE = (
    "Put it back from another copy of the directory. Without one, this backup and those that follow it can't "
    "be restored: make one with everything now (`vexil backup create --full`)."
)

_KEY = (
    "Verify it with what it was made with, by itself (--at). Keep backups with another key in a directory of "
    "their own."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: the backup, the file, what is wrong with it, and what to do."""

    backup: str
    file: str
    problem: str
    advice: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, which can be restored, what is wrong, and what broke off and counts for nothing."""

    backups: Sequence[str]
    sound: Sequence[str]
    findings: Sequence[Finding]
    leftovers: Sequence[str]


def verify(vault: Vault, keyring: Keyring | None, progress: Progress, only: str | None = None) -> Report:
    """Verifies every backup, or `only` one and those that it builds upon.

    Raises KeyRefused where all are encrypted and there is no key.
    """
    ids = vault.ids() if only is None else _with_ancestors(vault, only)
    manifests = [manifest for id in ids if (manifest := _readable(vault, id)) is not None]
    if keyring is None:
        _require_plain(manifests)
    followed = [manifest.parent.id for manifest in manifests if manifest.parent is not None]
    verifier = _Verifier(vault, keyring, followers=Counter(followed))
    for number, id in enumerate(ids):
        progress(id, number, len(ids))
        verifier.verify(id)
    progress("", len(ids), len(ids))
    return Report(ids, verifier.sound, verifier.findings, vault.leftovers())


def _with_ancestors(vault: Vault, id: str) -> Sequence[str]:
    found = [id]
    while (manifest := _readable(vault, found[-1])) is not None and manifest.parent is not None:
        if manifest.parent.id in found:
            break
        found.append(manifest.parent.id)
    return [id for id in found[::-1] if id in vault.ids()]


def _require_plain(manifests: Sequence[Manifest]) -> None:
    sources = [manifest.encryption.source for manifest in manifests if manifest.encryption is not None]
    if sources and len(sources) == len(manifests):
        raise KeyRefused(f"the backups are encrypted; give their {sources[-1]}")


def _readable(vault: Vault, id: str) -> Manifest | None:
    """A backup's manifest; None where it can't be read: that is found later."""
    try:
        return vault.read(id)[0]
    except BackupDamaged:
        return None


@dataclass(slots=True)
class _Verifier:
    """Goes through backups, parents before children. Keeps states until the last follower has them."""

    vault: Vault
    keyring: Keyring | None
    followers: Counter[str]
    sound: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _states: dict[str, dict[str, State]] = field(default_factory=dict)
    _manifests: dict[str, Manifest] = field(default_factory=dict)

    def verify(self, id: str) -> None:
        """Looks at one backup."""
        before = len(self.findings)
        try:
            link = open_link(self.vault, id, self.keyring)
        except BackupDamaged as damage:
            self._find(id, damage.file, damage.what, _ELSEWHERE)
            return
        except KeyRefused as refusal:
            self._find(id, f"{id}/{MANIFEST}", refusal.message, _KEY)
            return
        manifest = self._manifests[id] = link.manifest
        inherited = self._inherited(manifest)
        states = self._states[id] = {}
        for section in manifest.sections:
            state = State() if section.whole else self._continued(manifest, section, inherited)
            if self._section(link, section, state) and state is not None:
                states[section.namespace] = state
        if len(self.findings) == before:
            self.sound.append(id)
        self._forget(manifest)

    def _inherited(self, manifest: Manifest) -> dict[str, State]:
        """The states of the parent; says when there is none that counts."""
        if manifest.parent is None:
            return {}
        id, parent = manifest.parent.id, self._manifests.get(manifest.parent.id)
        if parent is None and not any(finding.backup == id for finding in self.findings):
            self._find(manifest.id, id, f"it is missing, and {manifest.id} follows it", _ELSEWHERE)
            return {}
        if parent is not None:
            try:
                require_parent(parent, manifest)
            except BackupDamaged as damage:
                self._find(manifest.id, damage.file, damage.what, _ELSEWHERE)
                return {}
        if id not in self.sound:
            file = f"{manifest.id}/{MANIFEST}"
            self._find(manifest.id, file, f"it follows {id}, which is not whole", "See there.")
        return self._states.get(id, {})

    def _continued(self, manifest: Manifest, section: Section, inherited: dict[str, State]) -> State | None:
        """The state that a section goes on from, or None when that is not known."""
        state = inherited.get(section.namespace)
        if state is None or manifest.parent is None:
            return None
        parent = self._manifests[manifest.parent.id].section(section.namespace)
        if parent is None or parent.revision != section.after:
            self._find(
                manifest.id,
                f"{manifest.id}/{MANIFEST}",
                f"revisions of {section.namespace!r} are missing before {section.after + 1}",
                _ELSEWHERE,
            )
            return None
        return state.copy()

    def _section(self, link: Link, section: Section, state: State | None) -> bool:
        """Reads a section, and compares the state after it, if the one before it is known."""
        id = link.manifest.id
        try:
            for content in ("base", "log"):
                for commit in commits(self.vault, Part(link, section), content):
                    if state is not None:
                        state.take(commit.changes)
        except BackupDamaged as damage:
            self._find(id, damage.file, damage.what, _ELSEWHERE)
            return False
        if state is not None and state.digest != section.state:
            self._find(
                id,
                f"{id}/{MANIFEST}",
                f"{section.namespace!r} at revision {section.revision} is not what the store had",
                "Check the store (`vexil store check`), and make a backup with everything (`--full`).",
            )
            return False
        return True

    def _forget(self, manifest: Manifest) -> None:
        """Drops states that nobody follows any more."""
        if manifest.parent is not None:
            self.followers[manifest.parent.id] -= 1
            if not self.followers[manifest.parent.id]:
                self._states.pop(manifest.parent.id, None)
        if not self.followers[manifest.id]:
            self._states.pop(manifest.id, None)

    def _find(self, backup: str, file: str, problem: str, advice: str) -> None:
        self.findings.append(Finding(backup, file, problem, advice))
