"""What functions are told, and what is asked of them."""

from pathlib import Path
from typing import Any

from loadtest.settings import ENVIRONMENT, NAMESPACE
from tests.support.engines.lambda_install import emulator
from tests.support.engines.missing import EngineMissing

NAME = "bridge"
HANDLER = "vexil.bridge.handler.handle"
TRIVIAL = "trivial.handle"
HERE = Path(__file__).parent
"""Where the trivial function is: imported from there, it brings nothing along."""

MODES = ("live", "snapshot")

RESOLVE: dict[str, Any] = {
    "Name": "ContactFlowEvent",
    "Details": {
        "ContactData": {
            "Attributes": {"customerTier": "tier-9", "language": "de", "campaign": "spring"},
            "Channel": "VOICE",
            "ContactId": "4a573372-1f28-4e26-b97b-0123456789ab",
            "CustomerEndpoint": {"Address": "+4915112345678", "Type": "TELEPHONE_NUMBER"},
            "InitialContactId": "4a573372-1f28-4e26-b97b-0123456789ab",
            "Queue": None,
        },
        "Parameters": {"operation": "resolve", "flowId": "flow-7", "include": "queue,routing,features"},
    },
}
"""A flow with all that can be had with it: a queue, ten rules, five flags."""


def variables(target: str, mode: str) -> dict[str, str]:
    """The function's environment. Attempts may take long: the cores are shared."""
    return {
        "VEXIL_SERVER": target,
        "VEXIL_PLAINTEXT": "true",
        "VEXIL_NAMESPACE": NAMESPACE,
        "VEXIL_ENVIRONMENT": ENVIRONMENT,
        "VEXIL_MODE": mode,
        "VEXIL_ATTEMPT_MS": "5000",
        "VEXIL_HEDGE_MS": "2500",
        "VEXIL_BUDGET_MS": "6000",
    }


def runtime_is_here() -> str:
    """Why functions can't be run here; empty: they can."""
    try:
        emulator()
    except EngineMissing as problem:
        return str(problem)
    return ""


def require_answer(answer: Any) -> None:
    """Raises RuntimeError for what is no live answer: figures of failures mean nothing."""
    if answer.get("source") != "live" or answer.get("success") != "true":
        raise RuntimeError(f"the bridge answered {answer}")
