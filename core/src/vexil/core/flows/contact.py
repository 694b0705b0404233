"""The contact that a flow runs for."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Contact:
    """What splits go by, and the contact attributes, which Amazon Connect keeps as text.

    A targeting key of None differs from "". The mapping is kept, not copied.
    """

    targeting_key: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


NOBODY = Contact()
"""No contact in particular."""
