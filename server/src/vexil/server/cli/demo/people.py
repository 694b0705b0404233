"""What different people get from the example shop's flags."""

from rich.table import Table

from vexil.convert.evaluation import context_to_proto, evaluation_from_proto
from vexil.core.evaluation import EvaluationContext
from vexil.server.cli.render.evaluations import reason_of, value_of
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import printable
from vexil.server.cli.session import Session
from vexil.v1 import config_service_pb2 as config_pb

_FLAGS = ("checkout.new", "checkout.button", "shipping.express", "search.ranking-v2")
_PEOPLE = {
    "a customer": EvaluationContext("user-1001"),
    "a beta tester": EvaluationContext("user-7"),
    "someone who works here": EvaluationContext("user-3", {"email": "kim@shop.example"}),
    "a customer in Austria with the app": EvaluationContext(
        "user-1002", {"country": "AT", "app": {"version": "2.11.0"}}
    ),
}


def answers_table(session: Session) -> Table:
    """Every flag for everyone, as the server evaluates it. Raises VexilError."""
    rows = []
    for who, context in _PEOPLE.items():
        response = session.call(
            session.config.evaluate_batch,
            config_pb.EvaluateBatchRequest(
                namespace=session.namespace,
                environment=session.environment,
                keys=_FLAGS,
                context=context_to_proto(context),
            ),
        )
        for number, evaluation in enumerate(map(evaluation_from_proto, response.evaluations)):
            rows.append(
                (
                    who if number == 0 else "",
                    printable(evaluation.key),
                    value_of(evaluation),
                    reason_of(evaluation),
                    printable(evaluation.rule or ""),
                )
            )
    return table(("FOR", "FLAG", "VALUE", "REASON", "RULE"), rows)
