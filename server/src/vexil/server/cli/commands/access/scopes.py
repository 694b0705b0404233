"""Scopes and grants on the command line."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter
from google.protobuf.message import Message

from vexil.convert.access import SCOPE, VERBS
from vexil.convert.wellknown import read_time
from vexil.core.access.scope import ALL, Scope
from vexil.server.cli.render.text import printable
from vexil.server.cli.render.times import moment
from vexil.server.cli.usage import UsageError
from vexil.v1 import access_pb2


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ScopeChoices:
    """Where something is granted: all members must fit."""

    in_namespace: Annotated[
        tuple[str, ...],
        Parameter(negative=(), help="A namespace that it is for, any number of times; '*': all of them."),
    ] = ()
    in_environment: Annotated[
        tuple[str, ...],
        Parameter(negative=(), help="Only for this environment, any number of times. Default: for all."),
    ] = ()
    key_prefix: Annotated[
        tuple[str, ...],
        Parameter(negative=(), help="Only for keys that begin so, any number of times. Default: for all."),
    ] = ()
    of_kind: Annotated[
        tuple[str, ...],
        Parameter(
            negative=(), help="Only for this kind, such as setting, any number of times. Default: all."
        ),
    ] = ()

    def message(self) -> access_pb2.Scope:
        """The scope. Raises UsageError where no namespace is said: that never means all of them."""
        if not self.in_namespace:
            raise UsageError("No namespace is named.", "Say --in-namespace NAME, or '*' for all.")
        return access_pb2.Scope(
            namespaces=self.in_namespace,
            environments=self.in_environment or (ALL,),
            key_prefixes=self.key_prefix or (ALL,),
            kinds=self.of_kind or (ALL,),
        )


def scope_text(message: access_pb2.Scope) -> str:
    """A scope in a line: `shop`, `shop/prod, keys checkout/*, kinds setting`."""
    scope: Scope = SCOPE.read(message)
    text = _names(scope.namespaces)
    if scope.environments != (ALL,):
        text += f"/{_names(scope.environments)}"
    if scope.key_prefixes != (ALL,):
        text += f", keys {_names(tuple(f'{prefix}*' for prefix in scope.key_prefixes))}"
    if scope.kinds != (ALL,):
        text += f", kinds {_names(scope.kinds)}"
    return printable(text)


def verbs_text(numbers: "list[access_pb2.Verb]") -> str:
    """Verbs in a line."""
    return ", ".join(VERBS.read(number) for number in numbers)


def time_text(message: Message, field: str) -> str:
    """A time that may be unset: then a dash."""
    return moment(read_time(getattr(message, field))) if message.HasField(field) else "–"


def _names(names: tuple[str, ...]) -> str:
    return "|".join(names) or "nothing"
