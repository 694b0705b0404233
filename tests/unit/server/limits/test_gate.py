from typing import Any

import pytest

from tests.support.calls import Call
from tests.support.clock import ManualClock
from vexil.core.errors import AccessDenied, InvalidRequest, LimitExceeded, Reason, Unauthenticated
from vexil.server.limits.gate import Gate
from vexil.server.limits.memory import MemoryBudget, resident_bytes
from vexil.server.limits.settings import LimitSettings
from vexil.server.settings import ServerSettings


def gate(**settings: Any) -> Gate:
    made = Gate.of(LimitSettings(**settings), ManualClock().clock)
    assert made is not None
    return made


def test_without_settings_there_is_no_gate() -> None:
    assert Gate.of(ServerSettings(), ManualClock().clock) is None


def test_principal_over_its_rate_is_told_when_to_come_back() -> None:
    limits = gate(requests_per_principal=1, burst_seconds=1)
    limits.admit(Call(principal="checkout"), 10)
    with pytest.raises(LimitExceeded) as refused:
        limits.admit(Call(principal="checkout"), 10)
    assert refused.value.reason is Reason.RATE_LIMITED
    assert refused.value.retry_after == pytest.approx(0.0, abs=1.1)
    limits.admit(Call(principal="search"), 10)


def test_anonymous_callers_are_not_one_principal() -> None:
    limits = gate(requests_per_principal=1, burst_seconds=1)
    for _ in range(10):
        limits.admit(Call(), 10)


def test_unknown_caller_is_left_to_the_method() -> None:
    class Stranger(Call):
        @property
        def principal(self) -> str:
            raise Unauthenticated("this server asks who calls")

        @principal.setter
        def principal(self, _name: str) -> None: ...

    limits = gate(requests_per_principal=1, burst_seconds=1)
    for _ in range(10):
        limits.admit(Stranger(), 10)


def test_address_is_counted_whatever_its_port_and_principal() -> None:
    limits = gate(requests_per_address=2, burst_seconds=1)
    limits.admit(Call("ipv4:10.0.0.1:1", "a"), 10)
    limits.admit(Call("ipv4:10.0.0.1:2", "b"), 10)
    with pytest.raises(LimitExceeded):
        limits.admit(Call("ipv4:10.0.0.1:3", "c"), 10)
    limits.admit(Call("ipv4:10.0.0.2:1", "a"), 10)


@pytest.mark.parametrize("setting", ["bytes_per_principal", "bytes_per_address"])
def test_bytes_are_counted(setting: str) -> None:
    limits = gate(**{setting: 1000, "burst_seconds": 1})
    limits.admit(Call(principal="checkout"), 5000)
    with pytest.raises(LimitExceeded) as refused:
        limits.admit(Call(principal="checkout"), 1)
    assert refused.value.retry_after == pytest.approx(4.0, abs=0.01)


def test_refused_caller_takes_nothing_from_all() -> None:
    limits = gate(requests_per_principal=1, requests_per_second=3, burst_seconds=1)
    limits.admit(Call(principal="greedy"), 1)
    for _ in range(10):
        with pytest.raises(LimitExceeded):
            limits.admit(Call(principal="greedy"), 1)
    limits.admit(Call(principal="b"), 1)
    limits.admit(Call(principal="c"), 1)
    with pytest.raises(LimitExceeded):
        limits.admit(Call(principal="d"), 1)


def test_address_that_is_not_listed_is_refused_also_by_health() -> None:
    limits = gate(allow_from="10.0.0.0/8")
    limits.admit(Call("ipv4:10.0.0.1:1"), 1)
    limits.admit(Call("ipv6:[::ffff:10.0.0.1]:1"), 1)
    limits.admit(Call("unix:"), 1)
    for peer in ("ipv4:11.0.0.1:1", "ipv6:%5B::1%5D:1", "nonsense", ""):
        for admit in (limits.admit, limits.admit_standard):
            with pytest.raises(AccessDenied):
                admit(Call(peer), 1)


class TestProxies:
    def forwarded(self, text: str, peer: str = "ipv4:192.0.2.1:1") -> Call:
        return Call(peer, metadata={"x-forwarded-for": text})

    def test_header_is_not_believed_by_default(self) -> None:
        limits = gate(allow_from="10.0.0.0/8")
        with pytest.raises(AccessDenied):
            limits.admit(self.forwarded("10.0.0.1"), 1)

    def test_header_of_who_is_no_proxy_is_not_believed(self) -> None:
        limits = gate(allow_from="10.0.0.0/8", trusted_proxies="192.0.2.0/24")
        with pytest.raises(AccessDenied):
            limits.admit(self.forwarded("10.0.0.1", "ipv4:203.0.113.9:1"), 1)

    def test_address_before_the_proxies_is_the_callers(self) -> None:
        limits = gate(allow_from="10.0.0.0/8", trusted_proxies="192.0.2.0/24")
        limits.admit(self.forwarded("10.0.0.1"), 1)
        limits.admit(self.forwarded("203.0.113.9, 10.0.0.1, 192.0.2.7"), 1)

    def test_what_the_caller_itself_wrote_is_not_believed(self) -> None:
        limits = gate(allow_from="10.0.0.0/8", trusted_proxies="192.0.2.0/24")
        with pytest.raises(AccessDenied, match=r"203\.0\.113\.9"):
            limits.admit(self.forwarded("10.0.0.1, 203.0.113.9"), 1)

    @pytest.mark.parametrize("text", ["", "unknown", "10.0.0.1, unknown", ",,,"])
    def test_without_an_address_it_is_the_proxy_that_calls(self, text: str) -> None:
        limits = gate(allow_from="10.0.0.0/8", trusted_proxies="192.0.2.0/24")
        with pytest.raises(AccessDenied, match=r"192\.0\.2\.1"):
            limits.admit(self.forwarded(text), 1)


def test_networks_with_a_slip_are_refused_at_the_start() -> None:
    with pytest.raises(InvalidRequest) as refused:
        ServerSettings(allow_from="10.0.0.1/8", trusted_proxies="here")
    assert [violation.field for violation in refused.value.violations] == ["allow_from", "trusted_proxies"]


class TestMemory:
    def test_nothing_is_taken_while_the_budget_is_spent(self) -> None:
        clock, used = ManualClock(), [100]
        budget = MemoryBudget(50, clock.clock.monotonic, lambda: used[0])
        with pytest.raises(LimitExceeded) as refused:
            budget.require_room()
        assert refused.value.retry_after == 1.0
        used[0] = 10
        clock.advance(1.0)
        budget.require_room()

    def test_system_says_what_this_process_has(self) -> None:
        assert resident_bytes() > 1024 * 1024
