"""What is refused before a name is looked up."""

import pytest

from vexil.server.egress.allow_list import AllowList
from vexil.server.egress.places import never_fetched

LITERALS = [
    *(
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "0.0.0.0",
        "169.254.169.254",
    ),
    *("10.0.0.1", "[::1]", "[fe80::1]", "[fe80::1%25lo]", "[fd00:ec2::254]", "[::ffff:127.0.0.1]"),
    *("[::ffff:7f00:1]", "[64:ff9b::a9fe:a9fe]", "\uff11\uff12\uff17.0.0.1"),
]


def refusal(url: str, allowed: str = "public") -> str:
    return never_fetched(url, AllowList.parse(allowed))


@pytest.mark.parametrize("host", LITERALS)
def test_ssrf_by_an_inner_address_in_any_spelling(host: str) -> None:
    assert "egress_allow" in refusal(f"https://{host}/keys")


@pytest.mark.parametrize(
    "url",
    [
        *("http://login.example/keys", "file:///etc/passwd", "https:///keys", "https://login.example:x/keys"),
        *("https://ada@login.example/keys", "https://login.example@127.0.0.1/keys", "https://[::1/keys"),
    ],
)
def test_what_is_no_place_of_keys_is_refused(url: str) -> None:
    assert refusal(url)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://login.example/keys", "public"),
        ("https://localhost/keys", "public"),  # that one is refused when it is looked up
        ("https://8.8.8.8/keys", "public"),
        ("https://10.1.2.3:8443/keys", "10.0.0.0/8"),
        ("https://login.corp:8443/keys", "public,login.corp:8443"),
        ("https://login.corp:8443/keys", "10.0.0.0/8"),
    ],
)
def test_place_that_may_be_allowed_is_not_refused(url: str, allowed: str) -> None:
    assert refusal(url, allowed) == ""


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://login.example:8443/keys", "public"),
        ("https://login.example/keys", "login.corp"),
        ("https://login.corp:9443/keys", "login.corp:8443"),
        ("https://login.example/keys", "10.1.2.3:8443"),
    ],
)
def test_name_or_port_that_can_never_be_allowed_is_refused(url: str, allowed: str) -> None:
    assert "egress_allow" in refusal(url, allowed)
