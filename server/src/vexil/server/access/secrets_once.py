"""Changes that hand out a secret, and are asked for twice.

A commit that is repeated with its request id is answered with what it made. Here that can't be: the secret is
kept nowhere, and another one in its place would end the one that the first answer may have brought.
"""

from collections.abc import Callable, Mapping

from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.errors import AlreadyExists, InvalidRequest, Reason
from vexil.core.resource import Commit, Kind, Resource
from vexil.server.access.writing import AccessWriter, Author

_ADVICE = {
    Kind.SERVICE_KEY: "rotate the key, or revoke it",
    Kind.USER: "invite again, with another request id",
}
"""What has a secret, and what to do where that was lost."""


async def write_once(
    writer: AccessWriter,
    author: Author,
    put: Mapping[str, Resource],
    request_id: str,
    is_answer: Callable[[Commit], bool],
) -> None:
    """Writes these by their names, unless a request of that id has done so; empty: it is not looked for.

    Raises AlreadyExists (SECRET_SHOWN) where the author's own request did and is answered by that commit,
    InvalidRequest (REQUEST_ID_REUSED) where it was another one, and what the writer raises.
    """

    async def refuse_repetition() -> None:
        earlier = await writer.find_earlier(
            request_id, lambda commit: commit.author == author.name and is_answer(commit)
        )
        if earlier is not None:
            raise _shown(earlier)

    await refuse_repetition()
    try:
        await writer.write(author, put, request_id=request_id)
    except InvalidRequest as error:
        if error.reason is Reason.REQUEST_ID_REUSED:
            # The same request, at the same time: it made another secret than the one to be written here.
            await refuse_repetition()
        raise


def _shown(commit: Commit) -> AlreadyExists:
    id = next(change.id for change in commit.changes if change.id.kind in _ADVICE)
    return AlreadyExists(
        f"this request made a secret of {id} before, at revision {commit.revision} of {SYSTEM_NAMESPACE!r}; "
        f"it was shown then and can't be shown again: {_ADVICE[id.kind]}",
        reason=Reason.SECRET_SHOWN,
        metadata={"key": id.key, "revision": str(commit.revision)},
    )
