"""Hypothesis strategies for everything in the model.

What they draw keeps the contract's limits, except for `arbitrary_settings`, and is in the form that a round
trip through messages gives back: JSON members and mappings in the order of their names, times in UTC to the
microsecond, numbers of JSON objects that travel as `Struct` as ints where they are whole.
"""

from tests.support.strategies.basic import (
    environment_names,
    json_objects,
    json_values,
    keys,
    revisions,
    tags,
    texts,
    times,
    values,
    versions,
)
from tests.support.strategies.commits import (
    commits,
    deletions,
    preconditions,
    requested_changes,
    resource_changes,
    resource_ids,
    resource_states,
    resources,
    selectors,
)
from tests.support.strategies.conditions import conditions, matches
from tests.support.strategies.connect import (
    flow_configurations,
    flow_templates,
    logging_configurations,
    queue_configurations,
    routing_rules,
)
from tests.support.strategies.evaluation import contexts, evaluations, explanations
from tests.support.strategies.failures import errors
from tests.support.strategies.flows import contacts, decisions, enrichments, resolved_flows
from tests.support.strategies.settings import (
    arbitrary_settings,
    definitions,
    environments,
    flags,
    namespaces,
    plain_settings,
    segments,
    settings,
)

__all__ = [
    "arbitrary_settings",
    "commits",
    "conditions",
    "contacts",
    "contexts",
    "decisions",
    "definitions",
    "deletions",
    "enrichments",
    "environment_names",
    "environments",
    "errors",
    "evaluations",
    "explanations",
    "flags",
    "flow_configurations",
    "flow_templates",
    "json_objects",
    "json_values",
    "keys",
    "logging_configurations",
    "matches",
    "namespaces",
    "plain_settings",
    "preconditions",
    "queue_configurations",
    "requested_changes",
    "resolved_flows",
    "resource_changes",
    "resource_ids",
    "resource_states",
    "resources",
    "revisions",
    "routing_rules",
    "segments",
    "selectors",
    "settings",
    "tags",
    "texts",
    "times",
    "values",
    "versions",
]
