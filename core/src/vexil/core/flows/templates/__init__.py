"""Templates of contact flows: JSON in which placeholders stand for what differs."""

from vexil.core.flows.templates.filling import Filled, fill
from vexil.core.flows.templates.placeholders import Placeholder

__all__ = ["Filled", "Placeholder", "fill"]
