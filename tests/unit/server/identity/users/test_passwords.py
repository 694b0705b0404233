"""How passwords are kept, and what a flood of them costs."""

import asyncio

import pytest

from vexil.core.errors import LimitExceeded, Reason
from vexil.server.identity.users.passwords import Passwords


async def test_parameters_are_those_of_owasp() -> None:
    kept = await Passwords().hash("staple of 9 horses")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_password_is_the_same_whichever_way_it_is_composed() -> None:
    passwords = Passwords()
    kept = await passwords.hash("p\u00e4sse \u00fcber alles")
    assert await passwords.fits("pa\u0308sse u\u0308ber alles", kept)
    assert not await passwords.fits("passe uber alles", kept)


async def test_unknown_user_takes_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first time too: what is compared with is there from the beginning."""
    passwords = Passwords()
    kept = await passwords.hash("staple of 9 horses")
    verified: list[str] = []

    def verify(_password: str, phc: str) -> bool:
        verified.append(phc)
        return True

    monkeypatch.setattr("vexil.server.identity.users.passwords._fits", verify)
    assert await passwords.fits("anything", kept)
    assert not await passwords.fits("anything", "")
    assert [phc.rsplit("$", 2)[0] for phc in verified] == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2
    assert len(verified[0]) == len(verified[1])


async def test_flood_of_log_ins_is_turned_away() -> None:
    passwords = Passwords()
    tries = [asyncio.create_task(passwords.fits("x", "")) for _ in range(60)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    refused = [each for each in outcomes if isinstance(each, LimitExceeded)]
    assert len(refused) == 10
    assert {each.reason for each in refused} == {Reason.RATE_LIMITED}
    assert await passwords.fits("x", "") is False
