"""Amazon Connect's flow language (JSON, Version `2019-10-30`): is this a flow?

https://docs.aws.amazon.com/connect/latest/APIReference/flow-language.html
"""

from typing import Any

from vexil.core.flows.language.findings import (
    FindingSeverity,
    FlowFinding,
    FlowFindingCode,
    ordered,
)
from vexil.core.flows.language.flow import Flow
from vexil.core.flows.language.graph import findings_of_graph, findings_of_ways_out
from vexil.core.flows.language.parameters import findings_of_parameters
from vexil.core.flows.language.parsing import parse
from vexil.core.flows.language.reading import FlowReader

__all__ = ["FindingSeverity", "Flow", "FlowFinding", "FlowFindingCode", "read_flow", "validate"]

MAX_CONTENT_LENGTH = 256_000
"""Characters of a flow that Amazon Connect takes (CreateContactFlow, `Content`)."""


def validate(content: str) -> list[FlowFinding]:
    """What is wrong with a flow, errors first, then by place; at most 1,000 findings.

    The text is a flow exactly when no finding is an error. A template can be checked too: its placeholders
    count as text. Any text is taken; the cost is linear in its length.
    """
    document, problem = parse(content)
    if problem is not None:
        return [problem]
    findings = _check(document)
    if len(content) > MAX_CONTENT_LENGTH:
        message = f"{len(content):,} characters; Amazon Connect takes {MAX_CONTENT_LENGTH:,}"
        findings.append(
            FlowFinding((), FlowFindingCode.INVALID_STRUCTURE, message, severity=FindingSeverity.WARNING)
        )
    return ordered(findings)


def read_flow(content: str) -> Flow | None:
    """The flow in a text, as far as it can be read; None where there are no actions to read."""
    document, _ = parse(content)
    return FlowReader().read(document)


def _check(document: Any) -> list[FlowFinding]:
    reader = FlowReader()
    flow = reader.read(document)
    findings = reader.findings
    if flow is not None:
        findings += findings_of_graph(flow)
        for action in flow.actions:
            findings += findings_of_ways_out(action)
            findings += findings_of_parameters(action)
    return findings
