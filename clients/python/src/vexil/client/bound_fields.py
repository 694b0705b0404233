"""Which settings the fields of a type stand for."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from vexil.core.errors import InvalidRequest, Violation


@dataclass(frozen=True, slots=True)
class Key:
    """What a field's key is after the prefix: `max_items: Annotated[int, Key("max-items")] = 10`."""

    name: str


@dataclass(frozen=True, slots=True)
class BoundField:
    """A field: its name, its setting's key, what makes its default, and which values it takes."""

    name: str
    key: str
    default: Callable[[], Any]
    takes: Callable[[Any], bool]


def bound_fields(model: Any, prefix: str, defaults: Mapping[str, Any]) -> tuple[BoundField, ...]:
    """The fields of a dataclass, a pydantic model or a TypedDict, each with the key `prefix` + its name.

    A default in `defaults` wins over the type's own. A pydantic model checks values itself. Raises
    InvalidRequest for a field without any default, and for another kind of type.
    """
    if dataclasses.is_dataclass(model):
        own = dict(_of_dataclass(model))
    elif hasattr(model, "model_fields"):
        own = {name: _of_pydantic(field) for name, field in model.model_fields.items()}
    elif is_typeddict(model):
        own = dict.fromkeys(model.__annotations__)
    else:
        raise InvalidRequest.of(
            [Violation("model", f"{model!r} is no dataclass, pydantic model or TypedDict")]
        )
    own |= {name: _constant(value) for name, value in defaults.items() if name in own}
    missing = [
        Violation(f"{model.__name__}.{name}", "has no default; one is needed while its setting is not there")
        for name, default in own.items()
        if default is None
    ]
    if missing:
        raise InvalidRequest.of(missing)
    annotated, plain = get_type_hints(model, include_extras=True), get_type_hints(model)
    checks_itself = hasattr(model, "model_fields")
    return tuple(
        BoundField(
            name,
            prefix + _key_of(annotated[name], name),
            default,
            _anything if checks_itself else _checker(plain[name]),
        )
        for name, default in own.items()
        if default is not None
    )


def _of_dataclass(model: Any) -> Iterator[tuple[str, Callable[[], Any] | None]]:
    for field in dataclasses.fields(model):
        if not field.init:
            continue
        if field.default_factory is not dataclasses.MISSING:
            yield field.name, field.default_factory
        elif field.default is not dataclasses.MISSING:
            yield field.name, _constant(field.default)
        else:
            yield field.name, None


def _of_pydantic(field: Any) -> Callable[[], Any] | None:
    return None if field.is_required() else lambda: field.get_default(call_default_factory=True)


def _constant(value: Any) -> Callable[[], Any]:
    return lambda: value


def _key_of(annotation: Any, name: str) -> str:
    """The field's `Key`, wherever it stands in the annotation, or its name."""
    if get_origin(annotation) is Annotated:
        for extra in annotation.__metadata__:
            if isinstance(extra, Key):
                return extra.name
    return next(
        (key for part in get_args(annotation) if (key := _key_of(part, "")) != ""),
        name,
    )


def _anything(_value: Any) -> bool:
    return True


def _checker(annotation: Any) -> Callable[[Any], bool]:
    return lambda value: _fits(value, annotation)


def _fits(value: Any, annotation: Any) -> bool:
    """Whether a setting's value is of the annotated type; contents of JSON values are not looked at."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return any(_fits(value, part) for part in get_args(annotation))
    if origin is Literal:
        return any(type(value) is type(part) and value == part for part in get_args(annotation))
    wanted = dict if is_typeddict(annotation) else origin or annotation
    if wanted is Any:
        return True
    if isinstance(value, bool):
        # A bool is an int to Python, and not to Vexil.
        return wanted in (bool, object)
    return isinstance(value, wanted)
