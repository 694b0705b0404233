"""What ConfigService needs."""

from collections.abc import Mapping

from vexil.convert.resources import kind_from_proto
from vexil.convert.selectors import selector_from_proto
from vexil.core.access.grants import Grants
from vexil.core.access.verb import Verb
from vexil.core.resource import Kind, ResourceId
from vexil.core.selector import EVERYTHING
from vexil.server.access.permits import Permits
from vexil.server.access.rules.row import Row
from vexil.v1 import config_service_pb2 as pb
from vexil.v1 import watch_pb2


class ConfigRules:
    """Reading, evaluating, watching. Each is asked for by the environment that is looked at."""

    def __init__(self, permits: Permits) -> None:
        self._permits = permits

    def rows(self) -> Mapping[str, Row]:
        """By the method's name."""
        return {
            "Get": Row(self.get),
            "List": Row(self.list),
            # What the rules of a setting refer to is a part of it.
            "Evaluate": Row(self._permits.evaluation),
            "EvaluateBatch": Row(self.evaluate_batch),
            "EvaluateStream": Row(self.evaluate_message, goes_on=True),
            "Watch": Row(self.watch),
            "Acknowledge": Row(self.acknowledge),
            "RequestProgress": Row(self.request_progress),
            "Explain": Row(self.explain),
        }

    def get(self, request: pb.GetRequest, grants: Grants) -> None:
        """READ of the resource, and HISTORY for an old revision."""
        kind = kind_from_proto(request.kind) if request.kind else Kind.SETTING
        id = ResourceId(kind, request.environment, request.key)
        self._permits.resource(grants, Verb.READ, request.namespace, id)
        if request.HasField("at_revision"):
            self._permits.resource(grants, Verb.HISTORY, request.namespace, id)

    def list(self, request: pb.ListRequest, grants: Grants) -> None:
        """READ of something there: that is listed. At an old revision HISTORY of all that is selected."""
        namespace, environment = request.namespace, request.environment
        self._permits.environment(grants, Verb.READ, namespace, environment)
        if request.HasField("at_revision"):
            selector = selector_from_proto(request.selector)
            self._permits.selected(grants, Verb.HISTORY, namespace, environment, selector)

    def evaluate_batch(self, request: pb.EvaluateBatchRequest, grants: Grants) -> None:
        """EVALUATE of each setting that is named, or of something there: then those are evaluated."""
        namespace, environment = request.namespace, request.environment
        self._permits.environment(grants, Verb.EVALUATE, namespace, environment)
        self._permits.evaluations(grants, namespace, environment, request.keys)

    def evaluate_message(self, request: pb.EvaluateStreamRequest, grants: Grants) -> None:
        """EVALUATE of the setting that each message names."""
        self._permits.evaluation(request.request, grants)

    def watch(self, request: watch_pb2.WatchRequest, grants: Grants) -> None:
        """WATCH of all that the selectors may ever select; without selectors, of the whole environment."""
        for selector in map(selector_from_proto, request.selectors):
            self._permits.selected(grants, Verb.WATCH, request.namespace, request.environment, selector)
        if not request.selectors:
            self._permits.selected(grants, Verb.WATCH, request.namespace, request.environment, EVERYTHING)

    def acknowledge(self, request: watch_pb2.AcknowledgeRequest, grants: Grants) -> None:
        """WATCH of something there; a report counts for nobody but its caller."""
        self._permits.environment(grants, Verb.WATCH, request.namespace, request.environment)

    def request_progress(self, request: watch_pb2.RequestProgressRequest, grants: Grants) -> None:
        """WATCH of something in the namespace; only the caller's own streams are found."""
        self._permits.namespace(grants, Verb.WATCH, request.namespace)

    def explain(self, request: pb.ExplainRequest, grants: Grants) -> None:
        """EVALUATE and READ of the setting, since the trace tells its rules; HISTORY for an old revision."""
        id = ResourceId(Kind.SETTING, request.environment, request.key)
        for verb in (Verb.EVALUATE, Verb.READ):
            self._permits.resource(grants, verb, request.namespace, id)
        if request.HasField("at_revision"):
            self._permits.resource(grants, Verb.HISTORY, request.namespace, id)
