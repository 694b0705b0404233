"""Checks that bills of materials name each part, its version and its source, and says how many there are."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def problems(bill: dict[str, Any]) -> Iterator[str]:
    """What is missing in a CycloneDX document."""
    if bill.get("bomFormat") != "CycloneDX" or not bill.get("specVersion"):
        yield "is no CycloneDX document"
    if not bill.get("components"):
        yield "names no component"
    for component in bill.get("components", ()):
        if any(each["name"].startswith("uv:") for each in component.get("properties", ())):
            continue  # one of ours: no registry has it
        if not component.get("version") or not str(component.get("purl", "")).startswith("pkg:"):
            yield f"{component.get('name')}: has no version or no package URL"


def main() -> int:
    """The exit code: 1 where something is missing."""
    bad = 0
    for path in map(Path, sys.argv[1:]):
        bill = json.loads(path.read_text())
        found = list(problems(bill))
        for problem in found:
            print(f"{path.name}: {problem}", file=sys.stderr)
        print(f"{path}: {len(bill.get('components', ()))} components")
        bad += len(found)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
