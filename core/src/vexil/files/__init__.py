"""Manifests: configuration as files, in YAML, JSON or TOML. `docs/files.md` describes the format."""

from vexil.files.document import FORMATS, SUFFIXES, Format
from vexil.files.dump import dump
from vexil.files.load import load, load_text
from vexil.files.manifest import LocatedChange, Manifest
from vexil.files.source import FileProblem, ManifestError, Source

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "FileProblem",
    "Format",
    "LocatedChange",
    "Manifest",
    "ManifestError",
    "Source",
    "dump",
    "load",
    "load_text",
]
