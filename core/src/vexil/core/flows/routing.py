"""Where a contact goes: the rules of a routing key, tried on contact attributes.

Rules are tried by priority, then by condition id (by code point); the first that matches decides.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vexil.core.connect import RoutingActions, RoutingRule
from vexil.core.errors import NotFound
from vexil.core.flows.conditions import SkipReason, Test, compile_condition, describe
from vexil.core.flows.contact import Contact
from vexil.core.flows.omission import Omission
from vexil.core.flows.queues import NamedQueue, Queues, queues_of
from vexil.core.resource import Kind, ResourceState, Version
from vexil.core.view import Entries, View

_MOST_WAYS = 256
"""Ways through the rules of one routing key that are remembered; contacts choose how many there are."""


@dataclass(frozen=True, slots=True)
class NamedRoutingRule:
    """A routing rule, its key `<routing key>/<condition id>`, and its version."""

    key: str
    rule: RoutingRule
    version: Version


@dataclass(frozen=True, slots=True)
class SkippedRule:
    """A rule that did not match; `detail` is the reason for people, without the contact's values."""

    rule_key: str
    priority: int
    reason: SkipReason
    detail: str


@dataclass(frozen=True, slots=True)
class RouteDecision:
    """What the rules of one routing key decide.

    `rule_key` is empty and `actions` None when no rule matched. `reason` says why one did, with attribute,
    operator and the rule's own operands, never the contact's values. The queues are those that the actions
    name; None: there is none, or an ARN that no configuration has, or `omissions` says why. `skipped` are the
    rules that were tried before, or all when none matched.
    """

    rule_key: str = ""
    priority: int = 0
    reason: str = ""
    actions: RoutingActions | None = None
    target_queue: NamedQueue | None = None
    callback_queue: NamedQueue | None = None
    skipped: tuple[SkippedRule, ...] = ()
    omissions: tuple[Omission, ...] = ()


class CompiledRule:
    """A rule, ready to be tried. Its texts are made when they are first asked for."""

    __slots__ = ("_skips", "named", "test")

    def __init__(self, named: NamedRoutingRule) -> None:
        self.named = named
        self.test: Test = compile_condition(named.rule.condition) if named.rule.active else _disabled
        self._skips: dict[SkipReason, SkippedRule] = {}

    @property
    def reason(self) -> str:
        """Why it matched."""
        return describe(self.named.rule.condition)

    def skipped(self, reason: SkipReason) -> SkippedRule:
        """The rule as one that did not match."""
        skipped = self._skips.get(reason)
        if skipped is None:
            detail = self._detail(reason)
            skipped = SkippedRule(self.named.key, self.named.rule.priority, reason, detail)
            self._skips[reason] = skipped
        return skipped

    def _detail(self, reason: SkipReason) -> str:
        attribute = self.named.rule.condition.attribute
        match reason:
            case SkipReason.DISABLED:
                return "the rule is not active"
            case SkipReason.ATTRIBUTE_MISSING:
                return f"the contact has no attribute {attribute}"
            case SkipReason.NOT_A_NUMBER:
                return f"the contact's {attribute} is not a number"
            case SkipReason.NOT_MATCHED:
                return f"it does not hold that {self.reason}"


class Route:
    """The rules of one routing key; `rules` in the order in which they are tried, disabled ones too.

    There is one decision object for each way through the rules, as long as no queue changes; the ways of the
    last contacts are remembered.
    """

    __slots__ = ("_compiled", "_decided", "rules")

    def __init__(self, compiled: Sequence[CompiledRule]) -> None:
        self._compiled = tuple(compiled)
        self._decided: tuple[Queues | None, dict[tuple[SkipReason, ...], RouteDecision]] = (None, {})
        self.rules = tuple(each.named for each in compiled)

    def decide(self, queues: Queues, contact: Contact) -> RouteDecision:
        """What the rules decide for a contact; the queues are of the view that the rules are from."""
        attributes = contact.attributes
        reasons: list[SkipReason] = []
        for compiled in self._compiled:
            reason = compiled.test(attributes)
            if reason is None:
                break
            reasons.append(reason)
        way = tuple(reasons)
        known, decisions = self._decided
        if known is not queues or len(decisions) > _MOST_WAYS:
            decisions = {}
            self._decided = (queues, decisions)
        decision = decisions.get(way)
        if decision is None:
            decision = decisions[way] = self._decision(queues, way)
        return decision

    def _decision(self, queues: Queues, way: tuple[SkipReason, ...]) -> RouteDecision:
        """The outcome for contacts that the first rules skipped for these reasons."""
        tried = zip(self._compiled, way, strict=False)
        skipped = tuple(compiled.skipped(reason) for compiled, reason in tried)
        if len(way) == len(self._compiled):
            return RouteDecision(skipped=skipped)
        return _matched(queues, self._compiled[len(way)], skipped)


def route_contact(view: View, routing_key: str, contact: Contact) -> RouteDecision:
    """What the rules of a routing key decide for a contact.

    Raises NotFound (CONFIGURATION_NOT_FOUND) when the routing key has no rule.
    """
    route = find_route(view, routing_key)
    if route is None:
        raise NotFound(
            f"environment {view.environment!r} has no rule of routing key {routing_key!r}",
            metadata={"key": routing_key, "environment": view.environment},
        )
    return route.decide(queues_of(view), contact)


def find_route(view: View, routing_key: str) -> Route | None:
    """The rules of a routing key; None: it has none. Compiled once, as long as no rule changes."""
    routes = view.derived(Kind.ROUTING_RULE, _none_yet)
    route = routes.get(routing_key)
    if route is None and (states := list(_states(view, routing_key))):
        states.sort(key=_turn)
        route = routes[routing_key] = Route([_compile(state) for state in states])
    return route


def _none_yet(_entries: Entries) -> dict[str, Route]:
    return {}


def _states(view: View, routing_key: str) -> Iterator[ResourceState]:
    """By bisection, since an environment may have very many rules of other routing keys."""
    if "/" in routing_key:
        return
    prefix = f"{routing_key}/"
    keys = view.sorted_keys(Kind.ROUTING_RULE)
    for place in range(bisect_left(keys, prefix), len(keys)):
        if not keys[place].startswith(prefix):
            return
        state = view.state(Kind.ROUTING_RULE, keys[place])
        if state is not None:
            yield state


def _turn(state: ResourceState) -> tuple[int, str]:
    return _rule(state).priority, state.id.key


def _compile(state: ResourceState) -> CompiledRule:
    return CompiledRule(NamedRoutingRule(state.id.key, _rule(state), state.version))


def _rule(state: ResourceState) -> RoutingRule:
    rule = state.resource
    assert isinstance(rule, RoutingRule)  # noqa: S101  # it stands among the routing rules
    return rule


def _disabled(_attributes: object) -> SkipReason:
    return SkipReason.DISABLED


def _matched(queues: Queues, compiled: CompiledRule, skipped: tuple[SkippedRule, ...]) -> RouteDecision:
    rule = compiled.named.rule
    target, callback = (
        queues.named(name) if name else None
        for name in (rule.actions.target_queue, rule.actions.callback_queue)
    )
    omissions = [each for each in (target, callback) if isinstance(each, Omission)]
    return RouteDecision(
        rule_key=compiled.named.key,
        priority=rule.priority,
        reason=compiled.reason,
        actions=rule.actions,
        target_queue=target if isinstance(target, NamedQueue) else None,
        callback_queue=callback if isinstance(callback, NamedQueue) else None,
        skipped=skipped,
        omissions=tuple(dict.fromkeys(omissions)),
    )
