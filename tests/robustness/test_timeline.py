from pathlib import Path

from tests.robustness.records import Fault, Logged, Opened, Received, Recorder, Watched, load
from tests.robustness.timeline import timeline


def test_timeline_shows_what_was_recorded_and_what_was_wrong(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "history.jsonl")
    recorder.add(Watched, watcher="<watcher>", environment="base", selectors=(), resync=True, conflate=False)
    recorder.add(Opened, watcher="<watcher>", stream="s", server="server-1", position=None)
    recorder.add(Fault, what="freeze", server="server-1")
    recorder.add(Fault, what="freeze: mended", server="server-1")
    recorder.add(Received, watcher="<watcher>", stream="s", event="progress", revision=2, token="00")
    recorder.add(Logged, revision=1, request="", changes=())
    recorder.close()
    page = timeline(load(tmp_path / "history.jsonl"))
    assert "&lt;watcher&gt;" in page
    assert "progress 2" in page
    assert "freeze" in page
    assert "<b>progress_never_ahead</b>" in page
