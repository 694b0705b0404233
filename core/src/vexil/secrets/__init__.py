"""Secrets that settings refer to, resolved by who reads them. `docs/secrets.md` describes it.

    resolver = Resolver()
    password = resolver.resolve(SecretReference("vault:secret/shop/db#password")).text

The SDK has this with a client's settings (`vexil.client.secrets`).
"""

from vexil.core.value import SecretReference
from vexil.secrets.errors import (
    SecretDenied,
    SecretError,
    SecretNotFound,
    SecretUnavailable,
    SecretUnusable,
)
from vexil.secrets.policy import Policy
from vexil.secrets.resolver import Resolver
from vexil.secrets.secret import Secret

__all__ = [
    "Policy",
    "Resolver",
    "Secret",
    "SecretDenied",
    "SecretError",
    "SecretNotFound",
    "SecretReference",
    "SecretUnavailable",
    "SecretUnusable",
]
