"""Laws of the replica: however a history is delivered, the state is the history's."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.client.making import deleted, delta, full_state, message, part, progress, setting
from vexil.client.replica.events import Delta, Message
from vexil.client.replica.replica import Replica
from vexil.core.resource import ResourceChange, ResourceState

KEYS = st.sampled_from([f"key-{n}" for n in range(6)])

Writes = dict[str, int | None]
COMMITS = st.lists(st.dictionaries(KEYS, st.none() | st.integers(0, 99), min_size=1), min_size=1, max_size=8)


def apply(state: dict[str, ResourceState], writes: Writes, revision: int) -> list[ResourceChange]:
    """Changes the state as a server would; answers the changes that are deltas of it."""
    changes: list[ResourceChange] = []
    for key, value in writes.items():
        if value is not None:
            state[key] = setting(key, value, revision)
            changes.append(state[key])
        elif state.pop(key, None) is not None:
            changes.append(deleted(key, revision))
    return changes


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[list[Message]], dict[str, int]]:
    """The streams of one subscription over a history, broken anywhere, and the values at its end."""
    state: dict[str, ResourceState] = {}
    streams: list[list[Message]] = [full_state([], 1)]
    commits = draw(COMMITS)
    inside_batch = False
    for revision, writes in enumerate(commits, start=2):
        changes = apply(state, writes, revision)
        if not inside_batch and draw(st.booleans()):
            broken = (
                full_state(list(state.values()), revision)
                if draw(st.booleans())
                else _parts(changes, revision)
            )
            streams[-1] += broken[: draw(st.integers(0, len(broken) - 1))]
            streams.append([])
        match "batch" if inside_batch else draw(st.sampled_from(["delta", "parts", "state", "batch"])):
            case "state":
                streams[-1] += full_state(list(state.values()), revision)
            case "parts" if changes:
                streams[-1] += _parts(changes, revision)
            case "batch":
                inside_batch = revision <= len(commits) and draw(st.booleans())
                streams[-1].append(message(Delta(changes), revision, token=not inside_batch))
            case _:
                streams[-1].append(delta(changes, revision) if changes else progress(revision))
    return streams, dict(_values(state))


def _parts(changes: list[ResourceChange], revision: int) -> list[Message]:
    if not changes:
        return [progress(revision)]
    return [*(part([change], revision) for change in changes[:-1]), delta(changes[-1:], revision)]


def _values(state: dict[str, ResourceState]) -> Iterator[tuple[str, int]]:
    for key, each in state.items():
        value = each.resource.value  # type: ignore[union-attr]
        assert value is not None
        yield key, value.data


@given(deliveries())
def test_replica_ends_where_the_history_ends(delivery: tuple[list[list[Message]], dict[str, int]]) -> None:
    streams, expected = delivery
    replica = Replica("shop", "prod")
    for stream in streams:
        replica.begin()
        for each in stream:
            replica.receive(each)
    assert replica.view is not None
    assert {key: replica.view.evaluate(key).value for key in replica.view.settings} == expected


@given(deliveries())
def test_changes_told_lead_from_each_state_to_the_next(
    delivery: tuple[list[list[Message]], dict[str, int]],
) -> None:
    streams, expected = delivery
    replica = Replica("shop", "prod")
    told: dict[str, int] = {}
    last = 0
    for stream in streams:
        replica.begin()
        for each in stream:
            update = replica.receive(each)
            for change in update.changes() if update is not None else ():
                assert told.get(change.key) == change.old_value
                assert change.revision > last
                if change.after is None:
                    del told[change.key]
                else:
                    told[change.key] = change.new_value
            last = max(last, update.new.revision) if update is not None and not update.is_empty else last
    assert told == expected


@given(deliveries())
def test_token_never_stands_for_more_than_was_received(
    delivery: tuple[list[list[Message]], dict[str, int]],
) -> None:
    streams, _ = delivery
    replica = Replica("shop", "prod")
    for stream in streams:
        replica.begin()
        for each in stream:
            replica.receive(each)
            if each.token and replica.received is not None:
                assert replica.token == f"token-{replica.received.revision}".encode()
