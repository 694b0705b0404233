from pathlib import Path

from tests.robustness.recorder import Recorder, load
from tests.robustness.records import Fault, Logged, Opened, Received, Watched
from tests.robustness.timeline import timeline


def test_timeline_shows_what_was_recorded_and_what_was_wrong(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "history.jsonl")
    recorder.add(Watched, watcher="</script>", environment="base", selectors=(), resync=True, conflate=False)
    recorder.add(Opened, watcher="</script>", stream="s", server="server-1", position=None)
    recorder.add(Fault, what="freeze", server="server-1")
    recorder.add(Fault, what="freeze: mended", server="server-1")
    recorder.add(Received, watcher="</script>", stream="s", event="progress", revision=2, token="00")
    recorder.add(Logged, revision=1, request="", changes=())
    recorder.close()
    page = timeline(load(tmp_path / "history.jsonl"))
    assert page.count("</script>") == 1, "what is recorded can't end the page's script"
    assert "s: progress 2" in page
    assert '"name": "freeze"' in page
    assert '"guarantee": "progress_never_ahead"' in page
    assert '"at": 0' in page
