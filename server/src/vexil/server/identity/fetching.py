"""Fetching what identity providers publish."""

import ssl
from pathlib import Path

from vexil.core.errors import InvalidRequest, Violation
from vexil.server.egress.allow_list import AllowList
from vexil.server.egress.client import HttpClient, Limits, Resolve, system_resolver

_LIMITS = Limits(most_bytes=256 * 1024, seconds=5.0)
_OK = 200


class Fetcher:
    """Gets small documents by HTTPS, from the very place that was asked for, if that is allowed.

    `authorities` is a PEM file of who is trusted to certify those places; None: whom the system trusts.
    Raises InvalidRequest for a file that can't be read, or holds no certificate.
    """

    def __init__(
        self, allowed: AllowList, authorities: Path | None = None, resolve: Resolve = system_resolver
    ) -> None:
        try:
            self._tls = ssl.create_default_context(cafile=authorities)
        except OSError as error:  # an SSLError is one
            what = f"{authorities} holds no PEM certificate"
            raise InvalidRequest.of([Violation("provider_ca_file", what)]) from error
        self._client = HttpClient(allowed, _LIMITS, resolve)

    def fetch(self, url: str) -> bytes:
        """What is there. Raises OSError, and ValueError for a place or a size that is not accepted."""
        if not url.startswith("https://"):
            raise ValueError("is not an https URL")
        answer = self._client.request("GET", url, {"Accept": "application/json"}, tls=self._tls)
        if answer.status != _OK:  # a redirect too: who answers there would choose what is connected to
            raise OSError(f"answers {answer.status}")
        return answer.body
