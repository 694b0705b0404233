"""The audit's files: exports, journals, checkpoints; and what processes tell each other."""

import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests.fuzz.formats.format import Format, in_file
from tests.fuzz.formats.kept import EXPORTED
from tests.fuzz.mutations import altered_lines
from vexil.core.audit.position import Position
from vexil.server.audit.attempt import Attempt
from vexil.server.audit.checkpoint import Signer, read_checkpoint
from vexil.server.audit.exporting import verify_lines
from vexil.server.audit.journal import AuditJournal
from vexil.server.audit.journals import read_journal, verify_journal
from vexil.server.audit.sinks.json_lines import JsonLinesSink
from vexil.server.clock import Clock
from vexil.server.stores.redis.messages import decoded
from vexil.server.watch.applied import Micros
from vexil.server.watch.notices import (
    Heartbeat,
    decode_heartbeat,
    decode_statuses,
    encode_heartbeat,
    encode_statuses,
)
from vexil.server.watch.subscribers import Subscriber, SubscriberStatus

_SIGNER = Signer.make()
_KEY_FILE = "key.pem"


def _journal() -> str:
    with tempfile.TemporaryDirectory() as name:
        journal = AuditJournal.open(Path(name), Clock())
        for number in range(2):
            journal.note(
                Attempt("denied", "key:a", "ipv4:127.0.0.1:1", "service-key", "/a/B", "shop", "", "k", "NO"),
                f"r{number}",
            )
        journal.close()
        [file] = Path(name).iterdir()
        return file.read_text()


def _read_journal(text: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name, "20260101T000000Z-0123456789ab-000001.jsonl").write_text(text)
        verify_journal(Path(name))
        list(read_journal(Path(name)))


def _checkpoint(file: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        key = Path(name, _KEY_FILE)
        key.write_bytes(_SIGNER.public_pem)
        read_checkpoint(file, [key])


def _notice(text: str) -> None:
    decode_statuses(text.encode())
    decode_heartbeat(text.encode())


_POSITIONS = [Position("shop", 7, bytes(32))]
_STATUS = SubscriberStatus(Subscriber("checkout", "i-1"), Micros(1), Micros(2), 1)

AUDITS: Mapping[str, Format] = {
    "audit export": Format(
        ("\n".join(EXPORTED),), lambda text: verify_lines(text.split("\n")), vary=altered_lines
    ),
    "audit journal": Format((_journal(),), _read_journal, (), altered_lines),
    "audit checkpoint": Format(
        (_SIGNER.sign(_POSITIONS, datetime(2026, 1, 1, tzinfo=UTC)),), in_file(_checkpoint)
    ),
    "audit sink of lines": Format(
        (json.dumps({"id": "shop/1"}),), in_file(lambda path: JsonLinesSink(path).close()), vary=altered_lines
    ),
    "notice of a process": Format(
        (encode_statuses([_STATUS]).decode(), encode_heartbeat(Heartbeat(Micros(1), True)).decode()),
        _notice,
        (),
    ),
    "hint of a process": Format(("7 shop",), lambda text: decoded(text.encode("utf-8", "replace")), ()),
}
