"""The event that a contact flow sends.

Its shape is that of "Invoke AWS Lambda function" blocks, see
https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html. Whatever of it is
missing, null or of an unexpected type is left out, except for what nothing can be answered without.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vexil.bridge.parameters import Parameters
from vexil.core.errors import InvalidRequest, Violation

_SYSTEM_FIELDS = (
    ("Channel", ("Channel",)),
    ("InitiationMethod", ("InitiationMethod",)),
    ("LanguageCode", ("LanguageCode",)),
    ("QueueName", ("Queue", "Name")),
    ("QueueARN", ("Queue", "ARN")),
    ("InstanceARN", ("InstanceARN",)),
)
_ENDPOINTS = (
    ("CustomerEndpoint", ("CustomerEndpoint", "Address")),
    ("SystemEndpoint", ("SystemEndpoint", "Address")),
)
_LONGEST_KEY = 1024
"""Characters of a targeting key or of an attribute's name that the server takes."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The contact that a flow runs for. Nothing of it is ever logged."""

    targeting_key: str | None
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FlowEvent:
    """What a flow asks, and for whom. `contact_id` is empty where the event has none."""

    parameters: Parameters
    contact_id: str
    caller: Caller


def parse(event: object) -> FlowEvent:
    """Reads an event. Raises InvalidRequest for one that is not of a contact flow."""
    details = _object(event, "Details")
    if details is None:
        raise _invalid("Details", "is missing: this is no event of a contact flow")
    parameters = Parameters(_texts(_object(details, "Parameters") or {}))
    contact = _object(details, "ContactData") or {}
    contact_id = _text(contact.get("ContactId")) or ""
    wanted = _SYSTEM_FIELDS + (_ENDPOINTS if parameters.flag("endpoints") else ())
    fields = {name: found for name, path in wanted if (found := _at(contact, path))}
    # What a flow has set itself counts more than what Connect says under the same name.
    attributes = {**fields, **_texts(_object(contact, "Attributes") or {})}
    key = parameters.get("targetingKey") or _text(contact.get("InitialContactId")) or contact_id
    return FlowEvent(parameters, contact_id, Caller(key[:_LONGEST_KEY] if key else None, attributes))


def _object(container: object, name: str) -> dict[str, Any] | None:
    found = container.get(name) if isinstance(container, dict) else None
    return found if isinstance(found, dict) else None


def _at(contact: dict[str, Any], path: tuple[str, ...]) -> str | None:
    found: Any = contact
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return _text(found)


def _texts(members: Mapping[str, Any]) -> dict[str, str]:
    """The members as text, as Connect itself keeps attributes; null is the same as absent."""
    return {
        _well_formed(name): text
        for name, value in members.items()
        if 0 < len(name) <= _LONGEST_KEY and (text := _text(value)) is not None
    }


def _text(value: object) -> str | None:
    match value:
        case None:
            return None
        case str():
            return _well_formed(value)
        case float() if not math.isfinite(value):
            return None
        case _:
            return _well_formed(json.dumps(value, ensure_ascii=False))


def _well_formed(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can write and UTF-8 can't."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _invalid(field: str, description: str) -> InvalidRequest:
    return InvalidRequest.of([Violation(field, description)])
