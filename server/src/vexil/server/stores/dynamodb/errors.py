"""What calls and stored items get wrong, as Vexil's errors; what is wrong with access is said in `access`."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from vexil.core.errors import DataLoss, Internal, LimitExceeded, Reason, Unavailable, VexilError
from vexil.server.stores.dynamodb.access import RETRY_AFTER, refusal

SUBJECT = "the store"

_BUSY = frozenset(
    {
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "ReplicatedWriteConflictException",
        "RequestLimitExceeded",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
    }
)


class Damage(Exception):
    """Stored items are not what was written; the text says which. Becomes DataLoss on its way out."""


@contextmanager
def translated() -> Iterator[None]:
    """Turns what boto3 raises, and Damage, into a VexilError, which keeps it as its cause."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise translate(error) from error
    except Damage as damage:
        raise corrupt(str(damage)) from damage


def translate(error: ClientError | BotoCoreError) -> VexilError:
    """The error that says the same; Unavailable for what may change by itself."""
    return refusal(error, SUBJECT) or translate_code(code_of(error), str(error))


def translate_code(code: str, text: str) -> VexilError:
    """The error for a code of DynamoDB's, or of an action of a transaction; the text is not passed on."""
    if code in _BUSY:
        return overloaded()
    if code in {"ValidationException", "ValidationError"}:
        if "size" in text and "exceeded" in text:
            return LimitExceeded(f"{SUBJECT} can't hold an item as large as this one; nothing was written")
        return Internal(f"a request of {SUBJECT} was refused; this is a defect")
    return unanswered()


def code_of(error: BaseException) -> str:
    """DynamoDB's code for the error; empty when it has none."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def corrupt(what: str) -> DataLoss:
    """The error for stored data that is not what was written."""
    return DataLoss(
        f"{SUBJECT} is damaged: {what}; restore the table, under a new name, to a moment before the damage "
        "(point-in-time recovery), and start the servers on that",
        reason=Reason.STORE_CORRUPT,
    )


def not_arrived(namespace: str) -> Unavailable:
    """The error for what another region has written and this one does not have yet."""
    return Unavailable(
        f"not all that this needs of {namespace!r} has arrived in this region yet; try again",
        reason=Reason.STORE_UNAVAILABLE,
        retry_after=RETRY_AFTER,
    )


def unanswered() -> Unavailable:
    """The error for a call to which no answer came."""
    return Unavailable(
        f"{SUBJECT} does not answer: DynamoDB failed, or took too long; try again",
        reason=Reason.STORE_UNAVAILABLE,
        retry_after=RETRY_AFTER,
    )


def overloaded() -> Unavailable:
    """The error for a call that DynamoDB had no capacity for."""
    return Unavailable(
        f"{SUBJECT} is throttled by DynamoDB, or many write the same at once; try again",
        reason=Reason.STORE_UNAVAILABLE,
        retry_after=RETRY_AFTER,
    )
