"""Where commits become entries of the audit chain: in the store, as a part of what it appends."""

import secrets
from collections.abc import Sequence

from vexil.convert.audit import contents_of, sealed
from vexil.core.audit.seal import SALT_BYTES
from vexil.core.resource import Commit


def seal(commit: Commit, previous: bytes, contents: Sequence[bytes] | None = None) -> Commit:
    """The commit with its seal, after the entry whose chain is `previous`.

    `contents`: those of its changes, as `contents_of` gives them, where they are known. A commit that has a
    seal keeps it: it comes from a backup.
    """
    if commit.seal is not None:
        return commit
    contents = contents_of(commit) if contents is None else contents
    return sealed(commit, previous, secrets.token_bytes(SALT_BYTES), contents)


def chain_of(commit: Commit) -> bytes:
    """The chain that the next entry follows."""
    return b"" if commit.seal is None else commit.seal.chain
