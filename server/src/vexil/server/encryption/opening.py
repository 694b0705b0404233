"""The cipher that the settings name."""

from pathlib import Path

from vexil.server.clock import Clock
from vexil.server.encryption.cipher import Cipher
from vexil.server.encryption.data_keys import DataKeys
from vexil.server.encryption.keyring import KeyringKeeper
from vexil.server.encryption.kms import KmsKeeper
from vexil.server.encryption_settings import FILE, KMS, EncryptionSettings


def open_cipher(settings: EncryptionSettings, clock: Clock) -> Cipher:
    """With the keys that the settings name, or without any. Blocks.

    Raises FailedPrecondition (ENCRYPTION_KEY_MISSING) for keys that can't be used.
    """
    place = settings.encryption_keys
    if place is None:
        return Cipher(None)
    if place.startswith(KMS):
        return Cipher(DataKeys(KmsKeeper.open(place.removeprefix(KMS)), clock))
    return Cipher(DataKeys(KeyringKeeper(Path(place.removeprefix(FILE))), clock))
