"""The strategies keep the contract's own limits: what they draw as valid, a server takes."""

import protovalidate
from hypothesis import given

from tests.support import strategies
from vexil.convert.changes import precondition_to_proto, requested_change_to_proto
from vexil.convert.evaluation import context_to_proto
from vexil.convert.selectors import selector_to_proto
from vexil.core.change import Change, Precondition
from vexil.core.evaluation import EvaluationContext
from vexil.core.selector import Selector


@given(strategies.requested_changes())
def test_changes_keep_the_contract(change: Change) -> None:
    protovalidate.validate(requested_change_to_proto(change))


@given(strategies.preconditions())
def test_preconditions_keep_the_contract(precondition: Precondition) -> None:
    protovalidate.validate(precondition_to_proto(precondition))


@given(strategies.selectors())
def test_selectors_keep_the_contract(selector: Selector) -> None:
    protovalidate.validate(selector_to_proto(selector))


@given(strategies.contexts())
def test_contexts_keep_the_contract(context: EvaluationContext) -> None:
    protovalidate.validate(context_to_proto(context))
