"""What to do about an error, by its reason."""

from vexil.core.errors import Reason, VexilError
from vexil.server.cli.usage import UsageError

_ADVICE = {
    Reason.CONFIGURATION_NOT_FOUND: (
        "`vexil list` shows what is there, and `vexil access` permissions; -n and -e say where it looks."
    ),
    Reason.ENVIRONMENT_NOT_FOUND: "`vexil env list` shows them; `vexil env create NAME` makes one.",
    Reason.NAMESPACE_NOT_FOUND: "`vexil namespace list` shows them; `vexil namespace create NAME` makes one.",
    Reason.NAMESPACE_EXISTS: "Choose another name, or go on with the one that is there.",
    Reason.VERSION_NOT_FOUND: "`vexil history KEY` shows the versions that are kept.",
    Reason.PRECONDITION_FAILED: "Nothing was written, since someone else was first. Look again, then repeat.",
    Reason.CONFLICTING_CHANGE: "Others are committing too, and nothing was written. Repeat the command.",
    Reason.REVISION_COMPACTED: "History that old is no longer kept; `vexil history` shows what is.",
    Reason.REVISION_IN_FUTURE: "`vexil history` shows the newest revision.",
    Reason.ENVIRONMENT_IN_USE: "Delete what is in it and under it first (`vexil list`, `vexil env list`).",
    Reason.CIRCULAR_DEPENDENCY: "Break the circle: take one of its references away.",
    Reason.DANGLING_REFERENCE: "Create what is referred to, in the same change or before.",
    Reason.CONSTRAINT_VIOLATION: "Nothing was written; `vexil get KEY --kind definition` shows what may be.",
    Reason.TEMPLATE_INCOMPLETE: (
        "Give them with --values NAME=VALUE, as parameters of the flow, or as defaults of the template."
    ),
    Reason.NOT_READY: "`vexil doctor` finds out what is wrong.",
    Reason.STORE_UNAVAILABLE: "Repeat it in a moment; servers go on answering reads meanwhile.",
    Reason.STORE_FULL: "Make room where the server keeps its data; nothing was written.",
    Reason.STORE_READ_ONLY: "Let the server write where it keeps its data; nothing was written.",
    Reason.NOT_HOME_REGION: "Send it to a server there; `vexil region` shows homes, and moves them.",
    Reason.STORE_CORRUPT: "`vexil store check --contents` finds all that is damaged; restore it from before.",
    Reason.ENCRYPTION_UNAVAILABLE: "Nothing was written; repeat it when the server can reach its keys.",
    Reason.UNAUTHENTICATED: "Check the key or token (VEXIL_TOKEN, a context's `token`), or `vexil login`.",
    Reason.ACCESS_DENIED: "`vexil access whoami` shows what you may do; the namespace's owner can give more.",
    Reason.DEADLINE_EXCEEDED: "Repeat it, or wait longer with --timeout SECONDS.",
    Reason.VALIDATION_TIMEOUT: "Split the change into smaller ones.",
    Reason.INTERNAL: "This is a defect in Vexil; the server's log says more.",
    Reason.UNIMPLEMENTED: "The server is older than this command line, or is no Vexil server.",
}


def advice_for(error: VexilError) -> str:
    """A sentence on what to do, empty when there is nothing to say beyond the message."""
    if isinstance(error, UsageError) and error.advice:
        return error.advice
    if "problem" in error.metadata:
        # What is wrong with a store's tables says itself what to do.
        return ""
    if error.reason is Reason.STORE_UNAVAILABLE and error.retry_after is None:
        # Waiting does not help: the message says what does.
        return ""
    return _ADVICE.get(error.reason, "")
