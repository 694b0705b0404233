"""How a failed command says so: a sentence, what to do, and where the fault is."""

import traceback
from typing import Any

from vexil.core.errors import Code, Reason, VexilError, Violation
from vexil.server.cli.advice import advice_for
from vexil.server.cli.exits import exit_of
from vexil.server.cli.render.text import printable
from vexil.server.cli.terminal import Terminal


def report(error: VexilError, terminal: Terminal, *, verbose: bool) -> int:
    """Writes the error to stderr, as JSON when results are; the exit code."""
    code = exit_of(error)
    if terminal.structured:
        Terminal(terminal.output, out=terminal.err).data({"error": as_document(error)})
        return code
    lines = [f"Error: {printable(error.message)}"]
    # A single violation is what the message says already.
    if len(error.violations) > 1 or any(
        violation.field not in error.message for violation in error.violations
    ):
        lines += [f"  {printable(_sentence(violation))}" for violation in error.violations]
    if advice := advice_for(error):
        lines.append(printable(advice))
    if verbose:
        lines += [f"  {printable(name)}: {printable(value)}" for name, value in _details(error).items()]
    _write(terminal, lines)
    return code


def report_defect(error: Exception, terminal: Terminal, *, verbose: bool) -> int:
    """Writes what should never happen to stderr; the exit code."""
    if verbose:
        terminal.err.write("".join(traceback.format_exception(error)))
    summary = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return report(DefectFound(summary), terminal, verbose=False)


class DefectFound(VexilError):
    """The command line itself broke."""

    code = Code.INTERNAL
    default_reason = Reason.INTERNAL

    def __init__(self, summary: str) -> None:
        super().__init__(f"Something in vexil broke ({summary}); --verbose shows where.")


def as_document(error: VexilError) -> dict[str, Any]:
    """The error as a JSON object."""
    document: dict[str, Any] = {
        "code": error.code.name,
        "reason": str(error.reason),
        "message": error.message,
        "exitCode": int(exit_of(error)),
    }
    if advice := advice_for(error):
        document["advice"] = advice
    if error.violations:
        document["violations"] = [
            {"field": item.field, "description": item.description, "reason": str(item.reason)}
            for item in error.violations
        ]
    if error.metadata:
        document["metadata"] = error.metadata
    return document


def _sentence(violation: Violation) -> str:
    return f"{violation.field}: {violation.description}"


def _details(error: VexilError) -> dict[str, str]:
    return {"code": error.code.name, "reason": str(error.reason), **error.metadata}


def _write(terminal: Terminal, lines: list[str]) -> None:
    from rich.text import Text  # noqa: PLC0415 - rich only where something is shown

    first, *rest = lines
    heading, _, message = first.partition(" ")
    terminal.note(Text.assemble((heading, "bold red"), " ", message), *(Text(line) for line in rest))
