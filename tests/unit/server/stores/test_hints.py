"""Hints: what they name is kept while nobody takes it, and gives way to a look at everything."""

from vexil.core.resource import Revision
from vexil.server.stores.hints import Hints, PendingHint


async def test_hints_that_nobody_takes_are_merged_to_the_highest_revisions() -> None:
    pending = PendingHint()
    pending.add({"shop": Revision(3), "bank": Revision(9)})
    pending.add({"shop": Revision(2)})
    pending.add({"bank": Revision(10)})
    assert await pending.take() == {"shop": 3, "bank": 10}
    pending.add({"shop": Revision(1)})
    assert await pending.take() == {"shop": 1}


async def test_hint_that_names_nothing_covers_those_that_do() -> None:
    pending = PendingHint()
    pending.add({"shop": Revision(3)})
    pending.add(None)
    pending.add({"shop": Revision(4)})
    assert await pending.take() is None


async def test_many_names_become_a_look_at_everything() -> None:
    pending = PendingHint()
    for number in range(1000):
        pending.add({f"n{number}": Revision(1)})
    assert await pending.take() is None


async def test_every_listener_gets_what_was_named_while_it_was_busy() -> None:
    hints = Hints()
    one, other = hints.listen(), hints.listen()
    assert await anext(one) is None
    hints.notify({"shop": Revision(3)})
    assert await anext(other) is None
    hints.notify({"shop": Revision(4)})
    assert await anext(one) == {"shop": 4}
    assert await anext(other) == {"shop": 4}
    hints.close()
    assert await anext(one, "ended") == "ended"
