"""A small OpenID Connect issuer: its keys are published over HTTPS, and it signs what it is asked to."""

import json
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from tests.support.certificates import Authority

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


class SigningKey:
    """A key pair with its id, for one algorithm."""

    def __init__(self, id: str, algorithm: str = "ES256", key: PrivateKey | None = None) -> None:
        self.id = id
        self.algorithm = algorithm
        self.private = key or _new(algorithm)

    @property
    def public(self) -> dict[str, Any]:
        """The public half as a JSON Web Key."""
        key = self.private.public_key()
        match key:
            case rsa.RSAPublicKey():
                found = RSAAlgorithm.to_jwk(key, as_dict=True)
            case ec.EllipticCurvePublicKey():
                found = ECAlgorithm.to_jwk(key, as_dict=True)
            case _:
                found = OKPAlgorithm.to_jwk(key, as_dict=True)
        return {**found, "kid": self.id, "use": "sig"}

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """A token with these claims; members of the header are added, or replaced."""
        return jwt.encode(claims, self.private, self.algorithm, {"kid": self.id, **header})


class Issuer:
    """Publishes `keys` at `jwks_uri`; while `down`, it answers 503. `asked` counts how often it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.jwks_uri = f"{url}/keys"
        self.keys: Sequence[SigningKey] = ()
        self.down = False
        self.asked = 0
        self.redirect: str | None = None

    def document(self) -> bytes:
        """What is published."""
        return json.dumps({"keys": [key.public for key in self.keys]}).encode()


@contextmanager
def issuer(folder: Path) -> Iterator[tuple[Issuer, Path]]:
    """An issuer on loopback, and the file of the authority that certifies it."""
    authority = Authority("issuer's authority")
    trusted, certificate, key = folder / "issuer-ca.pem", folder / "issuer.crt", folder / "issuer.key"
    trusted.write_bytes(authority.pem)
    authority.issue("issuer").write(certificate, key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked += 1
            if made.redirect is not None:
                self.send_response(302)
                self.send_header("Location", made.redirect)
                self.end_headers()
                return
            self.send_response(503 if made.down or self.path != "/keys" else 200)
            self.end_headers()
            self.wfile.write(made.document())

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    made = Issuer(f"https://localhost:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made, trusted
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _new(algorithm: str) -> PrivateKey:
    match algorithm:
        case "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        case "EdDSA":
            return ed25519.Ed25519PrivateKey.generate()
        case _:
            return rsa.generate_private_key(65537, 2048)
