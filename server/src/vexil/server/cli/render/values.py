"""Values as text that says their type: strings in quotes, JSON compact."""

import json
from typing import Any

from vexil.core import jsontext
from vexil.core.errors import AccessDenied
from vexil.core.value import Redacted, SecretReference, Value
from vexil.server.cli.render.text import printable

_FINGERPRINT_DIGITS = 8


def not_shown(fingerprint: str) -> str:
    """Stands for a sensitive value; the beginning of its fingerprint shows whether it has changed."""
    return f"(not shown, {fingerprint[:_FINGERPRINT_DIGITS]})" if fingerprint else "(not shown)"


def literal(value: Value | None) -> str:
    """The value on one line; "–" where there is none."""
    if value is None:
        return "–"
    return plain_literal(Redacted(value.fingerprint) if value.sensitive else value.data)


def plain_literal(data: Any) -> str:
    """As `literal`, for a value's data alone."""
    match data:
        case Redacted(fingerprint=fingerprint):
            return not_shown(fingerprint)
        case SecretReference():
            return f"secret {printable(data.uri)}"
        case bool():
            return "true" if data else "false"
        case str():
            return printable(json.dumps(data, ensure_ascii=False))
        case int() | float():
            return str(data)
        case _:
            return printable(jsontext.dump(data))


def raw(value: Value) -> str:
    """The value for a script: a string as it is, everything else as JSON."""
    match value.data:
        case str() as text:
            return text
        case SecretReference(uri=uri):
            return uri
        case Redacted():
            raise AccessDenied("its value is sensitive, and not shown to you: that takes reveal")
        case data:
            return jsontext.dump(data)
