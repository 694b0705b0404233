"""SQL and NoSQL injection: texts that mean something to a database, in every text field of every RPC."""

from pathlib import Path

import grpc
import grpc.aio
import pytest

from tests.acceptance.permissions.test_matrix import REQUESTS
from tests.acceptance.store.drafts import Drafts, put
from tests.fuzz.hostile import NOSQL, SQL
from tests.support.any_rpc import code_of
from tests.support.server import running_server
from tests.support.text_fields import ways_to_text, with_text
from tests.support.transports import TRANSPORTS, require
from vexil.core.resource import Revision
from vexil.server.settings import TransportName
from vexil.server.stores.sqlite import SqliteStore

TEXTS = (" ".join((*SQL, *NOSQL)), *SQL, *NOSQL)
"""The first is in every field, and of the others, each in turn, one more."""

DEFECTS = {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.UNAVAILABLE}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_injection_of_sql_and_nosql_by_every_text_field(
    transport: TransportName, tmp_path: Path
) -> None:
    require(transport)
    file = tmp_path / "vexil.db"
    others = Drafts("bank")
    kept = [others.next(put("balance", "1")), others.next(put("balance", "2"))]
    store = await SqliteStore.open(file)
    for commit in kept:
        await store.append(commit)
    await store.close()
    asked = 0
    async with (
        running_server(file, transport=transport) as server,
        grpc.aio.insecure_channel(server.target) as channel,
    ):
        for name, (request, _roles) in REQUESTS.items():
            for path in ways_to_text(request.DESCRIPTOR):
                for text in (TEXTS[0], TEXTS[1 + asked % (len(TEXTS) - 1)]):
                    asked += 1
                    code = await code_of(channel, name, with_text(request, path, text))
                    assert code not in DEFECTS, (name, [field.name for field in path], text)
    assert asked > 500
    store = await SqliteStore.open(file)
    assert await store.read("bank", Revision(0), 10) == kept
    assert await store.check() == []
    await store.close()
