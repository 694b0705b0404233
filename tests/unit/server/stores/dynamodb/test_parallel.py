"""Doing the same to many things."""

import asyncio

import pytest

from vexil.server.stores.dynamodb.parallel import AT_ONCE, each


async def test_results_are_in_the_order_of_the_inputs_and_few_run_at_once() -> None:
    running, most = 0, 0

    async def double(number: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(number % 3):
            await asyncio.sleep(0)
        running -= 1
        return 2 * number

    assert await each(double, range(50)) == [2 * number for number in range(50)]
    assert most == AT_ONCE
    assert await each(double, []) == []


async def test_first_error_ends_everything() -> None:
    begun: list[int] = []

    async def fail(number: int) -> None:
        begun.append(number)
        if number == 3:
            raise LookupError
        await asyncio.Event().wait()

    with pytest.raises(LookupError):
        await each(fail, range(50))
    assert begun == list(range(AT_ONCE))
