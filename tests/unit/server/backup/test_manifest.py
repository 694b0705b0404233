import pytest

from vexil.server.backup.manifest import load


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"manifest": ' + b"[" * 5000 + b"]" * 5000 + b"}"],
)
def test_what_is_no_manifest_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(ValueError, match="no manifest"):
        load(content)
