"""How a failed command says so: a sentence, what to do, and where the fault is."""

import traceback
from typing import TYPE_CHECKING, Any

from vexil.core.errors import Internal, VexilError
from vexil.server.cli.advice import advice_for
from vexil.server.cli.exits import exit_of
from vexil.server.cli.render.text import printable
from vexil.server.cli.terminal import Terminal

if TYPE_CHECKING:
    from vexil.files.source import Source


def report(error: VexilError, terminal: Terminal, *, verbose: bool) -> int:
    """Writes the error to stderr, as JSON or YAML when results are so; the exit code."""
    code = exit_of(error)
    if terminal.structured:
        Terminal(terminal.output, out=terminal.err).data({"error": error_document(error)})
        return code
    from rich.text import Text  # noqa: PLC0415 - rich only where something is shown

    first, *rest = error_lines(error, verbose=verbose)
    terminal.note(Text.assemble(("Error:", "bold red"), " ", first), *map(Text, rest))
    return code


def report_defect(error: Exception, terminal: Terminal, *, verbose: bool) -> int:
    """Writes what should never happen to stderr; the exit code."""
    if verbose:
        terminal.err.write("".join(traceback.format_exception(error)))
    what = f"{type(error).__name__}: {error}".removesuffix(": ")
    return report(Internal(f"vexil itself failed ({what}); --verbose shows where"), terminal, verbose=False)


def error_lines(error: VexilError, *, verbose: bool) -> list[str]:
    """The message, each fault that it does not name, what to do, and with `verbose` everything else."""
    first, *rest = error.message.split("\n")
    lines = [first, *(f"  {line}" for line in rest)]
    lines += [
        f"  {violation.field}: {violation.description}"
        for violation in error.violations
        if violation.description not in error.message
    ]
    if advice := advice_for(error):
        lines.append(advice)
    if verbose:
        details = {"code": error.code.name, "reason": str(error.reason), **error.metadata}
        lines += [f"  {name}: {value}" for name, value in details.items()]
    return [printable(line) for line in lines]


def error_document(error: VexilError) -> dict[str, Any]:
    """The error as a JSON object; a violation of a file has `file`, and where it can, `line` and `column`."""
    document: dict[str, Any] = {
        "code": error.code.name,
        "reason": str(error.reason),
        "message": error.message,
        "exitCode": int(exit_of(error)),
    }
    if advice := advice_for(error):
        document["advice"] = advice
    if violations := _violations(error):
        document["violations"] = violations
    if error.metadata:
        document["metadata"] = error.metadata
    return document


def _place(source: "Source") -> dict[str, Any]:
    if not source.line:
        return {"file": source.file}
    return {"file": source.file, "line": source.line, "column": source.column}


def _violations(error: VexilError) -> list[dict[str, Any]]:
    from vexil.files.source import ManifestError  # noqa: PLC0415 - the file formats only where they matter

    if isinstance(error, ManifestError):
        return [
            {
                **_place(problem.source),
                "field": problem.path,
                "description": problem.message,
                "reason": str(problem.reason),
            }
            for problem in error.problems
        ]
    return [
        {"field": item.field, "description": item.description, "reason": str(item.reason)}
        for item in error.violations
    ]
