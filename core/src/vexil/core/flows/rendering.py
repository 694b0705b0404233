"""From a template to a flow: filled, and checked that a flow is what came out."""

from collections.abc import Iterable
from dataclasses import dataclass

from vexil.core.connect import Json
from vexil.core.errors import FailedPrecondition, Reason, Violation
from vexil.core.flows.language import FlowFinding, validate
from vexil.core.flows.templates import Placeholder, fill

_NOTHING: Json = {}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A flow that was a template.

    `unused` are the paths of parameters and values that no placeholder names, sorted; `warnings` what
    deserves a look, by place.
    """

    content: str
    unused: tuple[str, ...]
    warnings: tuple[FlowFinding, ...]


def render(template: str, parameters: Json, values: Json = _NOTHING, defaults: Json = _NOTHING) -> Rendered:
    """Fills a template from a flow's parameters, else from values, else from defaults, and checks the flow.

    Raises FailedPrecondition: TEMPLATE_INCOMPLETE with a violation for each name that has no value,
    INVALID_FLOW with one for each error, whose field is a JSON pointer.
    """
    filled = fill(template, parameters, values, defaults)
    if filled.missing:
        raise _incomplete(filled.missing)
    if filled.content is None:
        raise _invalid(filled.findings)
    findings = validate(filled.content)
    if errors := [finding for finding in findings if finding.is_error]:
        raise _invalid(errors)
    return Rendered(filled.content, filled.unused, tuple(findings))


def _incomplete(missing: Iterable[Placeholder]) -> FailedPrecondition:
    places: dict[str, list[str]] = {}
    for placeholder in missing:
        places.setdefault(placeholder.name, []).append(placeholder.pointer)
    violations = [
        Violation(name, f"has no value, for {_shown(pointers)}", Reason.TEMPLATE_INCOMPLETE)
        for name, pointers in places.items()
    ]
    names = ", ".join(list(places)[:5]) + (f" and {len(places) - 5} more" if len(places) > 5 else "")
    return FailedPrecondition(
        f"placeholders have no value: {names}", reason=Reason.TEMPLATE_INCOMPLETE, violations=violations
    )


def _shown(pointers: list[str]) -> str:
    more = f" and {len(pointers) - 1} more" if len(pointers) > 1 else ""
    return f"{pointers[0] or 'the whole'}{more}"


def _invalid(errors: Iterable[FlowFinding]) -> FailedPrecondition:
    violations = [Violation(each.pointer, each.message, Reason.INVALID_FLOW) for each in errors]
    more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
    return FailedPrecondition(
        f"the filled template is no flow: {violations[0].description}{more}",
        reason=Reason.INVALID_FLOW,
        violations=violations,
    )
