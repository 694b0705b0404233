import base64

import pytest

from tests.fuzz.formats import FORMATS, run
from tests.fuzz.formats.kept import EXPORTED

# A serial number of a certificate that is not positive: read, but not for ever.
pytestmark = pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")

SLOW = {"configuration of the server"}
INCOMPLETE = {
    "template of a flow",
    "manifest of a backup",
    "JSON web token",
    "private key of the server",
}
"""Samples that lack parameters, are parts of what is read, or need another key than the one at hand."""


def armoured(content: str) -> str:
    """Bytes in Latin-1 as a certificate in PEM."""
    lines = base64.encodebytes(content.encode("latin-1")).decode()
    return f"-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n"


HALF = "\\ud800"
DEEP = "[" * 5000
HEADER = '{"format": "vexil-export", "version": 1, "namespace": "a", "revision": %s, "resourceCount": 1}'

VERSION_35 = (
    FORMATS["certificate of a client"].samples[0].replace("\xa0\x03\x02\x01\x02", "\xa0\x03\x02\x01\x22", 1)
)

FOUND = {
    "certificate of a client": [VERSION_35],
    "certificate of the server": [armoured(VERSION_35)],
    "export": [
        HEADER % "null",
        HEADER % "1e999",
        HEADER % "1" + '\n{"id": {"kind": 1e999}}',
        HEADER % "1" + f'\n{{"id": {{"kind": "{HALF}"}}}}',
    ],
    "audit export": [EXPORTED[0].replace('"version": "1"', f'"version": "{2**63}"')],
    "audit journal": ['{"action": {}}\n', '{"chain": "", "previous": "", "number": 1e999}\n'],
    "audit sink of lines": [DEEP],
    "keyring": [DEEP],
    "member of a secret": [f'{{"password": "{HALF}"}}'],
    "configuration of the server": [f"a = {DEEP}"],
    "contexts of the command line": [f"a = {DEEP}"],
    "value": ["9" * 5000],
    "attribute": [f"a={DEEP}", "a=" + "9" * 5000],
}
"""What was read with another error than a refusal once."""


@pytest.mark.parametrize("name", FORMATS)
def test_whatever_is_in_it_a_file_is_read_or_refused(name: str) -> None:
    for i in range(10 if name in SLOW else 150):
        assert run(name, f"{name} {i}") is None


@pytest.mark.parametrize("name", FORMATS)
def test_samples_are_good(name: str) -> None:
    for sample in FORMATS[name].samples:
        if name not in INCOMPLETE:
            FORMATS[name].read(sample)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in FOUND.items() for text in texts])
def test_what_was_found_is_refused(name: str, text: str) -> None:
    try:
        FORMATS[name].read(text)
    except FORMATS[name].refusals:
        pass
