"""Public keys as identity providers publish them (RFC 7517), and which signatures each is good for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

_MOST_KEYS = 100
_LEAST_RSA_BITS = 2048
_CURVES = {"ES256": "secp256r1", "ES384": "secp384r1", "ES512": "secp521r1"}

AnyKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that verifies; `algorithm` is the only one it is published for, None: any that fits it."""

    key: AnyKey
    algorithm: str | None = None

    def fits(self, algorithm: str) -> bool:
        """Whether signatures of that algorithm (RFC 7518 §3.1) can be this key's."""
        if self.algorithm is not None and self.algorithm != algorithm:
            return False
        match self.key:
            case rsa.RSAPublicKey():
                return algorithm[:2] in {"RS", "PS"}
            case ec.EllipticCurvePublicKey():
                return _CURVES.get(algorithm) == self.key.curve.name
            case _:
                return algorithm == "EdDSA"


def read_key_set(data: bytes) -> Mapping[str, PublicKey]:
    """The keys of a JSON Web Key Set by their ids; one without an id has the empty one.

    Those that can't verify a signature, or that are too weak, are left out. Raises ValueError for what is no
    key set.
    """
    try:
        document = json.loads(data)
    except RecursionError:
        raise ValueError("is no JSON Web Key Set") from None
    published = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(published, list) or len(published) > _MOST_KEYS:
        raise ValueError(f"is no JSON Web Key Set of at most {_MOST_KEYS} keys")
    keys: dict[str, PublicKey] = {}
    for each in published:
        key = _public_key(each)
        if key is not None:
            keys[str(each.get("kid", ""))] = key
    return keys


def _public_key(published: Any) -> PublicKey | None:
    if not isinstance(published, dict) or published.get("use", "sig") != "sig":
        return None
    operations = published.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        return None
    try:
        key = jwt.PyJWK(published).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, NotImplementedError):
        # Of a sort that is not known here, or not valid. The last two are PyJWT's: for a member that is not
        # there, and for the algorithm `none`.
        return None
    if not isinstance(key, AnyKey):  # a private or a shared one was published
        return None
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < _LEAST_RSA_BITS:
        return None
    algorithm = published.get("alg")
    return PublicKey(key, algorithm if isinstance(algorithm, str) else None)
