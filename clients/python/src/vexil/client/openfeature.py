"""A provider for OpenFeature (https://openfeature.dev); needs the extra `vexil[openfeature]`.

api.set_provider(VexilProvider(Client("127.0.0.1:7350", namespace="shop", environment="prod")))
api.get_client().get_boolean_value("checkout.new-flow", False)
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from openfeature.evaluation_context import EvaluationContext as OpenFeatureContext
from openfeature.event import ProviderEventDetails
from openfeature.exception import ErrorCode as OpenFeatureErrorCode
from openfeature.exception import ProviderFatalError, ProviderNotReadyError
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType
from openfeature.provider import AbstractProvider, Metadata

from vexil.client.change import Change
from vexil.client.client import Client
from vexil.client.state import ClientState
from vexil.client.watches import Watch
from vexil.core.errors import DeadlineExceeded, VexilError
from vexil.core.evaluation import EMPTY_CONTEXT, Evaluation, EvaluationContext
from vexil.core.value import ValueType

if TYPE_CHECKING:
    from vexil.client.testing import InMemoryClient

T = TypeVar("T")


class VexilProvider(AbstractProvider):
    """Resolves flags from a client's memory; owns the client: `shutdown` closes it.

    The asynchronous methods resolve as the others do, since nothing waits. Events: READY and STALE follow the
    client's state, ERROR is sent when it is closed elsewhere, CONFIGURATION_CHANGED names each changed flag.
    Reasons and error codes are OpenFeature's own; flag metadata has `environment`, `revision` and `rule`.
    """

    def __init__(self, client: "Client | InMemoryClient", *, connect_timeout: float = 10.0) -> None:
        super().__init__()
        self._client = client
        self._connect_timeout = connect_timeout
        self._watches: list[Watch[Change] | Watch[ClientState]] = []

    def get_metadata(self) -> Metadata:
        """The provider's name."""
        return Metadata("vexil")

    def initialize(self, evaluation_context: OpenFeatureContext) -> None:
        """Connects the client, up to `connect_timeout` seconds; a saved state is enough to begin with.

        Raises ProviderNotReadyError when no state came in time; the client keeps trying, and READY follows
        when one comes. Raises ProviderFatalError when waiting does not help.
        """
        try:
            self._client.connect(self._connect_timeout)
        except DeadlineExceeded as error:
            raise ProviderNotReadyError(error.message) from error
        except VexilError as error:
            raise ProviderFatalError(error.message) from error
        finally:
            self._watches.append(self._client.watch_state(self._tell_state))
        self._watch_changes()

    def shutdown(self) -> None:
        """Closes the client."""
        for watch in self._watches:
            watch.cancel()
        self._watches.clear()
        self._client.close()

    def resolve_boolean_details(
        self, flag_key: str, default_value: bool, evaluation_context: OpenFeatureContext | None = None
    ) -> FlagResolutionDetails[bool]:
        """The value of a bool setting."""
        return self._resolve(flag_key, ValueType.BOOL, default_value, evaluation_context)

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: OpenFeatureContext | None = None
    ) -> FlagResolutionDetails[str]:
        """The value of a string setting."""
        return self._resolve(flag_key, ValueType.STRING, default_value, evaluation_context)

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: OpenFeatureContext | None = None
    ) -> FlagResolutionDetails[int]:
        """The value of an int setting."""
        return self._resolve(flag_key, ValueType.INT, default_value, evaluation_context)

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: OpenFeatureContext | None = None
    ) -> FlagResolutionDetails[float]:
        """The value of a double setting."""
        return self._resolve(flag_key, ValueType.DOUBLE, default_value, evaluation_context)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: OpenFeatureContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        """The value of a JSON setting."""
        return self._resolve(flag_key, ValueType.JSON, default_value, evaluation_context)

    def _resolve(
        self, key: str, wanted: ValueType, default: T, context: OpenFeatureContext | None
    ) -> FlagResolutionDetails[T]:
        evaluation = self._client.evaluate(key, EMPTY_CONTEXT if context is None else _context(context))
        if evaluation.type is wanted:
            return FlagResolutionDetails(
                evaluation.value,
                reason=evaluation.reason.value,
                variant=evaluation.variant,
                flag_metadata=_metadata(evaluation),
            )
        if evaluation.type is not None:
            return FlagResolutionDetails(
                default,
                error_code=OpenFeatureErrorCode.TYPE_MISMATCH,
                error_message=f"{key} is a {evaluation.type}, not a {wanted}",
                reason="ERROR",
                flag_metadata=_metadata(evaluation),
            )
        code = evaluation.error_code
        return FlagResolutionDetails(
            default,
            error_code=None if code is None else OpenFeatureErrorCode(code.value),
            error_message=evaluation.error_message or None,
            reason=evaluation.reason.value,
            flag_metadata=_metadata(evaluation),
        )

    def _watch_changes(self) -> None:
        self._watches.append(self._client.watch("*", self._tell_change))

    def _tell_change(self, change: Change) -> None:
        metadata: dict[str, bool | str | int | float] = {"revision": change.revision}
        self.emit_provider_configuration_changed(ProviderEventDetails([change.key], metadata=metadata))

    def _tell_state(self, state: ClientState) -> None:
        match state:
            case ClientState.READY:
                if len(self._watches) == 1:
                    # `initialize` had given up; what the first state held is no change.
                    self._watch_changes()
                self.emit_provider_ready(ProviderEventDetails())
            case ClientState.STALE:
                self.emit_provider_stale(ProviderEventDetails(message="the server is out of reach"))
            case ClientState.CLOSED:
                code = OpenFeatureErrorCode.PROVIDER_FATAL
                self.emit_provider_error(
                    ProviderEventDetails(message="the client is closed", error_code=code)
                )


def _context(context: OpenFeatureContext) -> EvaluationContext:
    attributes = context.attributes
    if any(isinstance(value, datetime) for value in attributes.values()):
        attributes = {name: _plain(value) for name, value in attributes.items()}
    return EvaluationContext(context.targeting_key, attributes)


def _plain(value: Any) -> Any:
    """Times are text in a Vexil context (RFC 3339); one without a zone is taken as UTC."""
    if not isinstance(value, datetime):
        return value
    return (value if value.tzinfo is not None else value.replace(tzinfo=UTC)).isoformat()


def _metadata(evaluation: Evaluation) -> dict[str, float | int | str | bool]:
    metadata: dict[str, float | int | str | bool] = {
        "environment": evaluation.environment,
        "revision": evaluation.revision,
    }
    if evaluation.rule is not None:
        metadata["rule"] = evaluation.rule
    return metadata
