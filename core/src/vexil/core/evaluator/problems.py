"""What can be wrong with rules when they are compiled or followed. Evaluations turn both into outcomes."""

from vexil.core.errors import FailedPrecondition, InvalidRequest, Reason, Violation


class RulesProblem(InvalidRequest):
    """A setting or segment that can't be understood; `field` is the place inside it, "" the whole."""

    def __init__(self, field: str, description: str) -> None:
        super().__init__(
            f"{field}: {description}" if field else description, violations=[Violation(field, description)]
        )
        self.field = field
        self.description = description

    def inside(self, place: str) -> "RulesProblem":
        """The same problem, seen from one level further out."""
        return RulesProblem(f"{place}.{self.field}" if self.field else place, self.description)


class CircularReference(FailedPrecondition):
    """Prerequisites or segments that lead back to themselves, or through too many others."""

    default_reason = Reason.CIRCULAR_DEPENDENCY
