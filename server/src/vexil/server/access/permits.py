"""Whether grants allow what a request asks for, and the refusal where they do not."""

from collections.abc import Iterable
from typing import NoReturn, Protocol

from vexil.core.access.grants import UNRESTRICTED, Grants
from vexil.core.access.reach import Reach, name_of
from vexil.core.access.scope import Scope
from vexil.core.access.verb import Verb
from vexil.core.errors import AccessDenied
from vexil.core.resource import Kind, ResourceId
from vexil.core.selector import EVERYTHING, Selector

_MOST = 4096

_Known = dict[tuple[int, str, str, str], tuple[Grants, Reach, bool]]

_EVERY = ("",)

_Places = dict[str, dict[str, tuple[str, ...]]]
"""What the keys of settings begin with that may be evaluated, by namespace and environment; _EVERY: all may.
To look the two up one by one takes less time than to make one key of them."""


class Evaluation(Protocol):
    """A request for the value of one setting."""

    namespace: str
    environment: str
    key: str


class Permits:
    """Answers for one request after the other. Each method raises AccessDenied unless the grants allow that.

    It looks at nothing but grants and request, so that a refusal is the same whether what it names exists or
    not; and it names nothing that the caller did not. What grants reach of an environment is remembered:
    callers ask again and again.
    """

    def __init__(self) -> None:
        self._known: _Known = {}
        # By the id of grants, which are kept with it: so no others can have that id.
        self._evaluated: dict[int, tuple[Grants, _Places]] = {}
        self._evaluated_places = 0

    def resource(self, grants: Grants, verb: Verb, namespace: str, id: ResourceId) -> None:
        """For one resource; of an environment's view, with that environment in the id."""
        if grants is UNRESTRICTED:
            return
        reach, whole = self._reach(grants, verb, namespace, id.environment)
        if not whole and not reach.fits(id.kind, id.key):
            _refuse(verb, str(id), namespace, id.environment)

    def evaluation(self, request: Evaluation, grants: Grants) -> None:
        """For EVALUATE of one setting; as `resource`, but on the way of every evaluation."""
        try:
            prefixes = self._evaluated[id(grants)][1][request.namespace][request.environment]
        except KeyError:
            prefixes = self._evaluable(grants, request.namespace, request.environment)
        if prefixes is not _EVERY and not request.key.startswith(prefixes):
            _refuse_evaluation(request.namespace, request.environment, request.key)

    def evaluations(self, grants: Grants, namespace: str, environment: str, keys: Iterable[str]) -> None:
        """For EVALUATE of each of these settings."""
        prefixes = self._evaluable(grants, namespace, environment)
        for key in keys:
            if not key.startswith(prefixes):
                _refuse_evaluation(namespace, environment, key)

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

    def _evaluable(self, grants: Grants, namespace: str, environment: str) -> tuple[str, ...]:
        """What the keys of settings begin with that may be evaluated there."""
        _, places = self._evaluated.setdefault(id(grants), (grants, {}))
        environments = places.setdefault(namespace, {})
        prefixes = environments.get(environment)
        if prefixes is not None:
            return prefixes
        prefixes = grants.reach(Verb.EVALUATE, namespace, environment).prefixes(Kind.SETTING)
        if "" in prefixes:
            prefixes = _EVERY
        environments[environment] = prefixes
        self._evaluated_places += 1
        if self._evaluated_places >= _MOST:
            self._evaluated.clear()
            self._evaluated_places = 0
        return prefixes

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


def _refuse_evaluation(namespace: str, environment: str, key: str) -> NoReturn:
    _refuse(Verb.EVALUATE, f"setting {environment}/{key}", namespace, environment)


def _refuse(verb: Verb, what: str, namespace: str, environment: str = "") -> NoReturn:
    metadata = {"verb": str(verb), "namespace": namespace}
    if environment:
        metadata["environment"] = environment
    raise AccessDenied(
        f"this needs the verb {verb} for {what} in namespace {namespace!r}; no role that is bound to you "
        "allows that there",
        metadata=metadata,
    )
