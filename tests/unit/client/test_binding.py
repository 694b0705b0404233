from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest
from pydantic import BaseModel, Field

from vexil.client import ClientState, EvaluationContext, Key, SecretReference
from vexil.client.testing import InMemoryClient
from vexil.core.errors import InvalidRequest
from vexil.core.setting import Setting, Split, WeightedVariant
from vexil.core.value import Value


@dataclass(frozen=True)
class Checkout:
    max_items: Annotated[int, Key("max-items")] = 10
    currency: Literal["EUR", "USD"] = "EUR"
    timeout: float | None = None
    banner: str = "hello"
    limits: dict[str, int] = field(default_factory=lambda: {"per_day": 5})
    password: SecretReference | None = None


class Search(BaseModel):
    page_size: Annotated[int, Field(ge=1, le=100)] = 20
    boost: Annotated[float, Key("boost-factor")] = 1.0


class Mail(TypedDict):
    sender: str
    retries: Annotated[NotRequired[int], Key("max-retries")]


@pytest.fixture
def client() -> InMemoryClient:
    return InMemoryClient()


def test_bound_object_has_the_defaults_until_settings_are_there(client: InMemoryClient) -> None:
    checkout = client.bind(Checkout, "checkout.")
    assert checkout.snapshot() == Checkout()
    assert checkout.max_items == 10


def test_bound_object_is_always_current(client: InMemoryClient) -> None:
    checkout = client.bind(Checkout, "checkout.")
    client.update({"checkout.max-items": 3, "checkout.limits": {"per_day": 1}, "checkout.timeout": 0.5})
    assert (checkout.max_items, checkout.limits, checkout.timeout) == (3, {"per_day": 1}, 0.5)
    client.set("checkout.max-items", 4)
    assert checkout.max_items == 4
    client.delete("checkout.max-items")
    assert checkout.max_items == 10


def test_snapshot_is_of_one_revision_and_stays_as_it_is(client: InMemoryClient) -> None:
    checkout = client.bind(Checkout, "checkout.")
    client.update({"checkout.max-items": 1, "checkout.banner": "one"})
    before = checkout.snapshot()
    client.update({"checkout.max-items": 2, "checkout.banner": "two"})
    assert (before.max_items, before.banner) == (1, "one")
    assert (checkout.snapshot().max_items, checkout.snapshot().banner) == (2, "two")


def test_snapshot_is_made_once_for_each_state(client: InMemoryClient) -> None:
    checkout = client.bind(Checkout, "checkout.")
    assert checkout.snapshot() is checkout.snapshot()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("max-items", 1.0),
        ("max-items", True),
        ("max-items", "1"),
        ("currency", "GBP"),
        ("timeout", 1),
        ("banner", 5),
        ("limits", [1]),
        ("password", "hunter2"),
    ],
)
def test_value_of_another_type_leaves_the_default_and_is_logged(
    client: InMemoryClient, caplog: pytest.LogCaptureFixture, key: str, value: Any
) -> None:
    checkout = client.bind(Checkout, "checkout.")
    client.set(f"checkout.{key}", value)
    assert checkout.snapshot() == Checkout()
    assert f"checkout.{key}" in caplog.text


def test_bound_flag_is_evaluated_for_its_context(client: InMemoryClient) -> None:
    split = Split((WeightedVariant("few", 1), WeightedVariant("many", 1)))
    variants = {"few": Value.of_int(1), "many": Value.of_int(100)}
    client.set("checkout.max-items", Setting(variants=variants, serve=split))
    seen = {
        client.bind(Checkout, "checkout.", context=EvaluationContext(f"user-{n}")).max_items
        for n in range(50)
    }
    assert seen == {1, 100}


def test_pydantic_model_checks_values_itself(
    client: InMemoryClient, caplog: pytest.LogCaptureFixture
) -> None:
    search = client.bind(Search, "search.")
    assert search.snapshot() == Search()
    client.update({"search.page_size": 50, "search.boost-factor": 2.5})
    assert search.snapshot() == Search(page_size=50, boost=2.5)
    client.set("search.page_size", 1000)
    assert search.page_size == 50
    assert "refused the values" in caplog.text
    client.set("search.page_size", 60)
    assert search.page_size == 60


def test_model_that_refuses_the_first_values_has_its_defaults(client: InMemoryClient) -> None:
    client.set("search.page_size", 1000)
    assert client.bind(Search, "search.").snapshot() == Search()


def test_typed_dict_is_read_by_item(client: InMemoryClient) -> None:
    mail = client.bind(Mail, "mail.", defaults={"sender": "me@example.com", "retries": 3})
    client.set("mail.max-retries", 5)
    assert mail["retries"] == 5
    assert mail.snapshot() == {"sender": "me@example.com", "retries": 5}


def test_attributes_and_items_are_not_mixed_up(client: InMemoryClient) -> None:
    mail = client.bind(Mail, defaults={"sender": "", "retries": 3})
    with pytest.raises(AttributeError):
        _ = mail.sender
    with pytest.raises(TypeError, match=r"read \.banner"):
        _ = client.bind(Checkout)["banner"]


def test_field_without_a_default_is_refused(client: InMemoryClient) -> None:
    @dataclass
    class Needy:
        name: str
        size: int
        colour: str = "red"

    with pytest.raises(InvalidRequest) as raised:
        client.bind(Needy)
    assert [each.field for each in raised.value.violations] == ["Needy.name", "Needy.size"]
    assert client.bind(Needy, defaults={"name": "x", "size": 1}).size == 1


def test_default_that_is_given_wins_over_the_type(client: InMemoryClient) -> None:
    assert client.bind(Checkout, defaults={"max_items": 99}).max_items == 99


def test_other_types_are_refused(client: InMemoryClient) -> None:
    with pytest.raises(InvalidRequest, match="no dataclass, pydantic model or TypedDict"):
        client.bind(int)


def test_bound_object_without_any_state_has_its_defaults(client: InMemoryClient) -> None:
    client.set("checkout.banner", "set")
    checkout = client.bind(Checkout, "checkout.")
    client.set_state(ClientState.CONNECTING)
    assert checkout.banner == "hello"
    client.set_state(ClientState.STALE)
    assert checkout.banner == "set"
    assert "banner='set'" in repr(checkout)
