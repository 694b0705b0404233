import pytest

from tests.fuzz.formats import FORMATS, run

SEALED_OR_INCOMPLETE = {
    "manifest of a backup",
    "template of a flow",
    "line of an audit export",
    "announcement",
}


@pytest.mark.parametrize("name", FORMATS)
def test_whatever_is_in_it_a_file_is_read_or_refused(name: str) -> None:
    for i in range(150):
        assert run(name, f"{name} {i}") is None


@pytest.mark.parametrize("name", FORMATS)
def test_samples_are_good(name: str) -> None:
    for sample in FORMATS[name].samples:
        if name not in SEALED_OR_INCOMPLETE:
            FORMATS[name].read(sample)
