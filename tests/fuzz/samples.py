"""Good parts of requests, to be spoilt."""

from collections.abc import Mapping, Sequence

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message

from vexil.v1 import access_pb2, evaluation_pb2
from vexil.v1.admin_service_pb2 import Change


def samples_with(changes: Sequence[Change]) -> Mapping[str, Sequence[Message]]:
    """Samples by the name of their type; among them these changes."""
    context = evaluation_pb2.EvaluationContext(targeting_key="user-1")
    context.attributes["plan"] = "beta"
    context.attributes["app"] = {"version": "2.4.1"}
    scope = access_pb2.Scope(namespaces=["shop"], environments=["*"], key_prefixes=["*"], kinds=["setting"])
    samples: list[Message] = [
        *changes,
        context,
        scope,
        access_pb2.Role(verbs=[access_pb2.VERB_READ, access_pb2.VERB_WATCH], description="who looks"),
        access_pb2.RoleBinding(subject="key:0011223344556677", role="viewer", scope=scope),
        access_pb2.IdentityProvider(
            issuer="https://issuer.example.test",
            audiences=["vexil"],
            jwks_uri="https://issuer.example.test/keys",
            algorithms=["RS256"],
        ),
        Duration(seconds=60),
    ]
    found: dict[str, list[Message]] = {}
    for sample in samples:
        found.setdefault(sample.DESCRIPTOR.full_name, []).append(sample)
    return found
