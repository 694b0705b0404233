"""Whether the server can be reached, layer by layer."""

import re
import socket
import ssl
import time
from collections.abc import Iterator

import grpc

from vexil.client.rpc import Endpoint, Tls
from vexil.server.cli.doctor.finding import Finding, bad, doubtful, good
from vexil.server.cli.session import Session

_HOST_AND_PORT = re.compile(
    r"(?:dns:(?://[^/]*/)?|ipv4:|ipv6:)?(?:\[(?P<v6>[^\]]+)\]|(?P<host>[^:/\[\]]+)):(?P<port>\d+)"
)
_EXPIRES_SOON = 14 * 24 * 3600.0


def check_connection(session: Session) -> Iterator[Finding]:
    """A connection is accepted, TLS agreed on, and the other side speaks gRPC."""
    endpoint, timeout = session.endpoint, session.options.timeout
    place = _HOST_AND_PORT.fullmatch(endpoint.target)
    if place is not None:
        address = (place["v6"] or place["host"], int(place["port"]))
        try:
            connection = socket.create_connection(address, timeout)
        except OSError as error:
            yield bad(
                "network",
                f"{endpoint.target} can't be reached: {error.strerror or error}",
                "Is the server running (`vexil serve`), and is --target its address?",
            )
            return
        with connection:
            yield good("network", f"{address[0]} port {address[1]} accepts connections")
            if endpoint.tls is not None:
                yield _handshake(connection, endpoint.tls, address[0])
    try:
        grpc.channel_ready_future(session.channel).result(timeout)
    except grpc.FutureTimeoutError:
        yield bad("gRPC", f"nobody at {endpoint.target} speaks gRPC {_how(endpoint)}", _advice(endpoint))
        return
    yield good("gRPC", f"connected {_how(endpoint)}")


def _handshake(connection: socket.socket, tls: Tls, host: str) -> Finding:
    try:
        context = ssl.create_default_context(cafile=None if tls.ca_file is None else str(tls.ca_file))
        if tls.certificate_file is not None:
            context.load_cert_chain(tls.certificate_file, tls.key_file)
        context.set_alpn_protocols(["h2"])
        with context.wrap_socket(connection, server_hostname=tls.server_name or host) as secure:
            certificate = secure.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return bad(
            "TLS",
            f"the server's certificate is refused: {error.verify_message}",
            "Trust its authority with --tls-ca-file, or name it as it calls itself with --tls-server-name.",
        )
    except (ssl.SSLError, OSError) as error:
        reason = getattr(error, "reason", None) or error
        return bad("TLS", f"no agreement: {reason}", "Does the server use TLS? Without: --no-tls.")
    expires = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    left = expires - time.time()
    if left < _EXPIRES_SOON:
        return doubtful("TLS", f"the server's certificate expires in {left / 86400:.0f} days", "Renew it.")
    return good("TLS", f"the server's certificate is trusted, and valid for {left / 86400:.0f} days more")


def _how(endpoint: Endpoint) -> str:
    return "without TLS" if endpoint.tls is None else "with TLS"


def _advice(endpoint: Endpoint) -> str:
    if endpoint.tls is None:
        return "The server may want TLS (--tls), or something else listens there."
    return "Does the server want a client certificate (--tls-certificate-file, --tls-key-file)?"
