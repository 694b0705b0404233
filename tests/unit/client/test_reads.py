import pytest

from vexil.client import ClientState, ErrorCode, EvaluationContext, EvaluationReason, SecretReference
from vexil.client.testing import InMemoryClient
from vexil.core.setting import Match, Operator, Rule, Setting
from vexil.core.value import Value

SECRET = SecretReference("arn:aws:secretsmanager:eu-central-1:1:secret:db")
VALUES = {
    "bool": False,
    "string": "",
    "int": 0,
    "double": 0.0,
    "object": {"a": [1]},
    "array": [1],
    "secret": SECRET,
}


@pytest.fixture
def client() -> InMemoryClient:
    return InMemoryClient(VALUES)


@pytest.mark.parametrize("key", VALUES)
def test_get_gives_values_of_every_type_falsy_ones_too(client: InMemoryClient, key: str) -> None:
    assert client.get(key, "default") == VALUES[key]


def test_get_gives_the_default_for_what_is_not_there(client: InMemoryClient) -> None:
    assert client.get("missing", "default") == "default"
    assert client.get("missing") is None


def test_getters_give_values_of_their_type(client: InMemoryClient) -> None:
    assert client.get_bool("bool", True) is False
    assert client.get_string("string", "x") == ""
    assert client.get_int("int", 1) == 0
    assert client.get_float("double", 1.0) == 0.0
    assert client.get_json("object") == {"a": [1]}
    assert client.get_secret("secret") == SECRET


@pytest.mark.parametrize("key", [*VALUES, "missing"])
def test_getters_give_the_default_for_another_type(client: InMemoryClient, key: str) -> None:
    if key != "bool":
        assert client.get_bool(key, True) is True
    if key != "string":
        assert client.get_string(key, "x") == "x"
    if key != "int":
        assert client.get_int(key, 7) == 7
    if key != "double":
        assert client.get_float(key, 7.0) == 7.0
    if key not in ("object", "array"):
        assert client.get_json(key, "x") == "x"
    if key != "secret":
        assert client.get_secret(key) is None


@pytest.mark.parametrize(
    ("key", "fitting"),
    [
        ("bool", {bool}),
        ("string", {str}),
        ("int", {int}),
        ("double", {float}),
        ("object", {dict}),
        ("array", {list}),
        ("secret", {SecretReference}),
        ("missing", set()),
    ],
)
def test_get_typed_gives_a_value_only_of_that_type(
    client: InMemoryClient, key: str, fitting: set[type]
) -> None:
    default = object()
    for value_type in (bool, str, int, float, dict, list, SecretReference):
        got: object = client.get_typed(key, value_type, default)
        assert (got is not default) == (value_type in fitting)


def test_get_typed_of_a_type_that_no_setting_has_is_a_mistake(client: InMemoryClient) -> None:
    with pytest.raises(TypeError, match="bytes"):
        client.get_typed("string", bytes, b"")


def test_json_values_are_read_only(client: InMemoryClient) -> None:
    with pytest.raises(TypeError, match="read-only"):
        client.get("object")["b"] = 1


def test_context_decides(client: InMemoryClient) -> None:
    on = Match("country", Operator.EQUALS, (Value.of_string("de"),))
    variants = {"on": Value.of_bool(True), "off": Value.of_bool(False)}
    client.set("flag", Setting(variants=variants, serve="off", rules=(Rule(on, "on", id="germany"),)))
    inside, outside = EvaluationContext("u", {"country": "de"}), EvaluationContext("u", {"country": "fr"})
    assert client.get_bool("flag", False, inside)
    assert not client.get_bool("flag", True, outside)
    evaluation = client.evaluate("flag", inside)
    assert (evaluation.variant, evaluation.rule) == ("on", "germany")
    assert client.explain("flag", inside).evaluation == evaluation
    assert client.explain("flag", inside).steps


def test_evaluation_says_why_there_is_no_value(client: InMemoryClient) -> None:
    evaluation = client.evaluate("missing")
    assert (evaluation.reason, evaluation.error_code) == (EvaluationReason.ERROR, ErrorCode.FLAG_NOT_FOUND)
    client.set_state(ClientState.CONNECTING)
    assert client.evaluate("int").error_code is ErrorCode.PROVIDER_NOT_READY
