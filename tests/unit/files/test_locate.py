"""From a field that the server names to the place in the file."""

import pytest

from vexil.files import load_text
from vexil.files.manifest import LocatedChange
from vexil.files.path import parse, render

ALL = "changes[7].put.setting.rules[0].condition.all"

MANIFEST = """\
namespace: shop
environment: prod
settings:
  plain: 1
  flag:
    serve: {split: {on: 1, off: 2}}
    targets:
      on: [user-1, user-2]
    prerequisites: {other: [on, off]}
    rules:
      - id: staff
        if:
          all:
            - {attribute: plan, in: [beta, staff]}
            - not: {segment: [a, b]}
        serve: on
      - if: {attribute: age, less_than: 3}
        rollout: {percent: 5, variant: on, otherwise: off}
routing_rules:
  main/vip:
    priority: 1
    if: {attribute: class, in: [gold]}
    actions: {target_queue: vip}
"""


def _change(key: str) -> LocatedChange:
    (found,) = [one for one in load_text(MANIFEST, "yaml", name="f").changes if one.change.id.key == key]
    return found


@pytest.mark.parametrize(
    ("key", "field", "place"),
    [
        ("plain", "changes[0].put.setting.value.int_value", "f:4:3"),
        ("plain", "changes[0].id.key", "f:4:3"),
        ("flag", "", "f:5:3"),
        ("flag", "changes[7].put.setting", "f:5:3"),
        ("flag", "put.setting.serve.split.weights[1].weight", "f:6:28"),
        ("flag", "changes[7].put.setting.targets[0].targeting_keys[1]", "f:8:20"),
        ("flag", "changes[7].put.setting.prerequisites[0].variants[1]", "f:9:33"),
        ("flag", "changes[7].put.setting.rules[0].id", "f:11:9"),
        ("flag", f"{ALL}.conditions[0].match.attribute", "f:14:16"),
        ("flag", f"{ALL}.conditions[0].match.operator", "f:14:33"),
        ("flag", f"{ALL}.conditions[0].match.operands[1]", "f:14:44"),
        (
            "flag",
            f"{ALL}.conditions[1].not.segment.keys[1]",
            "f:15:34",
        ),
        ("flag", "changes[7].put.setting.rules[1].serve.split.weights[0].variant", "f:18:31"),
        ("flag", "changes[7].put.setting.rules[1].serve.split.weights[0].weight", "f:18:9"),
        ("flag", "changes[7].put.setting.rules[9].serve", "f:10:5"),
        ("flag", 'changes[7].put.setting.variants["on"]', "f:5:3"),
        ("main/vip", "changes[0].put.routing_rule.condition.values[0]", "f:22:33"),
        ("main/vip", "changes[0].put.routing_rule.actions.target_queue", "f:23:15"),
        ("main/vip", "what? is this", "f:20:3"),
    ],
)
def test_field_has_the_nearest_place(key: str, field: str, place: str) -> None:
    assert str(_change(key).locate(field)) == place


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("settings", "a.b", "rules", 0, "serve"), 'settings["a.b"].rules[0].serve'),
        (("a-b", 'say "hi"\n', "ü"), 'a-b["say \\"hi\\"\\n"]["ü"]'),
        (("", "0"), '[""]["0"]'),
    ],
)
def test_path_is_rendered_and_parsed(path: tuple[str | int, ...], text: str) -> None:
    assert render(path) == text
    assert parse(text) == path


@pytest.mark.parametrize("text", ["[", "a..b", 'a["\\x"]', "a[99999999999999]", "a b"])
def test_path_that_can_not_be_read_ends_early(text: str) -> None:
    assert parse(text) in ((), ("a",))
