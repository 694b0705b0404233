import gc
from collections.abc import Iterator

import pytest

from vexil.server.collection import collection_paused, set_aside


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    assert gc.isenabled()
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    assert gc.isenabled()


def test_collection_is_paused_until_the_last_pause_ends() -> None:
    with collection_paused():
        assert not gc.isenabled()
        with collection_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_collection_goes_on_after_a_failure() -> None:
    with pytest.raises(ValueError, match="broken"), collection_paused():
        raise ValueError("broken")
    assert gc.isenabled()


def test_what_is_set_aside_is_not_looked_at_again() -> None:
    lasting: list[list[object]] = [[] for _ in range(10)]
    set_aside()
    assert gc.get_freeze_count() > 0
    assert not any(found is lasting for found in gc.get_objects())


def test_what_was_made_in_a_pause_is_set_aside_where_a_collection_would_be_due() -> None:
    with collection_paused():
        few: list[list[object]] = [[] for _ in range(10)]
    assert any(found is few for found in gc.get_objects())
    with collection_paused():
        many: list[list[object]] = [[] for _ in range(30_000)]
    assert not any(found is many for found in gc.get_objects())
