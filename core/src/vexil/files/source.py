"""Where something stands in a file, and what is wrong there."""

from collections.abc import Sequence
from dataclasses import dataclass

from vexil.core.errors import InvalidRequest, Reason, Violation

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Source:
    """A place in a file; line and column count from 1, the column in code points. Line 0: no line of it."""

    file: str
    line: int = 0
    column: int = 1

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing that is wrong in a file; `path` is empty where the file can't be read at all."""

    source: Source
    path: str
    message: str
    reason: Reason = Reason.INVALID_REQUEST

    def __str__(self) -> str:
        place = f"{self.source}: {self.path}" if self.path else str(self.source)
        return f"{place}: {self.message}"


class ManifestError(InvalidRequest):
    """Files that can't be applied, with everything that is wrong in all of them, by file and line."""

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            lines.append(f"… and {len(self.problems) - _SHOWN} more")
        super().__init__(
            "\n".join(lines),
            reason=self.problems[0].reason,
            violations=[Violation(p.path or p.source.file, p.message, p.reason) for p in self.problems],
        )
