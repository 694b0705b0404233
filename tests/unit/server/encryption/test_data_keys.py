import asyncio
from pathlib import Path

from tests.support.clock import ManualClock
from tests.unit.server.encryption.encrypting import keyring
from vexil.server.encryption.data_keys import DataKeys
from vexil.server.encryption.keeper import DataKey
from vexil.server.encryption.keyring import KeyringKeeper


class HeldUp(KeyringKeeper):
    """Gives the namespace `slow` a key only when it is let go on."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def new_key(self, namespace: str) -> DataKey:
        if namespace == "slow":
            self.asked.set()
            await self.go_on.wait()
        return await super().new_key(namespace)


async def test_a_namespace_that_waits_for_its_key_holds_up_no_other(tmp_path: Path) -> None:
    keeper = HeldUp(keyring(tmp_path))
    keys = DataKeys(keeper, ManualClock().clock)
    waiting = asyncio.create_task(keys.current("slow", 1))
    await keeper.asked.wait()

    async with asyncio.timeout(10):
        await keys.current("shop", 1)

    assert not waiting.done()
    keeper.go_on.set()
    await waiting


async def test_who_comes_at_once_gets_one_key(tmp_path: Path) -> None:
    keys = DataKeys(KeyringKeeper(keyring(tmp_path)), ManualClock().clock)

    first, second = await asyncio.gather(keys.current("shop", 1), keys.current("shop", 1))

    assert first is second
