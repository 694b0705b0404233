"""Errors that would tell somebody of resources which are not theirs to see."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from vexil.core.access.grants import Grants
from vexil.core.access.scope import Scope
from vexil.core.access.verb import Verb
from vexil.core.errors import FailedPrecondition, InvalidRequest, Reason, Violation

_OF_OTHERS = (".delete", ".variants", ".parent")
"""Ends of fields where something dangles that the change does not name: what refers to it does."""

_HIDDEN = "does not fit to other resources; who may read all of the namespace is told to which"


@contextmanager
def discretion(grants: Grants, namespace: str) -> Iterator[None]:
    """Leaves out of errors inside what may be named only to readers of the whole namespace.

    That is what refers to a resource, and what references lead through. What a change itself refers to, its
    author may read, or would not have come here.
    """
    try:
        yield
    except (InvalidRequest, FailedPrecondition) as error:
        shown = [_discreet(violation) for violation in error.violations]
        if shown == list(error.violations) or grants.covers(Verb.READ, Scope.of_namespace(namespace)):
            raise
        more = f" (and {len(shown) - 1} more)" if len(shown) > 1 else ""
        message = f"{shown[0].field}: {shown[0].description}{more}"
        raise type(error)(message, reason=error.reason, violations=shown) from None


def _discreet(violation: Violation) -> Violation:
    leads_on = violation.reason is Reason.CIRCULAR_DEPENDENCY or " → " in violation.description
    needed = violation.reason is Reason.DANGLING_REFERENCE and violation.field.endswith(_OF_OTHERS)
    return replace(violation, description=_HIDDEN) if leads_on or needed else violation
