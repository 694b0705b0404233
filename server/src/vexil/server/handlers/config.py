"""`vexil.v1.ConfigService`."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator

from vexil.convert.evaluation import context_from_proto, explanation_to_proto, fill_evaluation
from vexil.convert.paths import prefixed, within
from vexil.convert.resources import kind_from_proto, state_to_proto
from vexil.convert.selectors import selector_from_proto
from vexil.convert.values import VALUE_TYPES
from vexil.core.access.verb import Verb
from vexil.core.errors import InvalidRequest, NotFound, VexilError
from vexil.core.evaluation import ErrorCode, EvaluationContext, expect
from vexil.core.evaluator import explain
from vexil.core.resource import Kind, Revision
from vexil.core.view import View
from vexil.server.access.sight import Sight
from vexil.server.call import CallContext
from vexil.server.contract import checks_limits, require_valid
from vexil.server.control.directory import Directory
from vexil.server.control.listing import listing, setting_keys
from vexil.server.control.reads import Reads, get
from vexil.server.handlers import watching
from vexil.server.handlers.outcomes import EncodedOutcomes
from vexil.server.handlers.paging import Page
from vexil.server.handlers.revealing import Revealing
from vexil.server.services import Refused
from vexil.server.watch.service import WatchService
from vexil.server.watch.streams import StreamName
from vexil.v1 import config_service_pb2 as pb
from vexil.v1 import watch_pb2

_SHORT = 1024
"""Bytes of a request in which no text is longer than the longest targeting key may be."""


class ConfigHandlers:
    """The data plane. Evaluation is plain functions: it has nothing to wait for."""

    def __init__(
        self, directory: Directory, reads: Reads, watch: WatchService, progress_interval: float
    ) -> None:
        self._directory = directory
        self._reads = reads
        self._watch = watch
        self._outcomes = EncodedOutcomes()
        self._progress_interval = progress_interval

    async def get(self, request: pb.GetRequest, call: CallContext) -> pb.GetResponse:
        """One resource."""
        snapshot = await self._reads.snapshot(request.namespace, _at(request))
        kind = kind_from_proto(request.kind) if request.kind else Kind.SETTING
        state = get(snapshot, request.environment, kind, request.key)
        state = Revealing(call.grants, request.namespace, request.environment).state(state)
        return pb.GetResponse(state=state_to_proto(state), revision=snapshot.revision)

    async def list(self, request: pb.ListRequest, call: CallContext) -> pb.ListResponse:
        """A page of resources, those that the caller may read."""
        sight = Sight(call.grants, Verb.READ, request.namespace)
        revealing = Revealing(call.grants, request.namespace, request.environment)
        page = Page(request)
        after = page.after(Kind, str)
        snapshot = await self._reads.snapshot(request.namespace, _at(request))
        response = pb.ListResponse(revision=snapshot.revision)
        place = None if after is None else (after[0], after[1])
        found = (
            ((state.id.kind, state.id.key), state_to_proto(revealing.state(state)))
            for state in listing(snapshot, request.environment, selector_from_proto(request.selector), place)
            if sight.sees_in(request.environment, state.id.kind, state.id.key)
        )
        response.next_page_token = page.fill(response.resources, found)
        return response

    @checks_limits(of_bytes=_SHORT)
    def evaluate(self, request: pb.EvaluateRequest, _call: CallContext) -> bytes:
        """One evaluation, as an encoded `EvaluateResponse`.

        Names that exist are within the limits, and no other text of a short request can be beyond them; so of
        these only the ones that miss what they name pay for a look at the contract.
        """
        try:
            view = self._directory.view(request.namespace, request.environment)
        except NotFound:
            require_valid(request)
            raise
        evaluation = view.evaluate(request.key, _context(request))
        if evaluation.error_code is ErrorCode.FLAG_NOT_FOUND:
            require_valid(request)
        if request.expected_type:
            with within("expected_type"):
                expected = VALUE_TYPES.read(request.expected_type)
            evaluation = expect(evaluation, expected)
        return self._outcomes.answer(evaluation, view.revision)

    def evaluate_batch(self, request: pb.EvaluateBatchRequest, call: CallContext) -> pb.EvaluateBatchResponse:
        """Several evaluations at one revision; where no keys are named, of what the caller may evaluate."""
        view = self._directory.view(request.namespace, request.environment)
        context = _context(request)
        response = pb.EvaluateBatchResponse(revision=view.revision)
        for key in request.keys or _selected_keys(view, request, call):
            fill_evaluation(response.evaluations.add(), view.evaluate(key, context))
        return response

    async def evaluate_stream(
        self, requests: AsyncIterator[pb.EvaluateStreamRequest | Refused], call: CallContext
    ) -> AsyncIterator[pb.EvaluateStreamResponse]:
        """Evaluations as requests arrive; one that fails is answered with its error, and the next taken."""
        async for arrived in requests:
            request = arrived.request if isinstance(arrived, Refused) else arrived
            response = pb.EvaluateStreamResponse(correlation_id=request.correlation_id)
            try:
                if isinstance(arrived, Refused):
                    raise arrived.error
                require_valid(request)
                response.response.MergeFromString(self.evaluate(request.request, call))
            except VexilError as error:
                response.error.code = error.code.value
                response.error.reason = error.reason
                response.error.message = error.message
            yield response

    def watch(
        self, request: watch_pb2.WatchRequest, call: CallContext
    ) -> AsyncGenerator[bytes | None, Revision]:
        """The messages of one subscription."""
        subscriber = None
        if request.HasField("subscriber"):
            subscriber = watching.subscriber(request.subscriber, call.principal)
        return self._watch.subscribe(
            watching.selection(request),
            watching.start(request),
            watching.wishes(request, self._progress_interval),
            subscriber,
            call.principal,
            request.watch_id,
            follower=call.follower,
            standing=call.standing,
        )

    async def acknowledge(
        self, request: watch_pb2.AcknowledgeRequest, call: CallContext
    ) -> watch_pb2.AcknowledgeResponse:
        """Takes in what a subscriber did with a revision."""
        report = watching.report(request, call.principal)
        head = await self._watch.acknowledge(request.namespace, request.environment, report)
        return watch_pb2.AcknowledgeResponse(head_revision=head)

    async def request_progress(
        self, request: watch_pb2.RequestProgressRequest, call: CallContext
    ) -> watch_pb2.RequestProgressResponse:
        """Has one of the caller's streams say how far it is."""
        name = StreamName(call.principal, request.namespace, request.watch_id)
        return watch_pb2.RequestProgressResponse(revision=await self._watch.request_progress(name))

    async def explain(self, request: pb.ExplainRequest, call: CallContext) -> pb.ExplainResponse:
        """An evaluation with its trace."""
        snapshot = await self._reads.snapshot(request.namespace, _at(request))
        view = snapshot.view(request.environment)
        explanation = explain(view, request.key, _context(request))
        state = view.state(Kind.SETTING, request.key)
        if state is not None:
            revealing = Revealing(call.grants, request.namespace, request.environment)
            explanation = revealing.explanation(explanation, state)
        response = explanation_to_proto(explanation)
        response.revision = snapshot.revision
        response.environment_chain.extend(snapshot.tree.chain(request.environment))
        return response


def _selected_keys(view: View, request: pb.EvaluateBatchRequest, call: CallContext) -> Iterator[str]:
    sight = Sight(call.grants, Verb.EVALUATE, request.namespace)
    keys = setting_keys(view, selector_from_proto(request.selector))
    return (key for key in keys if sight.sees_in(request.environment, Kind.SETTING, key))


def _context(request: pb.EvaluateRequest | pb.EvaluateBatchRequest | pb.ExplainRequest) -> EvaluationContext:
    try:
        return context_from_proto(request.context)
    except InvalidRequest as error:
        raise prefixed(error, "context") from None


def _at(request: pb.GetRequest | pb.ListRequest | pb.ExplainRequest) -> Revision | None:
    return Revision(request.at_revision) if request.HasField("at_revision") else None
