"""The JSON text of a flow, or of a template for one."""

import re
from typing import Any

from vexil.core import jsontext
from vexil.core.flows.language.findings import FlowFinding, FlowFindingCode
from vexil.core.jsontext import JsonProblem

MAX_FLOW_LENGTH = 4 * 1024 * 1024
"""Characters that are looked at, at most; Amazon Connect itself takes 256,000."""

_POSITION = re.compile(r"\(char (\d+)\)$")


def parse(content: str) -> tuple[Any, FlowFinding | None]:
    """The value of a JSON text, as `vexil.core.jsontext` takes it, and None; or None and what is wrong."""
    if len(content) > MAX_FLOW_LENGTH:
        return None, _invalid(f"{len(content):,} characters are too many; the limit is {MAX_FLOW_LENGTH:,}")
    try:
        return jsontext.parse(content), None
    except JsonProblem as problem:
        return None, _invalid(f"{problem}{_advice(content, str(problem))}")


def _invalid(message: str) -> FlowFinding:
    return FlowFinding((), FlowFindingCode.INVALID_JSON, message)


def _advice(content: str, problem: str) -> str:
    found = _POSITION.search(problem)
    if found and "{{" in content[max(0, int(found[1]) - 2) : int(found[1]) + 2]:
        return '; a placeholder stands inside quotes, as in "{{name}}"'
    return ""
