"""Parameter Store trees: `/<app>/<environment>/<section>/<name>` as settings with the key `<section>/<name>`.

A SecureString becomes a reference to the parameter; its value is never read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vexil.core import jsontext
from vexil.core.change import Put
from vexil.core.jsontext import JsonProblem
from vexil.core.resource import Kind, ResourceId
from vexil.core.setting import Setting
from vexil.core.value import Value, ValueType
from vexil.server.imports.attributes import Attributes
from vexil.server.imports.environments import EnvironmentNames
from vexil.server.imports.flags import switch
from vexil.server.imports.item import Broken, Item
from vexil.server.imports.mirror import mirror_of
from vexil.server.imports.numbers import Number, parse_number, to_double
from vexil.server.imports.outcome import Mapped, Outcome, Refused
from vexil.server.imports.problem import ImportProblem

_FEATURES = "features"
"""The section whose booleans are flags."""

_TYPES = ("String", "StringList", "SecureString")
_WORDS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class ParameterMapper:
    """Maps parameters. `types` are those of the namespace's definitions, by key: they come before looks.

    With `mirrored` settings say of which parameter they are the mirror (`mirror`).
    """

    types: Mapping[str, ValueType] = field(default_factory=dict)
    names: EnvironmentNames = field(default_factory=EnvironmentNames)
    mirrored: bool = False

    def __call__(self, item: Item | Broken) -> Outcome:
        """What became of the parameter: attributes are those of the API's `Parameter`."""
        if isinstance(item, Broken):
            return Refused(item.place, (item.reason,))
        parameter = Attributes(item.attributes)
        name, type_ = parameter.needed("Name"), parameter.needed("Type")
        try:
            environment, key = self._place(name)
            setting = self._setting(key, type_, parameter)
        except ImportProblem as problem:
            return Refused(name or item.place, (*parameter.problems, str(problem)))
        if parameter.problems:
            return Refused(name or item.place, tuple(parameter.problems))
        if self.mirrored:
            setting = mirror_of(name, setting)
        return Mapped(name, (Put(ResourceId(Kind.SETTING, environment, key), setting),))

    def _place(self, name: str) -> tuple[str, str]:
        """The environment and the key."""
        root, _, rest = name.partition("/")
        app, _, rest = rest.partition("/")
        environment, _, key = rest.partition("/")
        if root or not (app and environment and key):
            raise ImportProblem("the name must be /<app>/<environment>/<section>/<name>")
        return self.names[environment], key

    def _setting(self, key: str, type_: str, parameter: Attributes) -> Setting:
        if type_ not in _TYPES:
            raise ImportProblem(f"the type {type_!r} is not known; there are: {', '.join(_TYPES)}")
        if type_ == "SecureString":
            return Setting(value=Value.of_secret(parameter.needed("ARN")))
        text = parameter.take("Value")
        if not isinstance(text, str):
            raise ImportProblem("Value: must be text")
        wanted = self.types.get(key)
        if type_ == "StringList":
            return Setting(value=Value.of_json(text.split(",")))
        is_feature = key.startswith(f"{_FEATURES}/")
        if is_feature and text.lower() in _WORDS and wanted in (None, ValueType.BOOL):
            return switch(enabled=_WORDS[text.lower()])
        return Setting(value=_looked_at(text) if wanted is None else _typed(text, wanted))


def _looked_at(text: str) -> Value:
    """The value that a text looks like, if that written out is exactly the text again."""
    if text in _WORDS:
        return Value.of_bool(_WORDS[text])
    try:
        if text[:1] in {"{", "["}:
            return Value.of_json(jsontext.parse(text))
        number = to_double(parse_number(text))
    except (ImportProblem, JsonProblem):
        return Value.of_string(text)
    if str(number) != text:
        return Value.of_string(text)  # a leading zero or plus, an exponent: rather a code than a number
    return Value.of_int(number) if isinstance(number, int) else Value.of_double(number)


def _typed(text: str, wanted: ValueType) -> Value:
    """The value of the type that the definition wants. Raises ImportProblem."""
    try:
        match wanted:
            case ValueType.STRING:
                return Value.of_string(text)
            case ValueType.BOOL if text.lower() in _WORDS:
                return Value.of_bool(_WORDS[text.lower()])
            case ValueType.JSON:
                return Value.of_json(jsontext.parse(text))
            case ValueType.INT if isinstance(number := parse_number(text), int):
                return Value.of_int(number)
            case ValueType.DOUBLE:
                return Value.of_double(_double(parse_number(text)))
            case ValueType.SECRET:
                raise ImportProblem("is to be a secret by its definition; make it a SecureString")
    except JsonProblem as problem:
        raise ImportProblem(f"is no {wanted}, which its definition wants: {problem}") from None
    raise ImportProblem(f"is no {wanted}, which its definition wants")


def _double(number: Number) -> float:
    return float(to_double(number))
