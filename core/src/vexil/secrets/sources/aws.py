"""AWS Secrets Manager and Parameter Store, by boto3 and the credentials that it finds."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from vexil.core.errors import Reason
from vexil.core.secret_location import Keeper, Location
from vexil.secrets.errors import (
    SecretDenied,
    SecretError,
    SecretNotFound,
    SecretUnavailable,
    SecretUnusable,
)
from vexil.secrets.secret import Secret

_NOT_FOUND = {
    "ResourceNotFoundException",
    "ParameterNotFound",
    "ParameterVersionNotFound",
    "InvalidRequestException",  # it is marked for deletion
}
_DENIED = {
    "AccessDeniedException",
    "AccessDenied",
    "DecryptionFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidKeyId",
    "InvalidSignatureException",
    "KMSAccessDeniedException",
    "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_INVALID = {"ValidationException", "InvalidParameterException"}
_NO_CREDENTIALS = {
    "CredentialRetrievalError",
    "NoCredentialsError",
    "PartialCredentialsError",
    "SSOTokenLoadError",
    "TokenRetrievalError",
    "UnauthorizedSSOTokenError",
}
_MISCONFIGURED = {"ConfigNotFound", "NoRegionError", "ParamValidationError", "ProfileNotFound"}

Connect = Callable[[str, str], Any]
"""A boto3 client of a service in a region; without one, in the region that the configuration names."""


class AwsSource:
    """The current version of a secret, and the value of a parameter, decrypted."""

    def __init__(self, connect: Connect | None = None) -> None:
        self._connect = connect or _connect
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def fetch(self, location: Location) -> Secret:
        """Asks for it; a few seconds at most. Raises SecretError."""
        with _errors(location), _UNLOGGED:
            if location.keeper is Keeper.PARAMETER_STORE:
                answer = self._client("ssm", location.region).get_parameter(
                    Name=location.name, WithDecryption=True
                )["Parameter"]
                return Secret(answer["Value"].encode(), str(answer["Version"]))
            answer = self._client("secretsmanager", location.region).get_secret_value(SecretId=location.name)
            text: str | None = answer.get("SecretString")
            return Secret(answer["SecretBinary"] if text is None else text.encode(), answer["VersionId"])

    def close(self) -> None:
        """Closes the clients."""
        for client in self._clients.values():
            client.close()

    def _client(self, service: str, region: str) -> Any:
        with self._lock:
            if (service, region) not in self._clients:
                self._clients[service, region] = self._connect(service, region)
            return self._clients[service, region]


class _Unlogged(logging.Filter):
    """botocore logs what is answered, at DEBUG; not in a thread that fetches a secret."""

    def __init__(self) -> None:
        super().__init__()
        self._threads = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        return not getattr(self._threads, "fetches", False)

    def __enter__(self) -> None:
        self._threads.fetches = True

    def __exit__(self, *_: object) -> None:
        self._threads.fetches = False


_UNLOGGED = _Unlogged()
logging.getLogger("botocore.parsers").addFilter(_UNLOGGED)


def _connect(service: str, region: str) -> Any:
    try:
        import boto3  # noqa: PLC0415 - an extra, and slow to import
        from botocore.config import Config  # noqa: PLC0415
    except ImportError:
        raise SecretUnusable(
            "boto3 is not installed, which reads secrets from AWS: pip install 'vexil[aws]'",
            reason=Reason.UNIMPLEMENTED,
        ) from None
    config = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "max_attempts": 2})
    # Not boto3's default session, which keeps the first credentials that it found.
    session: Any = boto3.Session()
    return session.client(service, region_name=region or None, config=config)


@contextmanager
def _errors(location: Location) -> Iterator[None]:
    try:
        yield
    except SecretError:
        raise
    # botocore is there only with the extra; the names of its errors are its interface. What they say may
    # quote an answer, so it is not passed on.
    except Exception as error:  # noqa: BLE001
        raise _error(error, location.name) from None


def _error(error: Exception, what: str) -> SecretError:
    answer = getattr(error, "response", None)
    code = str(answer.get("Error", {}).get("Code", "")) if isinstance(answer, dict) else ""
    kind = code or type(error).__name__
    if kind in _NOT_FOUND:
        return SecretNotFound(f"{what} does not exist there, or is to be deleted ({kind})")
    if kind in _DENIED:
        return SecretDenied(f"AWS does not let these credentials read {what} ({kind})")
    if kind in _NO_CREDENTIALS:
        return SecretDenied(f"there are no AWS credentials for {what} ({kind})")
    if kind in _INVALID or kind in _MISCONFIGURED:
        return SecretUnusable(f"{what} can't be asked for: its name or AWS's configuration is wrong ({kind})")
    return SecretUnavailable(f"{what} can't be read from AWS now ({kind})")
