"""What of one environment somebody may see or touch."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vexil.core.access.scope import ALL, Scope, covers_prefix, fits_key
from vexil.core.resource import Kind
from vexil.core.selector import Selector

_NAMES = {kind: kind.name.lower() for kind in Kind}


def name_of(kind: Kind) -> str:
    """The kind as scopes name it."""
    return _NAMES[kind]


@dataclass(frozen=True, slots=True)
class Reach:
    """The scopes that fit one environment of one namespace; `environment` empty: what belongs to none.

    What is reached is the environment's effective view: it does not matter where a resource is inherited
    from.
    """

    environment: str
    scopes: tuple[Scope, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is reached."""
        return not self.scopes

    def fits(self, kind: Kind, key: str) -> bool:
        """Whether the resource is reached. Lists leave out those that are not."""
        name = name_of(kind)
        return any(fits_key(scope.prefixes(name), key) for scope in self.scopes)

    def prefixes(self, kind: Kind) -> tuple[str, ...]:
        """What keys of that kind begin with, to be reached, as `str.startswith` takes it."""
        name = name_of(kind)
        return tuple(
            "" if prefix == ALL else prefix for scope in self.scopes for prefix in scope.prefixes(name)
        )

    def covers(self, selector: Selector) -> bool:
        """Whether all is reached that the selector may ever select.

        What goes on, such as a Watch, is refused where this is False: cut down in silence, it would look
        complete to the one who asked.
        """
        kinds: Iterable[Kind] = (selector.kind,) if selector.kind is not None else self._kinds()
        return all(self._covers_keys(name_of(kind), selector) for kind in kinds)

    def _kinds(self) -> Iterator[Kind]:
        inside = bool(self.environment)
        return (kind for kind in Kind if kind.in_environment is inside and not kind.of_access)

    def _covers_keys(self, kind: str, selector: Selector) -> bool:
        # What one set of prefixes does not cover, several do not either: between any two prefixes that are
        # longer than the one wanted there are keys that begin with neither.
        granted = (scope.prefixes(kind) for scope in self.scopes)
        if selector.key is not None:
            return any(fits_key(prefixes, selector.key) for prefixes in granted)
        return any(covers_prefix(prefixes, selector.prefix or ALL) for prefixes in granted)
