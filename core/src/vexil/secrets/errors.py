"""What can go wrong with a secret.

    SecretError
    ├── SecretNotFound        NOT_FOUND            nothing is where the reference points
    ├── SecretDenied          PERMISSION_DENIED    the reader's credentials are not enough, or not accepted
    ├── SecretUnusable        FAILED_PRECONDITION  reference, reader's set-up or content is wrong
    └── SecretUnavailable     UNAVAILABLE          whoever keeps it can't be reached, or is busy

Messages name the reference and never the secret. Of what AWS or Vault answered only the code is told.
"""

from vexil.core.errors import AccessDenied, FailedPrecondition, NotFound, Reason, Unavailable, VexilError


class SecretError(VexilError):
    """A secret can't be had."""


class SecretNotFound(SecretError, NotFound):
    """Nothing is where the reference points."""

    default_reason = Reason.DANGLING_REFERENCE


class SecretDenied(SecretError, AccessDenied):
    """The reader may not read it, or its credentials are not accepted."""


class SecretUnusable(SecretError, FailedPrecondition):
    """Something has to be set up, or written, in another way."""

    default_reason = Reason.INVALID_REQUEST


class SecretUnavailable(SecretError, Unavailable):
    """Not now; the same call can succeed later."""
