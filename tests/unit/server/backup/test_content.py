"""Data files that a stranger made: a small one can't fill the memory."""

import struct
import tracemalloc
import zlib
from pathlib import Path

import pytest

from tests.unit.server.backup.shop import Shop
from vexil.core.resource import Revision
from vexil.server.backup.content import MAX_COMMIT_BYTES, Undecodable, encode, pack, unpack

MEBIBYTE = 1024 * 1024


async def commits(shop: Shop) -> list[bytes]:
    await shop.some_history()
    return [encode(each) for each in await shop.store.read("shop", Revision(5), 2)]


def packed(*plain: bytes) -> bytes:
    return zlib.compress(b"".join(plain))


def refusal(content: bytes, most: int = 1) -> str:
    with pytest.raises(Undecodable) as raised:
        list(unpack(content, most))
    return str(raised.value)


def test_a_bomb_is_unpacked_no_further_than_a_commit() -> None:
    bomb = packed(struct.pack(">I", MAX_COMMIT_BYTES + 1), bytes(128 * MEBIBYTE))
    tracemalloc.start()
    try:
        assert "more than 268,435,456 bytes" in refusal(bomb)
        assert tracemalloc.get_traced_memory()[1] < 8 * MEBIBYTE
    finally:
        tracemalloc.stop()


async def test_commits_that_the_manifest_does_not_count_are_not_read(tmp_path: Path) -> None:
    written = await commits(Shop(tmp_path / "backups"))
    assert len(list(unpack(pack(written), 2))) == 2
    assert len(list(unpack(pack(written), 3))) == 2
    assert refusal(pack(written), 1) == "it has more than 1 commits"


@pytest.mark.parametrize("length", [0, 1, 10])
async def test_what_ends_early_is_refused(tmp_path: Path, length: int) -> None:
    [first, *_] = await commits(Shop(tmp_path / "backups"))
    whole = pack([first])
    assert refusal(whole[: -length - 1]) == "it can't be unpacked"
    assert "middle of a commit" in refusal(packed(zlib.decompress(whole)[: -length - 1]))
    assert "middle of a commit" in refusal(packed(bytes(2)))
