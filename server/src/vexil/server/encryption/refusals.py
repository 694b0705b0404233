"""Refusals of encryption; none repeats a value."""

from vexil.core.errors import DataLoss, FailedPrecondition, Reason, Unavailable


def no_keys(what: str) -> FailedPrecondition:
    """This server has no keys at all."""
    return FailedPrecondition(
        f"{what}: the server has no encryption keys; start it with --encryption-keys",
        reason=Reason.ENCRYPTION_KEY_MISSING,
    )


def key_missing(key_id: str, why: str) -> FailedPrecondition:
    """The key is not there, or may not be used."""
    return FailedPrecondition(
        f"the encryption key {key_id!r} {why}",
        reason=Reason.ENCRYPTION_KEY_MISSING,
        metadata={"key_id": key_id},
    )


def keys_unavailable(why: str) -> Unavailable:
    """The keys can't be had now."""
    return Unavailable(
        f"the keys for sensitive values can't be had: {why}",
        reason=Reason.ENCRYPTION_UNAVAILABLE,
        retry_after=1.0,
    )


def damaged(what: str, namespace: str) -> DataLoss:
    """Something was not decrypted, since it is not what was encrypted here."""
    return DataLoss(
        f"{what} in {namespace!r} can't be decrypted: it was changed, or belongs elsewhere",
        reason=Reason.STORE_CORRUPT,
        metadata={"namespace": namespace},
    )
