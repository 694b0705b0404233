"""An environment's configuration at one revision, as bytes until somebody needs it."""

import threading
import zlib
from typing import Any

from vexil.bridge.questions.question import Place

MOST_BYTES = 2 * 1024 * 1024
"""Of what may be held, not compressed: some 30,000 short settings, which half a processor reads in a second.
What a flow falls back on has to be read while its caller waits."""


class Held:
    """Configuration at a revision; `states` are an encoded `vexil.v1.StateChunk`. For any threads.

    `sensitive`: it has values that are kept in memory only.
    """

    def __init__(self, place: Place, revision: int, states: bytes, *, sensitive: bool = False) -> None:
        self.place = place
        self.revision = revision
        self.states = states
        self.sensitive = sensitive
        self._view: Any = None
        self._reading = threading.Lock()

    def view(self) -> Any:
        """The `vexil.core.view.View` that can be asked; made once.

        Raises VexilError and DecodeError for what is damaged.
        """
        with self._reading:
            if self._view is None:
                # A third of all imports, for those who need it.
                from vexil.bridge.snapshot.reading import view_of  # noqa: PLC0415

                self._view = view_of(self)
            return self._view

    def packed(self) -> bytes:
        """Its states, compressed."""
        return zlib.compress(self.states, 1)

    @classmethod
    def unpack(cls, place: Place, revision: int, packed: bytes) -> "Held | None":
        """What was packed; None for anything else, and for what is too large."""
        reader = zlib.decompressobj()
        try:
            states = reader.decompress(packed, MOST_BYTES)
        except zlib.error:
            return None
        return cls(place, revision, states) if reader.eof else None
