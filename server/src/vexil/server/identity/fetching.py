"""Fetching what identity providers publish."""

import ssl
from pathlib import Path
from typing import Any
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from vexil.core.errors import InvalidRequest, Violation

_SECONDS = 5.0
_MOST_BYTES = 256 * 1024


class Fetcher:
    """Gets small documents by HTTPS, from the very place that was asked for.

    `authorities` is a PEM file of who is trusted to certify those places; None: whom the system trusts.
    Raises InvalidRequest for a file that can't be read, or holds no certificate.
    """

    def __init__(self, authorities: Path | None = None) -> None:
        try:
            context = ssl.create_default_context(cafile=authorities)
        except OSError as error:  # an SSLError is one
            what = f"{authorities} holds no PEM certificate"
            raise InvalidRequest.of([Violation("provider_ca_file", what)]) from error
        self._opener = build_opener(HTTPSHandler(context=context), _NoRedirects())

    def fetch(self, url: str) -> bytes:
        """What is there. Raises OSError, and ValueError for a place or a size that is not accepted."""
        if not url.startswith("https://"):
            raise ValueError("is not an https URL")
        request = Request(url, headers={"Accept": "application/json"})  # noqa: S310 - https, as just checked
        with self._opener.open(request, timeout=_SECONDS) as response:
            data: bytes = response.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise ValueError(f"is longer than {_MOST_BYTES} bytes")
        return data


class _NoRedirects(HTTPRedirectHandler):
    """A redirect is an error: it would let who answers there choose what this server connects to."""

    def redirect_request(self, *_: Any) -> None:
        """None: the answer is taken as it is."""
