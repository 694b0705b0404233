"""The one channel, and its successors."""

from typing import Any

from vexil.bridge.line import Line


class Channels:
    """Counts channels, and those that were closed."""

    def __init__(self) -> None:
        self.opened: list[Any] = []
        self.closed: list[int] = []
        self.seconds = 1000.0
        self.line = Line(self.open, lambda: self.seconds)

    def open(self) -> Any:
        channels, number = self, len(self.opened)

        class Channel:
            def close(self) -> None:
                channels.closed.append(number)

        self.opened.append(Channel())
        return self.opened[-1]


def test_line_keeps_its_channel_while_it_answers() -> None:
    channels = Channels()
    for _ in range(3):
        channels.line.first()
        channels.line.heard()
        channels.seconds += 5.0

    assert channels.line.second() is channels.opened[0]


def test_line_that_was_silent_is_replaced() -> None:
    channels = Channels()
    channels.line.failed(silent=True)

    assert channels.line.first() is channels.opened[1]
    assert channels.line.first() is channels.opened[1]


def test_line_that_failed_in_words_is_kept() -> None:
    channels = Channels()
    channels.line.failed(silent=False)

    assert channels.line.first() is channels.opened[0]
    assert not channels.line.hopeful
    channels.line.heard()
    assert channels.line.hopeful


def test_second_attempt_after_a_long_quiet_takes_a_new_channel() -> None:
    """The connection may have died while the sandbox was frozen; the first attempt may still answer."""
    channels = Channels()
    channels.line.heard()
    channels.seconds += 3600.0

    assert channels.line.first() is channels.opened[0]
    assert channels.line.second() is channels.opened[1]
    assert channels.closed == []
    channels.line.close()
    assert sorted(channels.closed) == [0, 1]


def test_line_never_holds_more_than_two_channels() -> None:
    channels = Channels()
    for _ in range(4):
        channels.line.failed(silent=True)
        channels.line.first()

    assert channels.closed == [0, 1, 2]
