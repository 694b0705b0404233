"""`vexil connect flow validate`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

from cyclopts import Parameter

from vexil.convert.flows import fill_finding
from vexil.core.flows.language import validate as findings_in
from vexil.server.cli.exits import Exit
from vexil.server.cli.inputs import STDIN, InputFile, name_of_file, read_text
from vexil.server.cli.render.flows import CheckedFlow, checked_lines
from vexil.server.cli.render.messages import document
from vexil.server.cli.session import Injected
from vexil.server.cli.usage import UsageError
from vexil.v1 import connect_service_pb2 as connect_pb


def validate(
    *files: Annotated[InputFile, Parameter(help="Flows or templates (.json), directories of these, or `-`.")],
    session: Injected,
) -> int:
    """Check contact flows, here, without a server.

    A template can be checked too: its placeholders count as text. In a directory, JSON with neither `Version`
    nor `Actions` is skipped. The exit code is 2 when a flow is invalid;
    warnings leave it at 0.
    """
    if not files:
        raise UsageError("No file is given.", "`vexil connect flow validate FILE…`, or `-` for stdin.")
    found = _flows(files)
    checked = [CheckedFlow(name_of_file(file), findings_in(text)) for file, text in found.flows]
    if session.terminal.structured:
        flows = [_document(flow) for flow in checked]
        session.terminal.data({"valid": all(flow.valid for flow in checked), "flows": flows})
    else:
        for flow in checked:
            session.terminal.show(*checked_lines(flow))
        if found.skipped:
            session.terminal.note(f"Skipped, with neither Version nor Actions: {found.skipped}.")
    return Exit.OK if all(flow.valid for flow in checked) else Exit.USAGE


class _Found(NamedTuple):
    flows: Sequence[tuple[Path, str]]
    skipped: int


def _flows(paths: Sequence[Path]) -> _Found:
    """Flows' files with their texts, each read once."""
    flows: list[tuple[Path, str]] = []
    skipped = 0
    for path in paths:
        if path == STDIN or not path.is_dir():
            flows.append((path, read_text(path)))
            continue
        texts = [(file, read_text(file)) for file in sorted(path.glob("*.json"))]
        inside = [(file, text) for file, text in texts if _may_be_flow(text)]
        if not inside:
            raise UsageError(f"No flow is in {path}.", "Flows are files whose names end in .json.")
        flows += inside
        skipped += len(texts) - len(inside)
    return _Found(flows, skipped)


def _may_be_flow(text: str) -> bool:
    """Whether it is to be checked: what is no JSON is."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return True
    return isinstance(content, dict) and not content.keys().isdisjoint({"Version", "Actions"})


def _document(flow: CheckedFlow) -> dict[str, object]:
    response = connect_pb.ValidateFlowResponse()
    for finding in flow.findings:
        fill_finding(response.findings.add(), finding)
    return {"file": flow.name, "valid": flow.valid, "findings": document(response).get("findings", [])}
