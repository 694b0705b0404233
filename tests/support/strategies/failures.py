"""Errors with their details."""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.support.strategies.basic import mappings, texts, tuples_of
from vexil.core import errors as model
from vexil.core.errors import Reason, VexilError, Violation

CLASSES: tuple[type[VexilError], ...] = (
    model.InvalidRequest,
    model.NotFound,
    model.AlreadyExists,
    model.Aborted,
    model.FailedPrecondition,
    model.OutOfRange,
    model.LimitExceeded,
    model.Unauthenticated,
    model.AccessDenied,
    model.Unavailable,
    model.DeadlineExceeded,
    model.Unimplemented,
    model.DataLoss,
    model.Internal,
)


def violations() -> SearchStrategy[Violation]:
    """Fields at fault."""
    return st.builds(Violation, texts(1), texts(), st.sampled_from(Reason))


@st.composite
def errors(draw: DrawFn) -> VexilError:
    """Errors of every class, with a reason, fields at fault, metadata, and a time to wait in milliseconds."""
    kind = draw(st.sampled_from(CLASSES))
    milliseconds = draw(st.none() | st.integers(0, 3_600_000))
    return kind(
        draw(texts()),
        reason=draw(st.sampled_from(Reason)),
        violations=draw(tuples_of(violations())),
        metadata=draw(mappings(texts(1), texts())),
        retry_after=None if milliseconds is None else milliseconds / 1000,
    )
