"""`ConnectRoutingConfigurations`: key `routingKey` and `conditionId`."""

from typing import Any

from vexil.core.connect import RoutingActions, RoutingCondition, RoutingOperator, RoutingRule
from vexil.server.imports.attributes import Attributes
from vexil.server.imports.json_values import to_text
from vexil.server.imports.problem import ImportProblem

_OPERATORS = {
    **{operator.value.replace("_", ""): operator for operator in RoutingOperator},
    "in": RoutingOperator.EQUALS,
    "equal": RoutingOperator.EQUALS,
    "notequal": RoutingOperator.NOT_EQUALS,
    # Amazon Connect's own names (Compare and CheckAttribute blocks).
    "textcontains": RoutingOperator.CONTAINS,
    "textstartswith": RoutingOperator.STARTS_WITH,
    "textendswith": RoutingOperator.ENDS_WITH,
    "numberlessthan": RoutingOperator.LESS_THAN,
    "numberlessorequalto": RoutingOperator.LESS_THAN_OR_EQUAL,
    "numbergreaterthan": RoutingOperator.GREATER_THAN,
    "numbergreaterorequalto": RoutingOperator.GREATER_THAN_OR_EQUAL,
}

_NO_ATTRIBUTE = "*"
"""What stands for the attribute of a rule that always applies, as in manifests."""

_WITHOUT_VALUE = (RoutingOperator.EXISTS, RoutingOperator.ALWAYS)


def read_routing_rule(item: Attributes, _notes: list[str]) -> tuple[str, RoutingRule]:
    """The rule's key and content; what is wrong stands in the item's problems."""
    key = f"{item.needed('routingKey')}/{item.needed('conditionId')}"
    priority = item.whole("priority")
    if priority is None and item.take("priority") is None:
        item.refuse("priority", "is missing")
    rule = RoutingRule(
        priority=priority or 0,
        condition=_condition(item),
        actions=_actions(item.inside("actions")),
        active=item.flag("active") is not False,
        description=item.text("description") or "",
    )
    return key, rule


def _condition(item: Attributes) -> RoutingCondition:
    always = RoutingCondition(_NO_ATTRIBUTE, RoutingOperator.ALWAYS)
    test = item.inside("conditions")
    if test is None:
        if item.take("conditions") is None:
            item.refuse("conditions", 'is missing; one that always applies has the operator "Always"')
        return always
    name = test.needed("operator")
    operator = _OPERATORS.get("".join(filter(str.isalpha, name)).lower())
    if operator is None:
        if name:
            test.refuse("operator", f"{name!r} is not known; there are: {', '.join(_OPERATORS)}")
        return always
    if operator is RoutingOperator.ALWAYS:
        return always
    attribute = test.needed("attributeName")
    if operator in _WITHOUT_VALUE:
        return RoutingCondition(attribute, operator)
    return RoutingCondition(attribute, operator, _values(test))


def _values(test: Attributes) -> tuple[str, ...]:
    """Text, number, boolean, or several of these; contact attributes are text."""
    value = test.take("value")
    several: list[Any] = value if isinstance(value, list) else [value]
    if value is None or any(one is None or isinstance(one, list | dict) for one in several):
        test.refuse("value", "is missing" if value is None else "must be text, a number, or a list of these")
        return ()
    try:
        return tuple(map(to_text, several))
    except ImportProblem as problem:
        test.refuse("value", str(problem))
        return ()


def _actions(actions: Attributes | None) -> RoutingActions:
    if actions is None:
        return RoutingActions()
    return RoutingActions(
        target_queue=actions.text("targetQueue"),
        routing_profile=actions.text("routingProfile"),
        callback_queue=actions.text("callbackQueue"),
        attributes=actions.labels("additionalAttributes"),
    )
