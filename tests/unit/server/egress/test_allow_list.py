"""Which places may be connected to."""

from ipaddress import ip_address

import pytest

from vexil.core.errors import InvalidRequest
from vexil.server.egress.addresses import is_public
from vexil.server.egress.allow_list import AllowList
from vexil.server.settings import ServerSettings

INNER = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "0.1.2.3",
    "10.1.2.3",
    "100.64.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "192.168.1.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.1.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "fe80::1",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "ff0e::1",
    "2001:db8::1",
]
IN_DISGUISE = [
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:8.8.8.8",
    "64:ff9b::127.0.0.1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]
PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001:812::200e"]


@pytest.mark.parametrize("address", [*INNER, *IN_DISGUISE])
def test_ssrf_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not is_public(ip_address(address))
    assert not AllowList.parse("public").allows("keys.example", 443, ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed_on_the_port_of_https(address: str) -> None:
    allowed = AllowList.parse("public")
    assert allowed.allows("keys.example", 443, ip_address(address))
    assert not allowed.allows("keys.example", 22, ip_address(address))
    assert not AllowList.parse("").allows("keys.example", 443, ip_address(address))


@pytest.mark.parametrize(
    ("entry", "host", "port", "address"),
    [
        ("keys.example", "KEYS.example.", 8443, "10.0.0.1"),
        ("keys.example:8443", "keys.example", 8443, "10.0.0.1"),
        ("10.0.0.0/8", "keys.example", 8443, "10.1.2.3"),
        ("10.1.2.3", "keys.example", 8443, "10.1.2.3"),
        ("10.1.2.3:8443", "10.1.2.3", 8443, "10.1.2.3"),
        ("fd00::/8", "keys.example", 443, "fd00::1"),
        ("fd00::1", "keys.example", 443, "fd00::1"),
        ("[fd00::1]:8443", "keys.example", 8443, "fd00::1"),
        ("[fd00::1]", "keys.example", 8443, "fd00::1"),
        ("public, 10.0.0.0/8 ,", "keys.example", 8443, "10.0.0.1"),
    ],
)
def test_place_that_is_listed_is_allowed(entry: str, host: str, port: int, address: str) -> None:
    assert AllowList.parse(entry).allows(host, port, ip_address(address))


@pytest.mark.parametrize(
    ("entry", "host", "port", "address"),
    [
        ("keys.example", "keys.example.evil.test", 443, "10.0.0.1"),
        ("keys.example", "evilkeys.example", 443, "10.0.0.1"),
        ("keys.example:8443", "keys.example", 443, "10.0.0.1"),
        ("10.1.2.3:8443", "10.1.2.3", 443, "10.1.2.3"),
        ("10.0.0.0/8", "10.0.0.1", 443, "11.0.0.1"),
        ("127.0.0.0/8", "keys.example", 443, "::ffff:127.0.0.1"),
        ("0.0.0.0/0", "keys.example", 443, "::1"),
    ],
)
def test_place_that_is_only_like_one_listed_is_refused(
    entry: str, host: str, port: int, address: str
) -> None:
    assert not AllowList.parse(entry).allows(host, port, ip_address(address))


@pytest.mark.parametrize(
    "entry",
    ["10.0.0.1/8", "keys.example:0", "keys.example:", "keys.example:https", "*.example", "a b", ":443"],
)
def test_entry_that_is_none_is_refused_by_the_settings(entry: str) -> None:
    with pytest.raises(InvalidRequest, match="egress_allow"):
        ServerSettings(egress_allow=entry)
