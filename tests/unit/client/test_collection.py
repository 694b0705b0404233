import gc

import pytest

from vexil.client.collection import collected_later


def test_collection_is_off_only_inside() -> None:
    with collected_later():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_collection_is_on_again_after_a_failure() -> None:
    with pytest.raises(KeyError), collected_later():
        raise KeyError
    assert gc.isenabled()


def test_collection_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collected_later():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
