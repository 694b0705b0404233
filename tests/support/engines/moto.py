"""moto's server: AWS's protocols without AWS (SQS, SNS, SSM, KMS, S3, …), and PITR and tags of DynamoDB.

For what DynamoDB does with items take DynamoDB Local: moto only resembles it.
"""

import itertools
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from tests.support.engines.missing import EngineMissing
from tests.support.engines.process import EngineProcess, engine_process

if TYPE_CHECKING:
    import boto3

REGION = "eu-central-1"
"""The region where a test does not care."""


@dataclass(frozen=True, slots=True)
class Account:
    """An AWS account: nobody with another one sees what is in it. Its credentials are an assumed role's."""

    endpoint: str
    number: str
    region: str
    access_key: str
    secret_key: str
    session_token: str

    def variables(self) -> Mapping[str, str]:
        """What AWS's libraries and command lines read from the environment."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_SESSION_TOKEN": self.session_token,
        }

    def session(self) -> "boto3.Session":
        """boto3 with its credentials; clients made from it need `endpoint_url=account.endpoint`."""
        import boto3  # noqa: PLC0415 - slow, and most test runs need none

        return boto3.Session(self.access_key, self.secret_key, self.session_token, region_name=self.region)


class MotoServer:
    """The server."""

    def __init__(self, endpoint: str, process: EngineProcess) -> None:
        self.endpoint = endpoint
        self.process = process
        self._numbers = itertools.count(100_000_000_000)

    def account(self, region: str = REGION) -> Account:
        """An empty account."""
        import boto3  # noqa: PLC0415 - slow, and most test runs need none

        number = str(next(self._numbers))
        session = boto3.Session("local", "local", region_name=region)
        # A role of an account is moto's way into it.
        with closing(session.client("sts", endpoint_url=self.endpoint)) as sts:
            answer = sts.assume_role(RoleArn=f"arn:aws:iam::{number}:role/test", RoleSessionName="test")
        keys = answer["Credentials"]
        return Account(
            self.endpoint,
            number,
            region,
            keys["AccessKeyId"],
            keys["SecretAccessKey"],
            keys["SessionToken"],
        )


@contextmanager
def moto_process(port: int = 0) -> Iterator[MotoServer]:
    """The server on that port, 0: a free one; raises EngineMissing where it is not installed."""
    if find_spec("moto") is None or find_spec("flask") is None:
        raise EngineMissing("moto's server is not installed; do: make setup")
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with engine_process(command, r"Running on (http://127\.0\.0\.1:\d+)") as (process, ready):
        yield MotoServer(ready[1], process)
