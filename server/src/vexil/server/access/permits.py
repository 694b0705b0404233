"""Whether grants allow what a request asks for, and the refusal where they do not."""

from typing import NoReturn

from vexil.core.access.grants import UNRESTRICTED, Grants
from vexil.core.access.reach import Reach, name_of
from vexil.core.access.scope import Scope
from vexil.core.access.verb import Verb
from vexil.core.errors import AccessDenied
from vexil.core.resource import Kind, ResourceId
from vexil.core.selector import EVERYTHING, Selector

_MOST = 4096

_Known = dict[tuple[int, str, str, str], tuple[Grants, Reach, bool]]

_Evaluated = dict[tuple[int, str, str], tuple[Grants, tuple[str, ...]]]
"""What the keys of settings begin with that may be evaluated there."""


class Permits:
    """Answers for one request after the other. Each method raises AccessDenied unless the grants allow that.

    It looks at nothing but grants and request, so that a refusal is the same whether what it names exists or
    not; and it names nothing that the caller did not. What grants reach of an environment is remembered:
    callers ask again and again.
    """

    def __init__(self) -> None:
        self._known: _Known = {}
        self._evaluated: _Evaluated = {}

    def resource(self, grants: Grants, verb: Verb, namespace: str, id: ResourceId) -> None:
        """For one resource; of an environment's view, with that environment in the id."""
        if grants is UNRESTRICTED:
            return
        reach, whole = self._reach(grants, verb, namespace, id.environment)
        if not whole and not reach.fits(id.kind, id.key):
            _refuse(verb, str(id), namespace, id.environment)

    def evaluation(self, grants: Grants, namespace: str, environment: str, key: str) -> None:
        """For EVALUATE of one setting; as `resource`, but on the way of every evaluation."""
        place = (id(grants), namespace, environment)
        known = self._evaluated.get(place)
        if known is None or known[0] is not grants:
            reach = grants.reach(Verb.EVALUATE, namespace, environment)
            if len(self._evaluated) >= _MOST:
                self._evaluated.clear()
            known = self._evaluated[place] = (grants, reach.prefixes(Kind.SETTING))
        if not key.startswith(known[1]):
            _refuse(Verb.EVALUATE, f"setting {environment}/{key}", namespace, environment)

    def selected(
        self, grants: Grants, verb: Verb, namespace: str, environment: str, selector: Selector
    ) -> None:
        """For all that the selector may ever select in an environment."""
        if grants is UNRESTRICTED:
            return
        reach, whole = self._reach(grants, verb, namespace, environment)
        if not whole and not reach.covers(selector):
            _refuse(verb, _described(selector, environment), namespace, environment)

    def environment(self, grants: Grants, verb: Verb, namespace: str, environment: str) -> None:
        """For something in an environment, whatever; empty: something that belongs to none."""
        if grants is not UNRESTRICTED and self._reach(grants, verb, namespace, environment)[0].is_empty:
            _refuse(verb, f"environment {environment!r}", namespace, environment)

    def covers_environment(self, grants: Grants, verb: Verb, namespace: str, environment: str) -> bool:
        """Whether that is allowed with all that the environment may ever hold; raises nothing."""
        return grants is UNRESTRICTED or self._reach(grants, verb, namespace, environment)[1]

    def namespace(self, grants: Grants, verb: Verb, namespace: str) -> None:
        """For something in a namespace, whatever."""
        if not grants.reaches(verb, namespace):
            _refuse(verb, "anything", namespace)

    def whole_namespace(self, grants: Grants, verb: Verb, namespace: str) -> None:
        """For all that a namespace may ever hold."""
        if not grants.covers(verb, Scope.of_namespace(namespace)):
            _refuse(verb, "all of it", namespace)

    def anywhere(self, grants: Grants, verb: Verb) -> None:
        """For something, wherever it is."""
        if not grants.holds(verb):
            raise AccessDenied(f"this needs the verb {verb}, which no role has that is bound to you")

    def _reach(self, grants: Grants, verb: Verb, namespace: str, environment: str) -> tuple[Reach, bool]:
        """What the grants reach there, and whether that is everything."""
        place = (id(grants), verb, namespace, environment)
        known = self._known.get(place)
        # What is known is kept alive, so that no other grants can have its id.
        if known is not None and known[0] is grants:
            return known[1], known[2]
        reach = grants.reach(verb, namespace, environment)
        whole = reach.covers(EVERYTHING)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[place] = (grants, reach, whole)
        return reach, whole


def _described(selector: Selector, environment: str) -> str:
    kind = "everything" if selector.kind is None else f"every {name_of(selector.kind)}"
    if selector.key is not None:
        kind += f" of key {selector.key!r}"
    elif selector.prefix is not None:
        kind += f" with the prefix {selector.prefix!r}"
    return f"{kind} in environment {environment!r}"


def _refuse(verb: Verb, what: str, namespace: str, environment: str = "") -> NoReturn:
    metadata = {"verb": str(verb), "namespace": namespace}
    if environment:
        metadata["environment"] = environment
    raise AccessDenied(
        f"this needs the verb {verb} for {what} in namespace {namespace!r}; no role that is bound to you "
        "allows that there",
        metadata=metadata,
    )
