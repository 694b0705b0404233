"""Connections to a Redis whose password is kept elsewhere."""

from dataclasses import replace

from vexil.bridge.credential import Credential
from vexil.bridge.redis.address import RedisAddress
from vexil.bridge.redis.link import Connect, Wire
from vexil.bridge.redis.protocol import ProtocolError

_PATIENCE = 5.0


def connecting(place: RedisAddress, password: Credential) -> Connect:
    """Makes connections with the password that holds by then. Raises SecretError too when there is none."""

    def connect(timeout: float) -> Wire:
        try:
            return replace(place, password=password.within(_PATIENCE)).connect(timeout)
        except ProtocolError:
            # Among else, a password that was rotated.
            password.refused()
            raise

    return connect
