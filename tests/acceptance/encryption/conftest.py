"""KMS, as moto plays it."""

import pytest

from tests.support.engines.moto import Account, MotoServer


@pytest.fixture
def account(moto_server: MotoServer, monkeypatch: pytest.MonkeyPatch) -> Account:
    """An AWS account whose credentials are this process's."""
    account = moto_server.account()
    for name, value in account.variables().items():
        monkeypatch.setenv(name, value)
    return account
