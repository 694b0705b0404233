"""A keeper of secrets in memory, whose every answer a test decides."""

from dataclasses import dataclass, field

from vexil.core.secret_location import Keeper, Location
from vexil.core.value import SecretReference
from vexil.secrets import Policy, Resolver, Secret, SecretError, SecretNotFound

DB = SecretReference("vault:secret/db")


@dataclass
class Memory:
    """Counts what is fetched; `failure` is raised instead of an answer while it is set."""

    secrets: dict[str, str] = field(default_factory=dict)
    failure: SecretError | None = None
    fetched: int = 0
    closed: bool = False

    def fetch(self, location: Location) -> Secret:
        self.fetched += 1
        if self.failure is not None:
            raise self.failure
        if location.name not in self.secrets:
            raise SecretNotFound(f"there is no {location.name}")
        return Secret(self.secrets[location.name].encode())

    def close(self) -> None:
        self.closed = True


@dataclass
class Moment:
    """A clock that stands still until it is moved."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def resolver_of(memory: Memory, moment: Moment, policy: Policy | None = None) -> Resolver:
    """A resolver that asks the memory for everything, without chance."""

    def open_one(_keeper: Keeper) -> Memory:
        return memory

    return Resolver(policy or Policy(), open_one, moment, lambda: 0.5)
