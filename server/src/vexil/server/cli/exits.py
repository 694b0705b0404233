"""Exit codes: what a script may rely on."""

from enum import IntEnum

from vexil.core.errors import Code, VexilError


class Exit(IntEnum):
    """Exit codes of `vexil`; `docs/cli.md` has the same table."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    NOT_FOUND = 3
    CONFLICT = 4
    UNAVAILABLE = 5
    PERMISSION = 6
    DIFFERENT = 7
    REJECTED = 8
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """What it says, in a few words."""
        return _MEANINGS[self]


_MEANINGS = {
    Exit.OK: "done",
    Exit.UNEXPECTED: (
        "a defect, damaged data, or a failed check (`doctor`, `store check`, `backup verify`, `audit verify`)"
        " or step of `demo`"
    ),
    Exit.USAGE: "wrong usage or invalid input",
    Exit.NOT_FOUND: "what was asked for does not exist, or is no longer kept",
    Exit.CONFLICT: "a precondition does not hold: someone else was first, or the state forbids it",
    Exit.UNAVAILABLE: "the server can't be reached, took too long, or has no room",
    Exit.PERMISSION: "not allowed, or not known who you are",
    Exit.DIFFERENT: "`--exit-code` was given and there are differences",
    Exit.REJECTED: "a subscriber refused the revision that `convergence --wait` waited for",
    Exit.INTERRUPTED: "stopped with Ctrl-C",
}

_BY_CODE = {
    Code.INVALID_ARGUMENT: Exit.USAGE,
    Code.NOT_FOUND: Exit.NOT_FOUND,
    Code.OUT_OF_RANGE: Exit.NOT_FOUND,
    Code.ALREADY_EXISTS: Exit.CONFLICT,
    Code.ABORTED: Exit.CONFLICT,
    Code.FAILED_PRECONDITION: Exit.CONFLICT,
    Code.UNAVAILABLE: Exit.UNAVAILABLE,
    Code.DEADLINE_EXCEEDED: Exit.UNAVAILABLE,
    Code.RESOURCE_EXHAUSTED: Exit.UNAVAILABLE,
    Code.PERMISSION_DENIED: Exit.PERMISSION,
    Code.UNAUTHENTICATED: Exit.PERMISSION,
    Code.UNIMPLEMENTED: Exit.UNEXPECTED,
    Code.DATA_LOSS: Exit.UNEXPECTED,
    Code.INTERNAL: Exit.UNEXPECTED,
}


def exit_of(error: VexilError) -> Exit:
    """The exit code that an error ends the program with."""
    return _BY_CODE[error.code]
