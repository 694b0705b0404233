"""What is said when a template can't be had."""

from vexil.core.errors import FailedPrecondition, NotFound, Reason, Unavailable
from vexil.server.templates.template import MAX_BYTES

_RETRY_SECONDS = 1.0


def missing(source: str, why: str) -> NotFound:
    """There is no such template."""
    return NotFound(
        f"there is no template {source}: {why}",
        reason=Reason.TEMPLATE_NOT_FOUND,
        metadata={"template": source},
    )


def unavailable(source: str, why: str, *, passes: bool = True) -> Unavailable:
    """The template can't be read now; `passes`: it is worth while to try again soon."""
    return Unavailable(
        f"the template {source} can't be read: {why}",
        reason=Reason.TEMPLATE_UNAVAILABLE,
        metadata={"template": source},
        retry_after=_RETRY_SECONDS if passes else None,
    )


def too_large(source: str) -> FailedPrecondition:
    """It is not a template, for its size."""
    return _unfit(source, f"it has more than {MAX_BYTES} bytes")


def text_of(data: bytes, source: str) -> str:
    """The text of a template. Raises FailedPrecondition (INVALID_FLOW) for bytes that are none."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _unfit(source, f"it is not UTF-8, from byte {error.start} on") from None


def _unfit(source: str, why: str) -> FailedPrecondition:
    return FailedPrecondition(
        f"{source} is no template: {why}", reason=Reason.INVALID_FLOW, metadata={"template": source}
    )
