"""SQL and NoSQL injection: what stands in a commit is stored as it is, and reaches no other."""

import pytest

from tests.acceptance.store.drafts import Drafts, put
from tests.fuzz.hostile import NOSQL, SQL
from vexil.core.resource import Revision
from vexil.server.stores.port import Store


@pytest.mark.parametrize("text", [*SQL, *NOSQL])
async def test_injection_of_sql_and_nosql_is_stored_as_text(store: Store, text: str) -> None:
    others = Drafts("bank")
    kept = others.next(put("balance", "1"))
    await store.append(kept)
    drafts = Drafts()
    commits = [
        drafts.next(
            put(text, text, environment=text),
            author=text,
            message=text,
            labels={text: text},
            request_id=text,
        ),
        drafts.next(put(text, "after", environment=text)),
    ]
    for commit in commits:
        await store.append(commit)
    assert await store.read(drafts.namespace, Revision(0), 10) == commits
    assert await store.find_request(drafts.namespace, text) == commits[0]
    assert await store.find_request("bank", text) is None
    found = await store.versions(drafts.namespace, commits[0].changes[0].id, None, 10)
    assert [record.commit.revision for record in found] == [2, 1]
    assert await store.head(text) is None
    assert await store.read("bank", Revision(0), 10) == [kept]
