"""A contact centre's day: what callers hear while its configuration changes, and while everything breaks.

    python examples/contact-centre/story.py

starts a server of its own, in memory, and needs nothing else. What is invoked is the Lambda function's own
code (vexil.bridge), without Lambda; what changes configuration is the command line.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vexil.bridge.bridge import Bridge
from vexil.bridge.settings import Settings

HERE = Path(__file__).parent
VEXIL = [sys.executable, "-m", "vexil.server.cli"]
CONTACT = "4a573372-1f28-4e26-b97b-0123456789ab"
BASE = ["--namespace", "contact-centre", "--environment", "base"]


def main() -> None:
    """Tells the story."""
    with server() as (target, stop):
        vexil(target, "apply", str(HERE / "manifests"), "--yes")
        sandbox = function(target)

        tell("A caller arrives. The flow asks the function for its configuration.")
        hear(sandbox)

        tell("The shop moves. Somebody changes the greeting; the next caller hears it.")
        change(target, greeting="We are moving! Please bear with us.")
        hear(sandbox)

        tell("That was too early. One command makes the old version current again.")
        vexil(target, *BASE, "connect", "flow", "rollback", "main-menu", "--to", "1", "--yes")
        hear(sandbox)

        tell("The line is closed for a while: the flow is disabled, and can branch on that.")
        change(target, active=False)
        hear(sandbox)
        change(target, active=True)

        tell("A platinum customer calls, then somebody else. Who goes where, and why?")
        route(sandbox, customer_class="platinum")
        route(sandbox, language="de-AT")

        tell("The server goes away. Callers are still greeted and routed, each as is right for them.")
        stop()
        hear(sandbox)
        route(sandbox, customer_class="platinum")

        tell("A new sandbox starts meanwhile. It holds nothing: the flow's own default counts.")
        newcomer = function(target)
        hear(newcomer)

        tell("A flow that gives no default gets an error by name, in time, and decides itself.")
        route(newcomer, customer_class="platinum")
        sandbox.close()
        newcomer.close()


def hear(sandbox: Bridge) -> None:
    """What a caller is greeted with."""
    default = {"default.parameters.greeting": "Hello."}
    response = ask(sandbox, {}, operation="resolve", flowId="main-menu", **default)
    said = response.get("parameters.greeting")
    show(response, f'"{said}"' if said else f"error {response['error']}")


def route(sandbox: Bridge, **attributes: str) -> None:
    """Where a contact goes."""
    response = ask(sandbox, attributes, operation="route", routingKey="main")
    if response["success"] == "true":
        show(response, f"to {response['targetQueue.name']}, since {response['why']}")
    else:
        show(response, f"error {response['error']}")


def ask(sandbox: Bridge, attributes: dict[str, str], **parameters: str) -> dict[str, Any]:
    """One event of a contact flow, and the response to it."""
    contact = {"ContactId": CONTACT, "Channel": "VOICE", "Attributes": attributes}
    return sandbox.handle(
        {"Name": "ContactFlowEvent", "Details": {"ContactData": contact, "Parameters": parameters}}
    )


def change(target: str, *, greeting: str = "Welcome to the shop!", active: bool = True) -> None:
    """Writes the flow anew."""
    flow = {
        "name": "Main menu",
        "template": "main-menu",
        "parameters": {"greeting": greeting},
        "routing_key": "main",
        "active": active,
    }
    manifest = {"namespace": "contact-centre", "environment": "base", "flows": {"main-menu": flow}}
    vexil(target, "apply", "--file", "-", "--yes", text=json.dumps(manifest))


def function(target: str) -> Bridge:
    """A sandbox of the Lambda function."""
    # More patient than by default: here the server shares the machine with everything else.
    return Bridge(
        Settings(target, "contact-centre", "prod", plaintext=True, budget=6.0, attempt=2.0, hedge_after=0.5)
    )


def vexil(target: str, *arguments: str, text: str | None = None) -> None:
    """Runs the command line, and shows which command that was."""
    shown = ["connect flow rollback …" if "rollback" in arguments else arguments[0]]
    print(f"    $ vexil {' '.join(shown)}")
    command = [*VEXIL, "--target", target, *arguments]
    subprocess.run(command, input=text, capture_output=True, text=True, check=True)


@contextmanager
def server() -> Iterator[tuple[str, Any]]:
    """A server in memory: where it is, and what stops it."""
    command = [*VEXIL, "serve", "--store", "memory", "--listen", "127.0.0.1:0", "--log-format", "json"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr

    def stop() -> None:
        if process.poll() is None:
            process.terminate()
            process.communicate()

    try:
        lines = (json.loads(line) for line in process.stderr if line.startswith("{"))
        yield next(line["address"] for line in lines if line.get("event") == "serving"), stop
    finally:
        stop()


def tell(sentence: str) -> None:
    """A sentence of the story."""
    print(f"\n{sentence}")


def show(response: dict[str, Any], outcome: str) -> None:
    """What came of it, and what it is worth."""
    why = f", because of {response['cause']}" if "cause" in response else ""
    print(f"    {response['source']:8}revision {response['revision']:3} {outcome}{why}")


if __name__ == "__main__":
    main()
