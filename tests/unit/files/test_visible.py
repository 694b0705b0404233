from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.core.errors import VexilError
from vexil.files.formats.visible import HIDDEN
from vexil.files.formats.write import WRITERS
from vexil.files.load import load_text

TEXTS = st.text(
    st.one_of(
        st.sampled_from("\x7f\x85\x9b\u2028\u202e\u2066\n a'\"\\:#-"),
        st.characters(codec="utf-8"),
    )
)


@pytest.mark.parametrize("form", ["yaml", "json", "toml"])
@given(text=TEXTS)
def test_files_show_what_they_hold_and_say_the_same(form: Any, text: str) -> None:
    document = {"namespace": "shop", "environment": "prod", "settings": {"a": {"value": text}}}
    written = WRITERS[form]([document])
    assert not HIDDEN.search(written)
    try:
        [located] = load_text(written, form).changes
    except VexilError:
        return  # a text that no setting may have
    setting: Any = located.change.resource
    assert setting.value.data == text
