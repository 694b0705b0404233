"""The examples can be loaded, committed, evaluated and written back."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from vexil.core.connect import FlowConfiguration, FlowTemplate
from vexil.core.diff import same
from vexil.core.draft import draft
from vexil.core.evaluation import EvaluationContext
from vexil.core.flows.language import validate as findings
from vexil.core.resource import Kind
from vexil.core.snapshot import Snapshot
from vexil.core.validation import validate
from vexil.files import FORMATS, Format, dump, load, load_text
from vexil.server.control.schemas import JsonSchemas

EXAMPLES = Path(__file__).parents[3] / "examples"
# Beside its manifests an example may hold other things, such as contact flows.
MANIFESTS = {
    "contact-centre": EXAMPLES / "contact-centre" / "manifests",
    "shop": EXAMPLES / "shop",
}
NAMES = sorted(MANIFESTS)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _snapshot(name: str) -> Snapshot:
    changes = [located.change for located in load([MANIFESTS[name]]).changes]
    empty = Snapshot.empty(name)
    validate(empty, changes, JsonSchemas())
    return empty.apply(draft(empty, changes, now=NOW)).snapshot


def test_there_are_examples() -> None:
    assert sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_example_is_valid_in_one_commit(name: str) -> None:
    assert load([MANIFESTS[name]]).namespaces == (name,)
    assert len(_snapshot(name)) > 15


@pytest.mark.parametrize("name", NAMES)
def test_example_has_no_setting_that_can_not_be_evaluated(name: str) -> None:
    for view in _snapshot(name).views.values():
        for key in view.settings:
            evaluation = view.evaluate(key, EvaluationContext("user-1", {"plan": "beta"}))
            assert evaluation.error_code is None, evaluation


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("written_as", FORMATS)
def test_example_is_written_and_read_back(name: str, written_as: Format) -> None:
    before = {located.change.id: located.change for located in load([MANIFESTS[name]]).changes}
    text = dump(before.values(), written_as, namespace=name)
    after = {located.change.id: located.change for located in load_text(text, written_as).changes}
    assert before.keys() == after.keys()
    assert all(same(before[id].resource, after[id].resource) for id in before)


def test_all_examples_can_be_loaded_at_once() -> None:
    assert set(load(list(MANIFESTS.values())).namespaces) == set(NAMES)


@pytest.mark.parametrize("environment", ["test", "prod"])
def test_flow_template_is_valid_flow_language(environment: str) -> None:
    view = _snapshot("contact-centre").view(environment)
    flow: Any = view.by_kind[Kind.FLOW_CONFIGURATION]["main-menu"].state.resource
    template: Any = view.by_kind[Kind.FLOW_TEMPLATE]["main-menu"].state.resource
    assert isinstance(flow, FlowConfiguration)
    assert isinstance(template, FlowTemplate)
    assert findings(template.content) == []


def test_template_of_the_example_has_its_placeholders_filled() -> None:
    view = _snapshot("contact-centre").view("prod")
    flow: Any = view.by_kind[Kind.FLOW_CONFIGURATION]["main-menu"].state.resource
    template: Any = view.by_kind[Kind.FLOW_TEMPLATE]["main-menu"].state.resource
    known: dict[str, Any] = {**template.defaults, **flow.parameters}
    for placeholder in re.findall(r"\{\{([^}]+)\}\}", template.content):
        value: Any = known
        for part in placeholder.split("."):
            value = value[part]
        assert isinstance(value, str)


@pytest.mark.parametrize("environment", ["test", "prod"])
def test_flow_of_the_example_refers_to_what_is_there(environment: str) -> None:
    view = _snapshot("contact-centre").view(environment)
    flow: Any = view.by_kind[Kind.FLOW_CONFIGURATION]["main-menu"].state.resource
    assert view.get(Kind.QUEUE_CONFIGURATION, flow.queue_key) is not None
    assert all(view.get(Kind.SETTING, key) is not None for key in flow.feature_keys)
    assert any(key.startswith(f"{flow.routing_key}/") for key in view.by_kind[Kind.ROUTING_RULE])


def test_manifests_of_the_reference_can_be_read() -> None:
    text = (EXAMPLES.parent / "docs" / "files.md").read_text(encoding="utf-8")
    snippets = [found for found in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if found[0] != "#"]
    assert len(snippets) > 5
    for snippet in snippets:
        assert load_text(snippet, "yaml", namespace="shop", environment="prod").changes
