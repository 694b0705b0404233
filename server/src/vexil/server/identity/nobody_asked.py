"""No authentication: for loopback, and for whoever wants that in so many words."""

from vexil.core.access.grants import UNRESTRICTED
from vexil.core.access.identity import Identity, Means
from vexil.server.call import ANONYMOUS
from vexil.server.identity.certificates import common_name
from vexil.server.identity.credentials import Credentials

_ANYBODY = Identity(ANONYMOUS, UNRESTRICTED)


class NobodyAsked:
    """Lets everybody do everything."""

    def __init__(self, *, named_by_certificate: bool = True) -> None:
        """`named_by_certificate`: clients show certificates, whose names are those of their commits."""
        self._named_by_certificate = named_by_certificate

    def authenticate(self, credentials: Credentials) -> Identity:
        """The caller by the name in its certificate, or ANONYMOUS."""
        certificate = credentials.certificate if self._named_by_certificate else None
        name = None if certificate is None else common_name(certificate)
        return _ANYBODY if name is None else Identity(name, UNRESTRICTED, Means.CERTIFICATE)
