"""Who keeps secrets, for tests."""

from collections.abc import Iterator

import pytest

from tests.support.engines.moto import Account, MotoServer
from tests.support.vault import Vault, vault_server


@pytest.fixture
def vault() -> Iterator[Vault]:
    with vault_server() as vault:
        yield vault


@pytest.fixture
def account(moto_server: MotoServer, monkeypatch: pytest.MonkeyPatch) -> Account:
    """An AWS account whose credentials are this process's."""
    account = moto_server.account()
    for name, value in account.variables().items():
        monkeypatch.setenv(name, value)
    return account
