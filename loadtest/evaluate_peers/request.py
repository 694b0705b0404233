"""What every server is asked: a boolean flag whose two rules compare the country; the second one holds."""

from loadtest.settings import ENVIRONMENT, NAMESPACE
from vexil.convert.evaluation import context_to_proto
from vexil.core.change import Put
from vexil.core.evaluation import EvaluationContext
from vexil.core.resource import Kind, ResourceId
from vexil.core.setting import Match, Operator, Rule, Setting
from vexil.core.value import Value
from vexil.v1 import config_service_pb2 as pb

METHOD = "/vexil.v1.ConfigService/Evaluate"

_KEY = "checkout"
_CONTEXT = EvaluationContext("user-1", {"plan": "free", "country": "FR"})

REQUEST = pb.EvaluateRequest(
    namespace=NAMESPACE, environment=ENVIRONMENT, key=_KEY, context=context_to_proto(_CONTEXT)
).SerializeToString()


def flag() -> Put:
    """The change that makes it in Vexil; loadtest/client/jsonlogic.go has the same."""
    rules = (
        Rule(Match("country", Operator.EQUALS, (Value.of_string(country),)), variant, id=country)
        for country, variant in (("DE", "off"), ("FR", "on"))
    )
    setting = Setting(
        variants={"on": Value.of_bool(True), "off": Value.of_bool(False)}, serve="off", rules=tuple(rules)
    )
    return Put(ResourceId(Kind.SETTING, ENVIRONMENT, _KEY), setting)


def require_on(answer: bytes) -> None:
    """Raises RuntimeError when that is not the answer of a server that evaluates."""
    evaluation = pb.EvaluateResponse.FromString(answer).evaluation
    if (evaluation.key, evaluation.variant, evaluation.value.bool_value) != (_KEY, "on", True):
        raise RuntimeError(f"not the right answer: {evaluation}")
