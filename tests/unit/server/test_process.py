"""What a server says of itself when it serves."""

import pytest
from structlog.testing import capture_logs

from vexil.server.process import announce
from vexil.server.settings import ServerSettings

OPEN, READABLE = "everybody_may_change_everything", "everybody_on_the_way_reads_and_changes"


@pytest.mark.parametrize(
    ("settings", "warnings"),
    [
        (ServerSettings(), []),
        (ServerSettings(listen="0.0.0.0:7350", insecure=True), [READABLE]),
        (
            ServerSettings(listen="0.0.0.0:7350", insecure=True, insecure_no_authentication=True),
            [OPEN, READABLE],
        ),
    ],
)
def test_what_was_given_up_is_a_warning(settings: ServerSettings, warnings: list[str]) -> None:
    with capture_logs() as lines:
        announce(settings, settings.listen)
    assert [line["event"] for line in lines] == ["serving", *warnings]
