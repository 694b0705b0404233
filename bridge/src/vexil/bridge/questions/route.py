"""`operation=route`: where a contact goes."""

from collections.abc import Iterable
from typing import Any

from vexil.bridge.event import Caller
from vexil.bridge.names import enum_word
from vexil.bridge.parameters import Parameters
from vexil.bridge.questions.contact import contact_of
from vexil.bridge.questions.question import Place, Reading
from vexil.v1 import connect_service_pb2 as pb

_OPTIONAL = ("skipped", "omissions")
_SKIP_REASON = pb.DESCRIPTOR.enum_types_by_name["SkipReason"]
_OMISSION_REASON = pb.DESCRIPTOR.enum_types_by_name["OmissionReason"]


def request(parameters: Parameters, place: Place, caller: Caller) -> pb.RouteContactRequest:
    """Raises InvalidRequest."""
    return pb.RouteContactRequest(
        namespace=place.namespace,
        environment=place.environment,
        routing_key=parameters.require("routingKey", "the first part of the rules' keys"),
        contact=contact_of(caller),
    )


def read(answer: pb.RouteContactResponse) -> Reading:
    """That no rule matches is an answer: `matched` says so, and the reason is NO_MATCH."""
    fields = decision(answer.decision)
    return Reading("MATCHED" if fields["matched"] else "NO_MATCH", fields, answer.revision, _OPTIONAL)


def decision(made: pb.RouteDecision) -> dict[str, Any]:
    """What the rules decide. A queue has a key and a name where configuration knows it, an ARN always."""
    fields: dict[str, Any] = {"matched": bool(made.rule_key)}
    if made.rule_key:
        actions = made.actions
        fields |= {
            "rule": made.rule_key,
            "priority": made.priority,
            "why": made.reason,
            "routingProfile": actions.routing_profile or None,
            "attributes": dict(actions.attributes),
            "targetQueue": _queue(made, "target_queue", actions.target_queue),
            "callbackQueue": _queue(made, "callback_queue", actions.callback_queue),
        }
    fields["skipped"] = [
        {"rule": each.rule_key, "reason": enum_word(_SKIP_REASON, each.reason), "why": each.detail}
        for each in made.skipped
    ]
    fields["omissions"] = omissions(made.omissions)
    return fields


def omissions(omitted: Iterable[pb.Omission]) -> dict[str, str]:
    """What is not there, and why."""
    return {each.subject: enum_word(_OMISSION_REASON, each.reason) for each in omitted}


def _queue(made: pb.RouteDecision, which: str, named: str) -> dict[str, str] | None:
    if made.HasField(which):
        found: pb.NamedQueue = getattr(made, which)
        return {"key": found.key, "name": found.queue.name, "arn": found.queue.arn}
    return {"arn": named} if named.startswith("arn:") else None
