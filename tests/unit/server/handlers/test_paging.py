"""Pages and their tokens."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.core.errors import InvalidRequest, Reason
from vexil.core.resource import Kind
from vexil.server.handlers.paging import DEFAULT_PAGE_SIZE, PAGE_BUDGET, Page
from vexil.v1.admin_service_pb2 import ListNamespacesRequest, ListNamespacesResponse, NamespaceSummary
from vexil.v1.config_service_pb2 import ListRequest
from vexil.v1.resource_pb2 import Namespace


def pages(names: list[str], size: int, padding: int = 0) -> list[list[str]]:
    """The names as a client collects them, page after page."""
    token, collected = "", []
    while True:
        page = Page(ListNamespacesRequest(page_size=size, page_token=token))
        response = ListNamespacesResponse()
        after = page.after(str)
        summaries = (
            (name, NamespaceSummary(namespace=name, spec=Namespace(description="x" * padding)))
            for name in names
            if after is None or name > after
        )
        token = page.fill(response.namespaces, summaries)
        collected.append([summary.namespace for summary in response.namespaces])
        if not token:
            return collected


@given(st.lists(st.text(max_size=5), unique=True, max_size=20).map(sorted), st.integers(1, 7))
def test_pages_hold_everything_once_and_in_order(names: list[str], size: int) -> None:
    collected = pages(names, size)
    assert [name for page in collected for name in page] == names
    assert all(len(page) == size for page in collected[:-1])


def test_page_is_of_the_default_size_where_none_is_said() -> None:
    names = [f"{i:04}" for i in range(DEFAULT_PAGE_SIZE + 1)]
    assert [len(page) for page in pages(names, 0)] == [DEFAULT_PAGE_SIZE, 1]


def test_large_items_make_shorter_pages_and_one_always_fits() -> None:
    assert [len(page) for page in pages(["a", "b", "c"], 10, padding=PAGE_BUDGET)] == [1, 1, 1]
    assert [len(page) for page in pages(["a", "b", "c"], 10, padding=PAGE_BUDGET // 2 - 100)] == [2, 1]


def token_of(request: Any) -> str:
    """The token after one item."""
    single = type(request)(page_size=1)
    single.MergeFrom(request)
    page = Page(single)
    for key in ("a", "b"):
        page.add([], NamespaceSummary(), [4, key])
    return page.next_token


def refused(request: Any, *kinds: type[Any]) -> None:
    with pytest.raises(InvalidRequest) as raised:
        Page(request).after(*kinds or [str])
    assert raised.value.reason is Reason.INVALID_PAGE_TOKEN
    assert raised.value.violations[0].field == "page_token"


def test_token_is_good_with_another_page_size() -> None:
    token = token_of(ListRequest(namespace="shop", environment="prod"))
    again = ListRequest(namespace="shop", environment="prod", page_size=7, page_token=token)
    assert Page(again).after(Kind, str) == [Kind(4), "a"]


def test_token_of_another_list_is_refused() -> None:
    token = token_of(ListRequest(namespace="shop", environment="prod"))
    refused(ListRequest(namespace="shop", environment="qa", page_token=token))
    refused(ListNamespacesRequest(page_token=token))


@given(st.text(max_size=40))
def test_text_that_is_no_token_is_refused(text: str) -> None:
    if text:
        refused(ListNamespacesRequest(page_token=text))


def test_damaged_token_is_refused() -> None:
    token = base64.urlsafe_b64decode(token_of(ListNamespacesRequest()))
    for i in range(len(token)):
        damaged = bytearray(token)
        damaged[i] ^= 1
        refused(ListNamespacesRequest(page_token=base64.urlsafe_b64encode(bytes(damaged)).decode()))


@pytest.mark.parametrize(
    ("place", "kinds"),
    [
        ([], [str]),
        (None, [str]),
        (True, [int]),
        (-1, [int]),
        (2**63, [int]),
        ("a", [Kind, str]),
        ([4], [Kind, str]),
        ([4, "a", "b"], [Kind, str]),
        ([99, "a"], [Kind, str]),
        (["a", 4], [Kind, str]),
        ([4, None], [Kind, str]),
    ],
)
def test_token_that_was_made_up_is_refused(place: Any, kinds: list[type[Any]]) -> None:
    page = Page(ListNamespacesRequest())
    page.break_off(place)
    refused(ListNamespacesRequest(page_token=page.next_token), *kinds)
