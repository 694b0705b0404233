"""Keys in AWS KMS: it makes data keys and unwraps them, and never gives the key itself.

The encryption context is the namespace: policies can allow a server some namespaces, and CloudTrail shows
which.
"""

import asyncio
from typing import Any

import structlog

from vexil.core.errors import FailedPrecondition, Reason, VexilError
from vexil.server.encryption.keeper import DataKey, WrappedKey
from vexil.server.encryption.refusals import damaged, key_missing, keys_unavailable

CONTEXT = "vexil:namespace"
"""The name in the encryption context."""

_CONNECT_SECONDS = 2.0
_READ_SECONDS = 3.0
_ATTEMPTS = 3
_REFUSED = {
    "AccessDeniedException": "may not be used: allow kms:GenerateDataKey and kms:Decrypt on it",
    "DisabledException": "is disabled",
    "NotFoundException": "does not exist",
    "KMSInvalidStateException": "is disabled, or is to be deleted",
    "InvalidKeyUsageException": "is no key for encryption",
    "IncorrectKeyException": "is not the one by which the data key was wrapped",
}
"""https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors"""

_log = structlog.get_logger(__name__)


class KmsKeeper:
    """A `KeyKeeper` whose primary key is a symmetric key of KMS: an ARN, an id, or `alias/NAME`.

    Data keys are unwrapped by the key that they say, whatever the primary one is.
    """

    def __init__(self, key: str, client: Any) -> None:
        self._key = key
        self._client = client

    @classmethod
    def open(cls, key: str) -> "KmsKeeper":
        """With the credentials and the region that boto3 finds. Raises FailedPrecondition."""
        try:
            import boto3  # noqa: PLC0415 - only there with the extra
            from botocore.config import Config  # noqa: PLC0415
            from botocore.exceptions import BotoCoreError  # noqa: PLC0415
        except ImportError as error:
            raise _unusable("that needs boto3: install vexil-server[aws]") from error
        config = Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        )
        # An ARN says where the key is; for anything else it is where boto3 is.
        region = key.split(":")[3] if key.startswith("arn:") else None
        try:
            return cls(key, boto3.Session().client("kms", region_name=region, config=config))
        except (BotoCoreError, ValueError) as error:
            raise _unusable(
                "AWS is not configured: set AWS_REGION, and see that AWS_PROFILE exists"
            ) from error

    async def new_key(self, namespace: str) -> DataKey:
        """A new data key, by `GenerateDataKey`."""
        answer = await self._call(
            "generate_data_key", namespace, self._key, KeyId=self._key, KeySpec="AES_256"
        )
        return DataKey(WrappedKey(answer["KeyId"], answer["CiphertextBlob"]), answer["Plaintext"])

    async def unwrap(self, namespace: str, key: WrappedKey) -> bytes:
        """The data key, by `Decrypt`."""
        answer = await self._call(
            "decrypt", namespace, key.key_id, KeyId=key.key_id, CiphertextBlob=key.wrapped
        )
        plain: bytes = answer["Plaintext"]
        return plain

    async def close(self) -> None:
        """Closes the connections."""
        await asyncio.to_thread(self._client.close)

    async def _call(self, method: str, namespace: str, key_id: str, **parameters: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - only there with the extra

        try:
            return await asyncio.to_thread(
                getattr(self._client, method), EncryptionContext={CONTEXT: namespace}, **parameters
            )
        except ClientError as error:
            raise _refusal(error.response["Error"]["Code"], key_id, namespace) from error
        except (BotoCoreError, OSError) as error:
            _log.debug("kms_unanswered", key_id=key_id, error=str(error))
            raise keys_unavailable("KMS does not answer") from error


def _refusal(code: str, key_id: str, namespace: str) -> VexilError:
    if code in _REFUSED:
        return key_missing(key_id, _REFUSED[code])
    if code == "InvalidCiphertextException":
        return damaged("a data key", namespace)
    return keys_unavailable(f"KMS failed ({code})")


def _unusable(why: str) -> FailedPrecondition:
    return FailedPrecondition(f"KMS can't be used: {why}", reason=Reason.ENCRYPTION_KEY_MISSING)
