from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.server.limits.networks import address_of, neighbourhood, networks, within


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ipv4:127.0.0.1:51234", "127.0.0.1"),
        ("ipv6:%5B::1%5D:51234", "::1"),
        ("ipv6:[2001:db8::1]:51234", "2001:db8::1"),
        ("10.1.2.3", "10.1.2.3"),
        ("10.1.2.3:80", "10.1.2.3"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_address_is_read_as_peers_and_proxies_write_it(text: str, address: str) -> None:
    assert address_of(text) == ip_address(address)


@pytest.mark.parametrize("text", ["", "unix:", "unix", "localhost", "1.2.3", "010.0.0.1", "[", "x" * 10_000])
def test_anything_else_is_no_address(text: str) -> None:
    assert address_of(text) is None


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    address_of(text)


def test_one_subscriber_of_ipv6_is_one_caller() -> None:
    assert neighbourhood(ip_address("2001:db8::1")) == neighbourhood(ip_address("2001:db8::ffff:1"))
    assert neighbourhood(ip_address("2001:db8::1")) != neighbourhood(ip_address("2001:db8:0:1::1"))
    assert neighbourhood(ip_address("10.0.0.1")) != neighbourhood(ip_address("10.0.0.2"))


def test_networks_of_both_versions_stand_in_one_list() -> None:
    allowed = networks("10.0.0.0/8, 2001:db8::/32,192.0.2.1")
    assert within(ip_address("10.9.9.9"), allowed)
    assert within(ip_address("2001:db8::1"), allowed)
    assert within(ip_address("192.0.2.1"), allowed)
    assert not within(ip_address("11.0.0.1"), allowed)
    assert not within(ip_address("::1"), allowed)


@pytest.mark.parametrize("text", ["10.0.0.1/8", "10.0.0.0/33", "example.com", "10.0.0.0/8;11.0.0.0/8"])
def test_network_with_a_slip_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        networks(text)
