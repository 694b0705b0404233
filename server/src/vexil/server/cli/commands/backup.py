"""`vexil backup`."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number
from rich.filesize import decimal

from vexil.server.backup import places
from vexil.server.backup.chain import open_chain
from vexil.server.backup.creation import Made, Request
from vexil.server.backup.creation import create as create_backup
from vexil.server.backup.failures import BackupDamaged
from vexil.server.backup.manifest import Manifest
from vexil.server.backup.restoration import Restored
from vexil.server.backup.restoration import restore as restore_backup
from vexil.server.backup.retention import Policy, kept
from vexil.server.backup.vault import Vault
from vexil.server.backup.verification import verify as verify_backups
from vexil.server.cli.commands.backup_options import At, From, KeyChoices, days, told
from vexil.server.cli.commands.store import Address
from vexil.server.cli.exits import Exit
from vexil.server.cli.parameters import DryRun, Yes
from vexil.server.cli.registry import installed_version
from vexil.server.cli.render.backups import (
    backup_document,
    backup_kind,
    backup_protection,
    backups_table,
    permissions_note,
    report_document,
    report_lines,
    restored_document,
    restored_table,
)
from vexil.server.cli.render.text import counted
from vexil.server.cli.session import Injected, Session
from vexil.server.logging import configure_logging

if TYPE_CHECKING:
    from vexil.server.backup.encryption import Keyring

app = App(name="backup", help="Back up stores, verify and restore backups, and remove old ones.")

_NO_KEY = KeyChoices()


@app.command
def create(
    *,
    to: Annotated[Path, Parameter(env_var="VEXIL_BACKUP_DIR", help="The directory that backups are in.")],
    store: Address,
    full: Annotated[
        bool, Parameter(negative=(), help="Everything, and not only what is new since the last backup.")
    ] = False,
    full_every: Annotated[
        int, Parameter(validator=Number(gte=1), help="Days after which everything is backed up again.")
    ] = 7,
    key: KeyChoices = _NO_KEY,
    session: Injected,
) -> None:
    """Back up every namespace of a store: the kept history, as it is when this begins.

    It reads the store itself, and servers may go on using it. A backup is complete or not there; what follows
    an earlier one holds only what is new. Without a key it is not encrypted.
    """
    keyring = key.keyring()
    request = Request(datetime.now(UTC), installed_version(), full_every, full)
    made = asyncio.run(_create(session, store, Vault(to), request, keyring))
    for note in made.notes:
        session.terminal.note(note)
    if session.terminal.structured:
        session.terminal.data({**backup_document(made.manifest), "notes": list(made.notes)})
        return
    manifest = made.manifest
    session.terminal.show(
        f"{manifest.id}: {backup_kind(manifest)}, {counted(len(manifest.sections), 'namespace')}, "
        f"{counted(manifest.commits, 'commit')}, {decimal(manifest.size)}, {backup_protection(manifest)}."
    )


@app.command
def verify(*, from_: From, at: At = None, key: KeyChoices = _NO_KEY, session: Injected) -> int:
    """Read every backup in a directory as a whole, and rebuild and compare what it holds.

    With --at only that one and those that it builds upon. Exit code 1 when something is damaged or missing:
    it says which file, and what to do.
    """
    vault = Vault.existing(from_)
    newest = vault.find(at)
    with told(session.terminal, "Verifying") as progress:
        report = verify_backups(vault, key.keyring(), progress, None if at is None else newest)
    if session.terminal.structured:
        session.terminal.data(report_document(report))
    else:
        session.terminal.show(*report_lines(report))
    return Exit.UNEXPECTED if report.findings else Exit.OK


@app.command
def restore(
    *,
    from_: From,
    to: Annotated[str, Parameter(help="An empty store, as `vexil serve --store` takes it.")],
    at: At = None,
    with_access: Annotated[
        bool,
        Parameter(
            negative=(),
            help="Permissions too: keys, users and bindings that were revoked since are in force again.",
        ),
    ] = False,
    new_epoch: Annotated[
        bool,
        Parameter(
            negative=(),
            help="Commits after the backup are lost: no subscriber's position counts, all take a full state.",
        ),
    ] = False,
    resume: Annotated[
        bool, Parameter(negative=(), help="Go on with a restore of the same backup that broke off.")
    ] = False,
    key: KeyChoices = _NO_KEY,
    session: Injected,
) -> None:
    """Restore a backup into an empty store, with -n one namespace of it, and compare what is there then.

    Permissions (`vexil-access`) are left out without --with-access; then `vexil access init` makes a first
    key. No server may use the store meanwhile. A SQLite file appears when all is restored; tables in DynamoDB
    are made before (`vexil store init`).
    """
    vault = Vault.existing(from_)
    id = vault.find(at)
    restored = asyncio.run(
        _restore(
            session, vault, id, to, key.keyring(), with_access=with_access, new_epoch=new_epoch, resume=resume
        )
    )
    manifest = vault.read(id)[0]
    if session.terminal.structured:
        session.terminal.data(restored_document(manifest, to, restored))
    else:
        session.terminal.show(restored_table(restored))
        session.terminal.note(f"{id} is restored to {to}, and was compared with what it was.")
    if not session.named_namespace:
        session.terminal.note(*permissions_note(manifest, to, restored))


@app.command(name="list")
def list_backups(*, from_: From, session: Injected) -> None:
    """List the backups in a directory, oldest first. It needs no key, and looks at manifests only."""
    manifests, damaged = _manifests(Vault.existing(from_))
    for damage in damaged:
        session.terminal.note(f"{damage.message}.")
    if session.terminal.structured:
        session.terminal.data(
            {
                "backups": [backup_document(each) for each in manifests],
                "damaged": [{"file": each.file, "problem": each.what} for each in damaged],
            }
        )
    else:
        session.terminal.show(backups_table(manifests))


@app.command
def prune(
    *,
    from_: From,
    keep_daily: Annotated[
        str, Parameter(help="How long the last backup of each day is kept, in days (30, 30d) or weeks (4w).")
    ] = "30d",
    keep_weekly: Annotated[
        str, Parameter(help="How long the first full backup of each week is kept, likewise.")
    ] = "90d",
    dry_run: DryRun = False,
    yes: Yes = False,
    session: Injected,
) -> None:
    """Remove backups that are too old, and what broke off.

    What a kept one builds upon is kept, and so are the newest and any whose manifest is damaged. Days and
    weeks are those of UTC.
    """
    vault = Vault.existing(from_)
    policy = Policy(
        timedelta(days=days(keep_daily, "--keep-daily")), timedelta(days=days(keep_weekly, "--keep-weekly"))
    )
    with vault.locked():
        manifests, damaged = _manifests(vault)
        for damage in damaged:
            session.terminal.note(f"{damage.message}; it is kept. Remove it by hand when it is of no use.")
        wanted = kept(manifests, policy, datetime.now(UTC))
        removed = [each for each in manifests if each.id not in wanted]
        if removed and not session.terminal.structured:
            session.terminal.show(backups_table(removed))
        question = f"Remove {counted(len(removed), 'backup')}?"
        is_wanted = not dry_run and (not removed or yes or session.terminal.confirm(question))
        if is_wanted:
            vault.sweep()
            # Children first: what is there can always be restored.
            for each in reversed(removed):
                vault.remove(each.id)
    if session.terminal.structured:
        session.terminal.data(
            {
                "dryRun": dry_run,
                "removed": [each.id for each in removed] if is_wanted or dry_run else [],
                "kept": sorted(wanted),
            }
        )
    elif dry_run or not is_wanted:
        session.terminal.note("Dry run: nothing was removed." if dry_run else "Nothing was removed.")
    else:
        session.terminal.show(f"Removed {counted(len(removed), 'backup')}, kept {len(wanted)}.")


async def _create(
    session: Session, address: str, vault: Vault, request: Request, keyring: "Keyring | None"
) -> Made:
    configure_logging("warning", "auto")
    with told(session.terminal, "Backing up") as progress:
        async with places.source(address) as store:
            return await create_backup(store, vault, request, keyring, progress)


async def _restore(
    session: Session,
    vault: Vault,
    id: str,
    address: str,
    keyring: "Keyring | None",
    *,
    with_access: bool,
    new_epoch: bool,
    resume: bool,
) -> Sequence[Restored]:
    configure_logging("warning", "auto")
    with _suggesting_earlier(vault, id):
        chain = open_chain(vault, id, keyring)
    with told(session.terminal, "Restoring") as progress, _suggesting_earlier(vault, id):
        async with places.target(address, resume=resume) as store:
            return await restore_backup(
                store,
                vault,
                chain,
                progress,
                namespace=session.named_namespace or None,
                with_access=with_access,
                new_epoch=new_epoch,
                resume=resume,
            )


@contextmanager
def _suggesting_earlier(vault: Vault, id: str) -> Iterator[None]:
    """Adds to what is damaged that there are backups before this one."""
    try:
        yield
    except BackupDamaged as damage:
        earlier = [each for each in vault.ids() if each < id]
        if not earlier:
            raise
        advice = f"--at {earlier[-1]} restores the one before; `vexil backup verify` says which are whole"
        raise BackupDamaged(damage.file, f"{damage.what}; {advice}") from damage


def _manifests(vault: Vault) -> tuple[Sequence[Manifest], Sequence[BackupDamaged]]:
    """Every backup whose manifest can be read, and what is wrong with the others."""
    manifests: list[Manifest] = []
    damaged: list[BackupDamaged] = []
    for id in vault.ids():
        try:
            manifests.append(vault.read(id)[0])
        except BackupDamaged as damage:
            damaged.append(damage)
    return manifests, damaged
