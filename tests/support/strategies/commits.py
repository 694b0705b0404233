"""Resources with their names and states, commits, and what callers ask for."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.support.strategies import access, connect, settings
from tests.support.strategies.basic import (
    environment_names,
    keys,
    mappings,
    revisions,
    texts,
    times,
    tuples_of,
    versions,
)
from vexil.core.change import Change, Delete, HeadIs, Precondition, Put, VersionIs
from vexil.core.resource import Commit, Deleted, Kind, Resource, ResourceChange, ResourceId, ResourceState
from vexil.core.selector import Selector

_RESOURCES: Mapping[Kind, SearchStrategy[Any]] = {
    Kind.NAMESPACE: settings.namespaces(),
    Kind.ENVIRONMENT: settings.environments(),
    Kind.DEFINITION: settings.definitions(),
    Kind.SETTING: settings.settings(),
    Kind.SEGMENT: settings.segments(),
    Kind.FLOW_CONFIGURATION: connect.flow_configurations(),
    Kind.QUEUE_CONFIGURATION: connect.queue_configurations(),
    Kind.ROUTING_RULE: connect.routing_rules(),
    Kind.LOGGING_CONFIGURATION: connect.logging_configurations(),
    Kind.FLOW_TEMPLATE: connect.flow_templates(),
    Kind.ROLE: access.roles(),
    Kind.ROLE_BINDING: access.role_bindings(),
    Kind.SERVICE_KEY: access.service_keys(),
    Kind.IDENTITY_PROVIDER: access.identity_providers(),
    Kind.USER: access.users(),
    Kind.SESSION: access.sessions(),
}

kinds = st.sampled_from(Kind)


def resources(kind: Kind | None = None) -> SearchStrategy[Resource]:
    """Contents of that kind, or of any."""
    return kinds.flatmap(resources) if kind is None else _RESOURCES[kind]


@st.composite
def resource_ids(draw: DrawFn, kind: Kind | None = None) -> ResourceId:
    """Names of resources of that kind, or of any; an environment where the kind has one."""
    drawn = draw(kinds) if kind is None else kind
    named = drawn in (Kind.NAMESPACE, Kind.ENVIRONMENT, Kind.IDENTITY_PROVIDER)
    environment = draw(environment_names()) if drawn.in_environment else ""
    return ResourceId(drawn, environment, draw(environment_names() if named else keys()))


@st.composite
def resource_states(draw: DrawFn, kind: Kind | None = None) -> ResourceState:
    """Resources as they stood after a commit."""
    id = draw(resource_ids(kind))
    created, last = sorted(draw(st.tuples(revisions(), revisions())))
    return ResourceState(id, draw(resources(id.kind)), draw(versions()), last, created, draw(times()))


def deletions() -> SearchStrategy[Deleted]:
    """Traces of deletions."""
    return st.builds(Deleted, resource_ids(), versions(), revisions())


def resource_changes() -> SearchStrategy[ResourceChange]:
    """What commits do to resources."""
    return resource_states() | deletions()


def commits() -> SearchStrategy[Commit]:
    """Single commits; their changes need not follow from anything."""
    return st.builds(
        Commit,
        namespace=environment_names(),
        revision=revisions(),
        changes=tuples_of(resource_changes()),
        committed_at=times(),
        epoch=st.integers(1, 100),
        author=texts(),
        message=texts(),
        labels=mappings(texts(1), texts()),
        request_id=texts(),
    )


def requested_changes() -> SearchStrategy[Change]:
    """What callers ask for."""
    puts = resource_ids().flatmap(lambda id: st.builds(Put, st.just(id), resources(id.kind)))
    return puts | st.builds(Delete, resource_ids())


def preconditions() -> SearchStrategy[Precondition]:
    """What must hold."""
    return st.builds(HeadIs, revisions(0)) | st.builds(VersionIs, resource_ids(), versions(0))


def selectors() -> SearchStrategy[Selector]:
    """Selectors."""
    unset = st.none()
    kind, tag = unset | kinds, unset | texts(1)
    return st.builds(Selector, kind, unset | keys(), unset, tag) | st.builds(
        Selector, kind, unset, keys(), tag
    )
