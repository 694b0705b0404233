"""The types of action that Amazon Connect's flow language has, as data.

Facts are from Amazon Connect's API reference, each table naming its page, as of November 2026. Where the
reference and the flow designer disagree, what either accepts is accepted. A type that is missing here costs a
flow a warning, never an error: Amazon Connect gets new ones every few months.
"""

from vexil.core.flows.language.actions.action_type import ActionType, Leaves
from vexil.core.flows.language.actions.contact import CONTACT_ACTIONS
from vexil.core.flows.language.actions.flow_control import FLOW_CONTROL_ACTIONS
from vexil.core.flows.language.actions.interactions import INTERACTIONS
from vexil.core.flows.language.actions.participant import PARTICIPANT_ACTIONS

__all__ = ["ACTION_TYPES", "ActionType", "Leaves"]

ACTION_TYPES = {
    known.name: known
    for table in (CONTACT_ACTIONS, FLOW_CONTROL_ACTIONS, INTERACTIONS, PARTICIPANT_ACTIONS)
    for known in table
}
"""By name."""
