"""Answers that are remembered for a while, so that a call costs a look-up."""

import threading
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class _Page(Generic[Key, Answer]):
    """Answers, and until when each is good, all worked out from one basis."""

    basis: object = None
    answers: dict[Key, tuple[Answer, float]] = field(default_factory=dict)


class Remembered(Generic[Key, Answer]):
    """At most `size` answers that were worked out from one basis, each good until a time.

    The oldest make room for new ones; another basis makes all of them worthless. Reading takes no lock.
    Threads may read and write at once.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._page: _Page[Key, Answer] = _Page()
        self._writing = threading.Lock()

    def __len__(self) -> int:
        return len(self._page.answers)

    def get(self, key: Key, basis: object, now: float) -> Answer | None:
        """The answer, if it is still good."""
        page = self._page
        if page.basis is basis:
            found = page.answers.get(key)
            if found is not None and now < found[1]:
                return found[0]
        return None

    def put(self, key: Key, answer: Answer, basis: object, until: float) -> None:
        """Remembers an answer."""
        with self._writing:
            if self._page.basis is not basis:
                self._page = _Page(basis)
            answers = self._page.answers
            answers.pop(key, None)
            while len(answers) >= self._size:
                del answers[next(iter(answers))]
            answers[key] = answer, until
