"""`grpc.reflection.v1alpha.ServerReflection`, for grpcurl and the like."""

from collections.abc import AsyncIterator, Iterable
from typing import Any, cast

from google.protobuf.descriptor import ServiceDescriptor
from grpc_reflection.v1alpha import reflection, reflection_pb2

from vexil.server.call import CallContext

REFLECTION_SERVICE = cast(ServiceDescriptor, reflection_pb2.DESCRIPTOR.services_by_name["ServerReflection"])


class Reflection:
    """Describes services, by their full names, and all that their messages consist of."""

    def __init__(self, services: Iterable[str]) -> None:
        self._servicer = reflection.aio.ReflectionServicer(services)

    def server_reflection_info(
        self, requests: AsyncIterator[reflection_pb2.ServerReflectionRequest], _call: CallContext
    ) -> AsyncIterator[reflection_pb2.ServerReflectionResponse]:
        """Answers each question."""
        # The stock servicer makes no use of its context; it is an async generator, whatever its stubs say.
        servicer: Any = self._servicer
        answers: AsyncIterator[reflection_pb2.ServerReflectionResponse]
        answers = servicer.ServerReflectionInfo(requests, None)
        return answers
