"""What can't be imported; `tests/e2e/test_without_extras.py` leaves boto3 out."""

import sys

import pytest

from vexil.server.clock import Clock
from vexil.server.stores.dynamodb import entry


def test_missing_module_is_not_always_the_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vexil.server.stores.dynamodb.store", None)
    with pytest.raises(ModuleNotFoundError):
        entry.open_board("dynamodb:vexil", Clock())
