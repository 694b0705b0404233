"""What a server refuses, told by file and line."""

from collections.abc import Sequence
from typing import Protocol

from vexil.core.change import Put
from vexil.core.errors import InvalidRequest, VexilError, Violation
from vexil.files.path import Path, parse, render
from vexil.files.source import FileProblem, ManifestError, Source


class Written(Protocol):
    """A change that stands in a file."""

    @property
    def change(self) -> Put:
        """What is asked for."""
        ...

    def locate(self, field: str) -> Source:
        """The place of a field that a violation names."""
        ...

    def path_of(self, field: str) -> Path:
        """The field's path in the file's own terms; empty where that says no more than the place."""
        ...


def told_by_place(error: VexilError, written: Sequence[Written | None]) -> VexilError:
    """The error with places instead of `changes[i]`; `written[i]` is where change i comes from.

    Errors that are about anything else come back as they are.
    """
    if not isinstance(error, InvalidRequest) or not error.violations:
        return error
    problems = [
        found for violation in error.violations if (found := _problem(violation, written)) is not None
    ]
    return ManifestError(problems) if len(problems) == len(error.violations) else error


def _problem(violation: Violation, written: Sequence[Written | None]) -> FileProblem | None:
    match parse(violation.field):
        case ("changes", int(index), *_) if index < len(written):
            place = written[index]
        case _:
            return None
    if place is None:
        return None
    return FileProblem(
        place.locate(violation.field),
        render(place.path_of(violation.field)),
        violation.description,
        violation.reason,
    )
