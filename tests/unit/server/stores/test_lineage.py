"""Which epoch wrote what, and what of it is still true."""

import pytest

from vexil.core.resource import Revision
from vexil.server.stores.dynamodb.regions.epochs import first_epoch, generation, next_epoch
from vexil.server.stores.lineage import Era, Lineage

MOVED = Lineage().then(3, Revision(1)).then(8, Revision(11))


@pytest.mark.parametrize(("revision", "epoch"), [(1, 3), (10, 3), (11, 8), (99, 8)])
def test_epoch_at(revision: int, epoch: int) -> None:
    assert MOVED.epoch_at(revision) == epoch
    assert MOVED.holds(revision, epoch)
    assert not MOVED.holds(revision, 11 - epoch)


@pytest.mark.parametrize(
    ("revision", "epoch", "kept"), [(10, 3, True), (11, 3, False), (5, 8, True), (12, 8, True), (5, 4, False)]
)
def test_what_was_seen_is_kept(revision: int, epoch: int, kept: bool) -> None:
    assert MOVED.keeps(revision, epoch) is kept


def test_era_that_begins_later_than_the_next_is_left_out() -> None:
    assert MOVED.then(9, Revision(6)).eras == (Era(3, Revision(1)), Era(9, Revision(6)))


def test_lineage_without_eras_keeps_everything() -> None:
    assert Lineage().keeps(5, 1)
    assert Lineage().holds(5, 1)


def test_epochs_grow_with_each_move_and_are_one_regions_own() -> None:
    botocore = pytest.importorskip("botocore.session")
    partitions = botocore.get_session().get_data("endpoints")["partitions"]
    regions = {region for partition in partitions for region in partition["regions"]}
    assert len({first_epoch(region) for region in regions}) == len(regions)
    for region in regions:
        moved = next_epoch(first_epoch("eu-central-1"), region)
        assert moved > first_epoch("eu-central-1")
        assert (generation(first_epoch(region)), generation(moved)) == (1, 2)
        assert moved % 10_000 == first_epoch(region) % 10_000
