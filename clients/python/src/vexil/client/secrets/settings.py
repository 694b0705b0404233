"""What is needed of a client."""

from collections.abc import Callable
from typing import Protocol

from vexil.client.change import Change
from vexil.client.watches import Watch
from vexil.core.evaluation import EMPTY_CONTEXT, EvaluationContext
from vexil.core.value import SecretReference
from vexil.secrets import SecretNotFound


class Settings(Protocol):
    """A client that holds a state: `Client`, `AsyncClient` and those for tests."""

    def get_secret(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> SecretReference | None:
        """Where the secret is. From any thread."""
        ...

    def watch(self, pattern: str, callback: Callable[[Change], object]) -> Watch[Change]:
        """Calls back for each change."""
        ...


def reference_of(settings: Settings, key: str, context: EvaluationContext) -> SecretReference:
    """What the setting refers to. Raises SecretNotFound when it is no secret, or not known yet."""
    reference = settings.get_secret(key, context)
    if reference is None:
        raise SecretNotFound(f"the setting {key!r} refers to no secret, or is not known yet")
    return reference
