"""What is typed: values, attributes, selections, addresses."""

from collections.abc import Mapping
from contextlib import suppress

from tests.fuzz.formats.format import Format
from vexil.core.value import ValueType
from vexil.server.cli.literals import guess_type, parse_attribute, parse_value
from vexil.server.cli.selection import selector_of
from vexil.server.cli.usage import UsageError
from vexil.server.egress.allow_list import AllowList
from vexil.server.limits.networks import address_of, networks


def _value(text: str) -> None:
    parse_value(text, guess_type(text))
    for wanted in ValueType:
        with suppress(UsageError):
            parse_value(text, wanted)


TYPED: Mapping[str, Format] = {
    "value": Format(("true", "-12", "1.5e3", '{"a": [1]}', "text"), _value),
    "attribute": Format(("plan=beta", "age=42", 'app={"version": "1.2.3"}'), parse_attribute),
    "selection": Format(("checkout.*", "*", "cart.max"), lambda text: selector_of(text, None, None)),
    "networks": Format(("10.0.0.0/8,2001:db8::/32", "127.0.0.1"), networks, (ValueError,)),
    "address of a caller": Format(
        ("ipv4:127.0.0.1:51234", "ipv6:%5B::1%5D:51234", "[::1%eth0]:80", "::ffff:10.0.0.1"), address_of, ()
    ),
    "places to connect to": Format(
        ("public,login.example:8443,10.0.0.0/8,[fd00::1]:8443",), AllowList.parse, (ValueError,)
    ),
}
