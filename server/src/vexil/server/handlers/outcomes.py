"""Answers to Evaluate, encoded once for each outcome."""

from vexil.convert.evaluation import fill_evaluation
from vexil.core.evaluation import Evaluation
from vexil.core.resource import Revision
from vexil.v1.config_service_pb2 import EvaluateResponse

_MOST = 4096
_LARGEST = 1024
"""So many answers are kept, and so many bytes they may have: 4 MiB in all."""


class EncodedOutcomes:
    """Remembers the bytes of answers: the evaluator has one object for each outcome of a setting.

    An answer is good for one revision: after a commit each is encoded anew when it is next asked for.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Evaluation, Revision, bytes]] = {}

    def answer(self, evaluation: Evaluation, revision: Revision) -> bytes:
        """The encoded `EvaluateResponse` with this outcome."""
        known = self._known.get(id(evaluation))
        # What is known is kept alive, so that no other outcome can have its id.
        if known is not None and known[0] is evaluation and known[1] == revision:
            return known[2]
        response = EvaluateResponse(revision=revision)
        fill_evaluation(response.evaluation, evaluation)
        encoded = bytes(response.SerializeToString())
        # Errors are made for one call.
        if evaluation.error_code is None and len(encoded) <= _LARGEST:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[id(evaluation)] = (evaluation, revision, encoded)
        return encoded
