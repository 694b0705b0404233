"""Those who append as servers do, whatever fails on the way."""

import asyncio

from tests.acceptance.store.drafts import NAMESPACE, Drafts, put
from vexil.core.errors import Reason, Unavailable
from vexil.core.resource import Revision
from vexil.server.stores.port import HeadMoved, Store


async def append_until_there(store: Store, request_id: str) -> set[Reason]:
    """Repeats a request until its commit is known to be there; why that was refused meanwhile."""
    reasons: set[Reason] = set()
    while True:
        try:
            if await store.find_request(NAMESPACE, request_id) is not None:
                return reasons
            drafts = Drafts()
            head = await store.head(NAMESPACE)
            drafts.revision = Revision(0) if head is None else head.revision
            await store.append(drafts.next(put(request_id), request_id=request_id))
        except HeadMoved:
            continue
        except Unavailable as error:
            reasons.add(error.reason)
            # A caller's own pause: only time closes the circuit breaker again.
            await asyncio.sleep(0.02)
