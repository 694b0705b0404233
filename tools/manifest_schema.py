"""Writes docs/manifest.schema.json, the JSON Schema of manifests, from the codecs that read them."""

import json
from pathlib import Path

from vexil.files.schema import manifest_schema

TARGET = Path(__file__).parents[1] / "docs" / "manifest.schema.json"


def text() -> str:
    """The file's content."""
    return json.dumps(manifest_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    print(f"wrote {TARGET.name}")
