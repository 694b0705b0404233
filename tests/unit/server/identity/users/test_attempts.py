"""How often somebody may try to log in."""

import pytest

from tests.support.clock import ManualClock
from vexil.core.errors import LimitExceeded
from vexil.server.identity.users.attempts import Attempts


@pytest.fixture
def attempts() -> Attempts:
    return Attempts(ManualClock().clock)


def tries(attempts: Attempts, name: str, address: str, count: int) -> int:
    """How many of so many tries are counted."""
    counted = 0
    for _ in range(count):
        try:
            attempts.require(name, address)
        except LimitExceeded:
            continue
        counted += 1
    return counted


def test_lock_out_by_one_address_that_goes_on_guessing(attempts: Attempts) -> None:
    """Whoever was told to come back uses up nothing that others need."""
    assert tries(attempts, "ada", "192.0.2.66", 1000) == 5
    attempts.require("ada", "192.0.2.1")


def test_guesses_of_many_names_from_one_address(attempts: Attempts) -> None:
    assert sum(tries(attempts, f"name-{index}", "192.0.2.66", 5) for index in range(10)) == 20


def test_guesses_of_one_name_from_many_addresses(attempts: Attempts) -> None:
    assert sum(tries(attempts, "ada", f"192.0.2.{index}", 5) for index in range(40)) == 60


def test_tokens_count_for_their_address_alone(attempts: Attempts) -> None:
    assert tries(attempts, "", "192.0.2.1", 30) == 20
    attempts.require("", "192.0.2.2")
