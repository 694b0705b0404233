"""Reads the evaluation vectors of `tests/vectors`; the README there says what they mean."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from google.protobuf import json_format

from tests.support.reference_bucket import ReferenceBucket
from vexil.convert.evaluation import context_from_proto, evaluation_from_proto
from vexil.convert.resources import resource_from_proto
from vexil.core.evaluation import Evaluation, EvaluationContext
from vexil.core.resource import Kind, ResourceId, ResourceState, Revision, Version
from vexil.core.view import View
from vexil.v1 import evaluation_pb2, resource_pb2

VECTORS = Path(__file__).parents[1] / "vectors"

_ENVIRONMENT = "test"
_CHANGED_AT = datetime(2024, 1, 1, tzinfo=UTC)
_YES, _NO = {"boolValue": True}, {"boolValue": False}


@dataclass(frozen=True)
class BucketFact:
    """Where a bucket key stands: the salt and key that are hashed, and what comes out."""

    salt: str
    key: str
    total_weight: int
    place: ReferenceBucket


@dataclass(frozen=True)
class Vector:
    """One evaluation with its expected outcome; `setting` is the key in the view."""

    name: str
    view: View
    setting: str
    context: EvaluationContext
    expected: Evaluation
    bucket: BucketFact | None


@cache
def all_vectors() -> tuple[Vector, ...]:
    """Every vector of every file."""
    return tuple(vector for path in sorted(VECTORS.glob("*.json")) for vector in _read(path))


def _read(path: Path) -> Iterator[Vector]:
    content = json.loads(path.read_text(encoding="utf-8"))
    states = [_state(Kind.SETTING, key, "setting", spec) for key, spec in content.get("settings", {}).items()]
    states += [
        _state(Kind.SEGMENT, key, "segment", spec) for key, spec in content.get("segments", {}).items()
    ]
    vectors = content["vectors"]
    for index, raw in enumerate(vectors):
        if "condition" in raw:
            states.append(_state(Kind.SETTING, f"condition-{index}", "setting", _flag_of(raw["condition"])))
    view = View.of("vectors", _ENVIRONMENT, Revision(1), states)
    for index, raw in enumerate(vectors):
        if "condition" in raw:
            setting, expected = f"condition-{index}", _outcome_of(raw["holds"])
        else:
            setting, expected = raw["setting"], raw["expect"]
        yield Vector(
            f"{path.stem}: {raw['name']}",
            view,
            setting,
            _context(raw["context"]),
            evaluation_from_proto(json_format.ParseDict(dict(expected), evaluation_pb2.Evaluation())),
            _bucket(raw.get("bucket")),
        )


def _flag_of(condition: Mapping[str, Any]) -> Mapping[str, Any]:
    """The flag that a vector with a condition alone stands for."""
    rule = {"condition": condition, "serve": {"variant": "yes"}}
    return {"variants": {"yes": _YES, "no": _NO}, "serve": {"variant": "no"}, "rules": [rule]}


def _outcome_of(holds: bool) -> Mapping[str, Any]:
    if holds:
        reason = "EVALUATION_REASON_TARGETING_MATCH"
        return {"value": _YES, "variant": "yes", "reason": reason, "rule": "rules[0]"}
    return {"value": _NO, "variant": "no", "reason": "EVALUATION_REASON_DEFAULT"}


def _state(kind: Kind, key: str, member: str, spec: Mapping[str, Any]) -> ResourceState:
    resource = resource_from_proto(json_format.ParseDict({member: dict(spec)}, resource_pb2.Resource()))
    id = ResourceId(kind, _ENVIRONMENT, key)
    return ResourceState(id, resource, Version(1), Revision(1), Revision(1), _CHANGED_AT)


def _context(raw: Mapping[str, Any]) -> EvaluationContext:
    context = context_from_proto(
        json_format.ParseDict(dict(_without_marked(raw)), evaluation_pb2.EvaluationContext())
    )
    # What JSON cannot say is put in afterwards; it stands at the top level.
    marked = {name: float(value["$double"]) for name, value in _marked(raw).items()}
    return EvaluationContext(context.targeting_key, {**context.attributes, **marked})


def _marked(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    attributes = raw.get("attributes", {})
    return {
        name: value for name, value in attributes.items() if isinstance(value, dict) and "$double" in value
    }


def _without_marked(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    if "attributes" not in raw:
        return raw
    marked = _marked(raw)
    kept = {name: value for name, value in raw["attributes"].items() if name not in marked}
    return {**raw, "attributes": kept}


def _bucket(raw: Mapping[str, Any] | None) -> BucketFact | None:
    if raw is None:
        return None
    place = ReferenceBucket(raw["hash"], raw["bucket"])
    return BucketFact(raw["salt"], raw["key"], raw["totalWeight"], place)
