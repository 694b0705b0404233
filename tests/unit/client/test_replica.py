import pytest

from tests.unit.client.making import batch, deleted, delta, full_state, message, part, progress, setting
from vexil.client.change import Change
from vexil.client.replica.events import Message, StateBegin, StateChunk, StateEnd, StateReason, Unknown
from vexil.client.replica.replica import Replica
from vexil.core.errors import DataLoss
from vexil.core.resource import Revision
from vexil.core.view import View


@pytest.fixture
def replica() -> Replica:
    return Replica("shop", "prod")


def feed(replica: Replica, messages: list[Message]) -> list[Change]:
    updates = [replica.receive(each) for each in messages]
    return [change for update in updates if update is not None for change in update.changes()]


def values(replica: Replica) -> dict[str, int]:
    view = replica.view
    return {} if view is None else {key: view.evaluate(key).value for key in view.settings}


def test_replica_shows_a_full_state_only_when_it_is_complete(replica: Replica) -> None:
    *parts, end = full_state([setting("a", 1), setting("b", 2)], 7)
    for each in parts:
        assert replica.receive(each) is None
        assert replica.view is None
        assert replica.token == b""
    replica.receive(end)
    assert values(replica) == {"a": 1, "b": 2}
    assert replica.view is not None
    assert replica.view.revision == 7
    assert replica.token == b"token-7"


def test_replica_keeps_the_old_state_until_a_replacement_is_complete(replica: Replica) -> None:
    feed(replica, full_state([setting("a", 1)], 1))
    *parts, end = full_state([setting("b", 2)], 5, StateReason.RESYNC)
    for each in parts:
        replica.receive(each)
        assert values(replica) == {"a": 1}
    replica.receive(end)
    assert values(replica) == {"b": 2}


@pytest.mark.parametrize("count", [0, 1, 3])
def test_full_state_of_the_wrong_count_is_refused(replica: Replica, count: int) -> None:
    begin, first, second, _ = full_state([setting("a", 1), setting("b", 2)], 1)
    for each in (begin, first, second):
        replica.receive(each)
    with pytest.raises(DataLoss, match="resources arrived"):
        replica.receive(message(StateEnd(count), 1))
    assert replica.view is None


def test_full_state_that_names_a_resource_twice_is_refused(replica: Replica) -> None:
    with pytest.raises(DataLoss):
        feed(replica, full_state([setting("a", 1), setting("a", 2)], 1))


def test_resources_that_are_not_understood_are_counted(replica: Replica) -> None:
    replica.receive(message(StateBegin(StateReason.START, 2), 1, token=False))
    replica.receive(message(StateChunk([setting("a", 1)], left_out=1), 1, token=False))
    replica.receive(message(StateEnd(2), 1))
    assert values(replica) == {"a": 1}


def test_delta_changes_and_deletes(replica: Replica) -> None:
    feed(replica, full_state([setting("a", 1), setting("b", 2)], 1))
    changes = feed(replica, [delta([setting("a", 10, 2), deleted("b", 2), setting("c", 3, 2)], 2)])
    assert values(replica) == {"a": 10, "c": 3}
    assert [(each.key, each.old_value, each.new_value, each.revision) for each in changes] == [
        ("a", 1, 10, 2),
        ("b", 2, None, 2),
        ("c", None, 3, 2),
    ]


def test_parts_of_a_delta_are_applied_as_one(replica: Replica) -> None:
    feed(replica, full_state([setting("a", 1), setting("b", 2)], 1))
    assert replica.receive(part([setting("a", 10, 2)], 2)) is None
    assert values(replica) == {"a": 1, "b": 2}
    assert replica.token == b"token-1"
    assert len(feed(replica, [delta([setting("b", 20, 2)], 2)])) == 2
    assert values(replica) == {"a": 10, "b": 20}
    assert replica.token == b"token-2"


def test_commits_of_a_batch_are_applied_one_after_the_other(replica: Replica) -> None:
    feed(replica, full_state([setting("a", 1), setting("b", 1)], 1))
    commits = batch(
        ([setting("a", 2, 2), setting("b", 2, 2)], 2),
        ([deleted("a", 3)], 3),
        ([setting("a", 4, 4), setting("b", 4, 4)], 4),
    )
    changes = feed(replica, commits)
    assert [(each.revision, each.key, each.old_value, each.new_value) for each in changes] == [
        (2, "a", 1, 2),
        (2, "b", 1, 2),
        (3, "a", 2, None),
        (4, "a", None, 4),
        (4, "b", 2, 4),
    ]
    assert replica.token == b"token-4"
    assert replica.saved is not None
    assert replica.saved.view is replica.view


@pytest.mark.parametrize("event_revision", [0, 1, 9])
def test_event_of_a_newer_release_is_passed_over(replica: Replica, event_revision: int) -> None:
    feed(replica, full_state([setting("a", 1)], 5))
    assert feed(replica, [message(Unknown(), event_revision)]) == []
    assert replica.view is not None
    assert (replica.view.revision, replica.token) == (5, b"token-5")


def test_event_of_a_newer_release_may_come_between_parts(replica: Replica) -> None:
    begin, first, *rest = full_state([setting("a", 1), setting("b", 2)], 1)
    feed(replica, [begin, message(Unknown(), 0), first, message(Unknown(), 7), *rest])
    feed(replica, [part([setting("a", 10, 2)], 2), message(Unknown(), 9), delta([setting("b", 20, 2)], 2)])
    assert values(replica) == {"a": 10, "b": 20}


def test_parts_that_a_broken_stream_left_are_forgotten(replica: Replica) -> None:
    feed(replica, full_state([setting("a", 1)], 1))
    replica.receive(part([setting("a", 10, 2)], 2))
    replica.begin()
    feed(replica, [delta([setting("b", 2, 2)], 2)])
    assert values(replica) == {"a": 1, "b": 2}


def test_full_state_that_a_broken_stream_left_is_forgotten(replica: Replica) -> None:
    begin, chunk, end = full_state([setting("a", 1)], 1)
    replica.receive(begin)
    replica.receive(chunk)
    replica.begin()
    with pytest.raises(DataLoss, match="did not begin"):
        replica.receive(end)


@pytest.mark.parametrize("revision", [1, 2])
def test_delta_that_comes_again_or_too_late_is_refused(replica: Replica, revision: int) -> None:
    feed(replica, [*full_state([setting("a", 1)], 1), progress(2)])
    with pytest.raises(DataLoss):
        replica.receive(delta([setting("a", 5, revision)], revision))
    assert values(replica) == {"a": 1}


def test_delta_inside_another_is_refused(replica: Replica) -> None:
    feed(replica, [*full_state([], 1), part([setting("a", 1, 2)], 2)])
    with pytest.raises(DataLoss, match="no last part"):
        replica.receive(delta([setting("a", 1, 3)], 3))


@pytest.mark.parametrize(
    "first", [delta([setting("a", 1)], 1), progress(1), full_state([setting("a", 1)], 1)[1]]
)
def test_stream_that_begins_in_the_middle_is_refused(replica: Replica, first: Message) -> None:
    with pytest.raises(DataLoss):
        replica.receive(first)


def test_progress_moves_the_revision_and_the_token_only(replica: Replica) -> None:
    feed(replica, full_state([setting("a", 1)], 1))
    assert feed(replica, [progress(9)]) == []
    assert replica.view is not None
    assert (replica.view.revision, replica.token, values(replica)) == (9, b"token-9", {"a": 1})


def test_full_state_that_replaces_is_told_as_its_differences(replica: Replica) -> None:
    feed(replica, full_state([setting("a", 1), setting("b", 2), setting("c", 3)], 1))
    changes = feed(replica, full_state([setting("a", 1), setting("b", 20, 5), setting("d", 4, 4)], 5))
    assert [(each.key, each.old_value, each.new_value) for each in changes] == [
        ("b", 2, 20),
        ("c", 3, None),
        ("d", None, 4),
    ]


def test_begin_afresh_gives_up_the_position(replica: Replica) -> None:
    feed(replica, full_state([setting("a", 1)], 1))
    replica.begin(afresh=True)
    assert replica.token == b""
    assert values(replica) == {"a": 1}


class TestAccept:
    @pytest.fixture
    def replica(self) -> Replica:
        def at_most_10(view: View) -> None:
            worst = max((view.evaluate(key).value for key in view.settings), default=0)
            if worst > 10:
                raise ValueError(f"{worst} is too much")

        return Replica("shop", "prod", at_most_10)

    def test_refused_state_is_not_shown(self, replica: Replica) -> None:
        feed(replica, full_state([setting("a", 1)], 1))
        assert feed(replica, [delta([setting("a", 11, 2), setting("b", 1, 2)], 2)]) == []
        assert values(replica) == {"a": 1}
        assert replica.refusal is not None
        assert (replica.refusal.revision, replica.refusal.reason) == (2, "ValueError: 11 is too much")

    def test_next_accepted_state_brings_what_was_held_back(self, replica: Replica) -> None:
        feed(replica, full_state([setting("a", 1)], 1))
        feed(replica, [delta([setting("a", 11, 2), setting("b", 1, 2)], 2)])
        changes = feed(replica, [delta([setting("a", 3, 3)], 3)])
        assert values(replica) == {"a": 3, "b": 1}
        assert replica.refusal is None
        assert [(each.key, each.old_value, each.new_value) for each in changes] == [
            ("a", 1, 3),
            ("b", None, 1),
        ]

    def test_token_to_save_stays_with_the_state_in_use(self, replica: Replica) -> None:
        feed(replica, full_state([setting("a", 1)], 1))
        feed(replica, [delta([setting("a", 11, 2)], 2)])
        assert replica.token == b"token-2"
        assert replica.saved is not None
        assert (replica.saved.view, replica.saved.token) == (replica.view, b"token-1")

    def test_refusal_inside_a_batch_keeps_the_commits_before_it(self, replica: Replica) -> None:
        feed(replica, full_state([setting("a", 1)], 1))
        commits = batch(*(([setting("a", value, value)], value) for value in (2, 3, 11, 12)))
        changes = feed(replica, commits)
        assert [each.new_value for each in changes] == [2, 3]
        assert replica.view is not None
        assert (replica.view.revision, values(replica)) == (3, {"a": 3})
        assert replica.refusal is not None
        assert (replica.refusal.revision, replica.token) == (12, b"token-12")

    def test_state_inside_a_batch_is_not_saved_with_a_token_of_another(self, replica: Replica) -> None:
        """No token continues after revision 3, so a restart begins from what the last one continues."""
        feed(replica, full_state([setting("a", 1)], 1))
        feed(replica, batch(*(([setting("a", value, value)], value) for value in (2, 3, 11))))
        saved = replica.saved
        assert saved is not None
        assert (saved.view.revision, saved.token) == (1, b"token-1")
        restarted = Replica("shop", "prod")
        restarted.restore(saved.view, saved.token)
        feed(restarted, batch(*(([setting("a", value, value)], value) for value in (2, 3, 11))))
        assert values(restarted) == {"a": 11}

    def test_batch_that_ends_well_ends_the_refusal_inside_it(self, replica: Replica) -> None:
        feed(replica, full_state([setting("a", 1)], 1))
        changes = feed(
            replica, batch(([setting("a", 11, 2)], 2), ([setting("b", 1, 3)], 3), ([setting("a", 4, 4)], 4))
        )
        assert [(each.key, each.new_value, each.revision) for each in changes] == [("a", 4, 4), ("b", 1, 4)]
        assert replica.refusal is None

    def test_progress_does_not_ask_again(self, replica: Replica) -> None:
        feed(replica, full_state([setting("a", 11)], 1))
        feed(replica, [progress(2)])
        assert replica.view is None
        assert replica.refusal is not None
        assert replica.refusal.revision == Revision(1)
