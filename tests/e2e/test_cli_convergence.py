"""`convergence`: who has applied what, and waiting for it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.cli import Cli
from tests.e2e.terminal import in_terminal
from vexil.client.rpc import ConfigStub, Endpoint, open_channel
from vexil.v1.resource_pb2 import RESOURCE_KIND_SETTING, ResourceId
from vexil.v1.watch_pb2 import AcknowledgeRequest, Rejection, Subscriber, WatchRequest

HEAD = 2


class Instances:
    """Instances that report what they are told to."""

    def __init__(self, cli: Cli, config: ConfigStub) -> None:
        self._cli = cli
        self._config = config

    def report(self, service: str, instance: str, applied: int, rejection: Rejection | None = None) -> None:
        self._config.acknowledge(
            AcknowledgeRequest(
                namespace=self._cli.namespace,
                environment="prod",
                subscriber=Subscriber(service=service, instance=instance, version="1.4", zone="north"),
                applied_revision=applied,
                rejection=rejection,
            ),
            timeout=60,
        )

    @contextmanager
    def watching(self, service: str, instance: str) -> Iterator[None]:
        """Its stream is open, and has delivered something, inside."""
        who = Subscriber(service=service, instance=instance)
        call = self._config.watch(
            WatchRequest(namespace=self._cli.namespace, environment="prod", subscriber=who)
        )
        next(iter(call))
        yield
        call.cancel()


@pytest.fixture
def instances(cli: Cli) -> Iterator[Instances]:
    with open_channel(Endpoint(cli.target)) as channel:
        yield Instances(cli, ConfigStub(channel))


REFUSAL = Rejection(
    revision=HEAD,
    reason="timeout is too\nlong",
    resource=ResourceId(kind=RESOURCE_KIND_SETTING, environment="prod", key="timeout"),
)


def test_convergence_counts_services_and_names_who_is_behind(cli: Cli, instances: Instances) -> None:
    instances.report("till", "till-0", HEAD)
    instances.report("till", "till-1", 1, REFUSAL)
    with instances.watching("cart", "cart-0"):
        lines = cli("convergence").out.splitlines()

    assert lines[0].startswith(f"Revision {HEAD} of {cli.namespace}/prod, committed ")
    assert lines[0].endswith(": not converged.")
    rows = [line.split() for line in lines if line]
    assert rows[1] == ["SERVICE", "APPLIED", "LAGGING", "REJECTED", "P50", "P99", "MAX"]
    assert rows[2] == ["cart", "0", "1", "0", "-", "-", "-"]
    assert rows[3] == ["till", "1", "0", "1", "-", "-", "-"]
    assert rows[5][:7] == ["cart", "cart-0", "-", "-", "nothing", "2", "open"]
    assert rows[6][:7] == ["till", "till-1", "1.4", "north", "1", "1", "none"]
    assert lines[-1].endswith(f"revision {HEAD}: setting prod/timeout: timeout is too\\nlong")


def test_times_are_those_from_the_commit_to_the_last_who_applied_it(cli: Cli, instances: Instances) -> None:
    instances.report("till", "till-0", HEAD)
    cli("set", "timeout", "8")
    instances.report("till", "till-0", HEAD + 1)

    answer = cli("convergence", "-o", "json").json

    assert answer["converged"] is True
    assert answer["revision"] == str(HEAD + 1)
    [status], [service] = answer["subscribers"], answer["services"]
    assert service["applied"] == "1"
    took = status["publishToApplied"]
    assert {service[f"publishToApplied{which}"] for which in ("P50", "P99", "Max")} == {took}
    assert " converged." in cli("convergence", "--revision", "1").out


def test_convergence_of_one_service_leaves_out_the_others(cli: Cli, instances: Instances) -> None:
    instances.report("till", "till-0", HEAD)
    instances.report("cart", "cart-0", 1)

    answer = cli("convergence", "--service", "till", "-o", "yaml").out

    assert "converged: true" in answer
    assert "cart" not in answer


def test_nobody_is_converged(cli: Cli) -> None:
    assert cli("convergence", "--wait").err.startswith("Nobody is known to subscribe")


@pytest.mark.parametrize("arguments", [["--revision", "99"], ["-e", "gone"], ["-n", "gone"]])
def test_convergence_of_what_is_not_there_is_exit_code_3(cli: Cli, arguments: list[str]) -> None:
    assert cli("convergence", *arguments, code=3).err.startswith("Error: ")


def test_revision_below_1_is_wrong_usage(cli: Cli) -> None:
    cli("convergence", "--revision", "0", code=2)


def test_wait_ends_when_the_last_one_has_applied_it(cli: Cli, instances: Instances) -> None:
    instances.report("till", "till-0", HEAD)
    instances.report("till", "till-1", 1)
    with in_terminal(cli, "convergence", "--wait") as terminal:
        terminal.wait_for("1/2")
        instances.report("till", "till-1", HEAD)
        assert terminal.finish() == 0
        assert "converged" in terminal.text


def test_wait_ends_when_one_refuses_it(cli: Cli, instances: Instances) -> None:
    instances.report("till", "till-0", 1, REFUSAL)
    assert "timeout is too" in cli("convergence", "--wait", code=8).out


def test_wait_ends_when_the_time_is_over_and_says_who_is_missing(cli: Cli, instances: Instances) -> None:
    instances.report("till", "till-0", 1)
    done = cli("convergence", "--wait", "--wait-timeout", "0", code=5)
    assert done.err == f"1 of 1 subscribers have not applied revision {HEAD} after 0 s.\n"
    assert "till-0" in done.out
    assert "\x1b" not in done.out + done.err
