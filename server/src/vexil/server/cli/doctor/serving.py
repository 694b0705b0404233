"""Whether the server has its store, and how old what it serves may be."""

from collections.abc import Iterator

from vexil.core.errors import AccessDenied, Reason, VexilError
from vexil.server.cli.advice import advice_for
from vexil.server.cli.doctor.finding import Finding, bad, doubtful, good
from vexil.server.cli.session import Session
from vexil.v1 import admin_service_pb2 as admin_pb

_OLD = 30.0
"""Seconds; a store that answers is asked every two."""

_KEYS = (Reason.ENCRYPTION_KEY_MISSING, Reason.ENCRYPTION_UNAVAILABLE)


def check_serving(session: Session) -> Iterator[Finding]:
    """The server's store answers, and the snapshot is young."""
    try:
        status = session.call(session.admin.get_server_status, admin_pb.GetServerStatusRequest())
    except AccessDenied:
        yield doubtful(
            "snapshot", "not told: you may not see the server's status", "It takes the verb status to see it."
        )
        return
    except VexilError as error:
        yield bad("snapshot", error.message, advice_for(error))
        return
    age = status.snapshot_age.ToTimedelta().total_seconds()
    failure = status.store_failure
    if failure.reason in _KEYS:
        yield bad(
            "snapshot",
            f"some of it can't be read ({failure.reason}: {failure.message})",
            "Other namespaces are served; start the server with the keys of all (docs/secrets.md).",
        )
    elif status.HasField("store_failure"):
        yield bad(
            "snapshot",
            f"{age:.0f} s old: the server has lost its store ({failure.reason}: {failure.message})",
            "Reads go on, changes fail; the server tries again by itself.",
        )
    elif age > _OLD:
        yield doubtful(
            "snapshot",
            f"{age:.0f} s old: the server's store has not answered since",
            "Reads go on; the server's log says more when the call has failed.",
        )
    else:
        yield good("snapshot", f"{age:.1f} s old, and the server has its store")
