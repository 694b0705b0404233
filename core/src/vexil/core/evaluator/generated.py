"""Rules as one generated function, for settings that are evaluated often.

The closures in `compile` walk a list of rules; a generated function has the rules as its own statements,
reads each attribute once, and compares text in place. It takes about six times as long to make, which is why
`compile` asks for it only once a setting has proved busy.

The code is built as a syntax tree from typed nodes. What a user wrote enters it only as constants and as
objects bound to names that are made here; no text is ever parsed.
"""

import ast
from collections.abc import Sequence
from typing import Any

from vexil.core.evaluation import Evaluation
from vexil.core.evaluator import outcomes
from vexil.core.evaluator.compiled import CompiledRule, Decide, Outcome
from vexil.core.resource import ResourceState


def generate_rules(state: ResourceState, rules: Sequence[CompiledRule], rest: Outcome) -> Decide:
    """The function that tries the rules in order and then the rest."""
    scope: dict[str, Any] = {"failure": outcomes.failure, "state": state, "str": str, "type": type}
    attributes = _Attributes()
    body: list[ast.stmt] = []
    for index, (texts, attribute, holds, operands, outcome) in enumerate(rules):
        compare, given = f"holds{index}", f"operands{index}"
        scope[compare] = holds
        if attribute is None:
            test: ast.expr = _call(compare, "context", "view")
        else:
            scope[given] = operands
            body += attributes.read(attribute, is_text=texts is not None)
            value = attributes.names[attribute]
            test = _and(_is_not_none(value), _call(compare, value, given))
            if texts is not None:
                test = ast.IfExp(_name(f"{value}_is_text"), _is_one_of(value, texts, given), test)
        body.append(ast.If(test, [_return(scope, f"outcome{index}", outcome)], []))
    body.append(_return(scope, "rest", rest))
    module = ast.Module([_function(body)], [])
    ast.fix_missing_locations(module)
    exec(compile(module, "<rules>", "exec"), scope)  # noqa: S102  # a tree of our own nodes, see above
    decide: Decide = scope["decide"]
    return decide


class _Attributes:
    """Reads attributes where they are first needed, each once."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._typed: set[str] = set()

    def read(self, attribute: str, *, is_text: bool) -> list[ast.stmt]:
        """What has to be done before a test of the attribute that was not done before."""
        statements: list[ast.stmt] = []
        if attribute not in self.names:
            self.names[attribute] = f"value{len(self.names)}"
            found = ast.Call(_name("get"), [ast.Constant(attribute)], [])
            statements.append(_assign(self.names[attribute], found))
        name = self.names[attribute]
        if is_text and name not in self._typed:
            self._typed.add(name)
            kind = ast.Compare(_call("type", name), [ast.Is()], [_name("str")])
            statements.append(_assign(f"{name}_is_text", kind))
        return statements


def _function(body: list[ast.stmt]) -> ast.FunctionDef:
    get = ast.Attribute(ast.Attribute(_name("context"), "attributes", ast.Load()), "get", ast.Load())
    failed = ast.Return(_call("failure", "state", "problem", "context", "view"))
    handler = ast.ExceptHandler(_name("Exception"), "problem", [failed])
    guarded = ast.Try([_assign("get", get), *body], [handler], [], [])
    parameters = ast.arguments([], [ast.arg("context"), ast.arg("view")], None, [], [], None, [])
    return ast.FunctionDef("decide", parameters, [guarded], [])


def _is_one_of(value: str, texts: frozenset[Any], operands: str) -> ast.expr:
    """Text compared in place: with the only operand, or with the set of them."""
    if len(texts) == 1 and type(only := next(iter(texts))) is str:
        return ast.Compare(_name(value), [ast.Eq()], [ast.Constant(only)])
    return ast.Compare(_name(value), [ast.In()], [_name(operands)])


def _return(scope: dict[str, Any], name: str, outcome: Outcome) -> ast.stmt:
    scope[name] = outcome
    return ast.Return(_name(name) if isinstance(outcome, Evaluation) else _call(name, "context", "view"))


def _name(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _call(function: str, *arguments: str) -> ast.expr:
    return ast.Call(_name(function), [_name(argument) for argument in arguments], [])


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def _and(*tests: ast.expr) -> ast.expr:
    return ast.BoolOp(ast.And(), list(tests))


def _is_not_none(name: str) -> ast.expr:
    return ast.Compare(_name(name), [ast.IsNot()], [ast.Constant(None)])
