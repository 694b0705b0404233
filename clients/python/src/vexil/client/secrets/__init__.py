"""The secrets behind settings, fetched with the program's own credentials, always current.

`Secrets` goes with a `Client`, `AsyncSecrets` with an `AsyncClient`, or with those for tests.
"""

from vexil.client.secrets.aio import AsyncSecrets
from vexil.client.secrets.secrets import Secrets
from vexil.secrets import (
    Policy,
    Resolver,
    Secret,
    SecretDenied,
    SecretError,
    SecretNotFound,
    SecretUnavailable,
    SecretUnusable,
)

__all__ = [
    "AsyncSecrets",
    "Policy",
    "Resolver",
    "Secret",
    "SecretDenied",
    "SecretError",
    "SecretNotFound",
    "SecretUnavailable",
    "SecretUnusable",
    "Secrets",
]
