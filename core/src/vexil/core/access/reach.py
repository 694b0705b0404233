"""What of one environment somebody may see or touch."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vexil.core.access.scope import ALL, Scope, covers_prefix, fits, fits_key
from vexil.core.resource import Kind
from vexil.core.selector import Selector

_NAMES = {kind: kind.name.lower() for kind in Kind}
_BY_NAME = {name: kind for kind, name in _NAMES.items()}


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
        return any(fits(scope.kinds, name) and fits_key(scope.key_prefixes, key) for scope in self.scopes)

    def prefixes(self, kind: Kind) -> tuple[str, ...]:
        """What keys of that kind begin with, to be reached, as `str.startswith` takes it."""
        name = name_of(kind)
        return tuple(
            "" if prefix == ALL else prefix
            for scope in self.scopes
            if fits(scope.kinds, name)
            for prefix in scope.key_prefixes
        )

    def covers(self, selector: Selector) -> bool:
        """Whether all is reached that the selector may ever select.

        What goes on, such as a Watch, is refused where this is False: cut down in silence, it would look
        complete to the one who asked.
        """
        kinds: Iterable[Kind] = (selector.kind,) if selector.kind is not None else self._kinds()
        return all(self._covers_keys(name_of(kind), selector) for kind in kinds)

    def narrow(self, selector: Selector) -> tuple[Selector, ...]:
        """What the selector selects of what is reached: the union of these. Empty: nothing."""
        found = (
            Selector(kind, key, prefix, selector.tag)
            for scope in self.scopes
            for kind in _kinds_of(scope, selector.kind)
            for key, prefix in _keys_of(scope, selector)
        )
        return tuple(dict.fromkeys(found))

    def _kinds(self) -> Iterator[Kind]:
        inside = bool(self.environment)
        return (kind for kind in Kind if kind.in_environment is inside and not kind.of_access)

    def _covers_keys(self, kind: str, selector: Selector) -> bool:
        # What one set of prefixes does not cover, several do not either: between any two prefixes that are
        # longer than the one wanted there are keys that begin with neither.
        scopes = (scope for scope in self.scopes if fits(scope.kinds, kind))
        if selector.key is not None:
            return any(fits_key(scope.key_prefixes, selector.key) for scope in scopes)
        return any(covers_prefix(scope.key_prefixes, selector.prefix or ALL) for scope in scopes)


def _kinds_of(scope: Scope, wanted: Kind | None) -> Iterator[Kind | None]:
    if wanted is not None:
        if fits(scope.kinds, name_of(wanted)):
            yield wanted
    elif ALL in scope.kinds:
        yield None
    else:
        yield from (_BY_NAME[name] for name in scope.kinds if name in _BY_NAME)


def _keys_of(scope: Scope, wanted: Selector) -> Iterator[tuple[str | None, str | None]]:
    """Key or prefix of each part of what is wanted that the scope fits."""
    for prefix in scope.key_prefixes:
        if wanted.key is not None:
            if prefix == ALL or wanted.key.startswith(prefix):
                yield wanted.key, None
        elif prefix == ALL or (wanted.prefix or "").startswith(prefix):
            yield None, wanted.prefix
        elif prefix.startswith(wanted.prefix or ""):
            yield None, prefix
