"""Every format that is read from a file, a command line, or somebody else's system."""

import json
import random
import time
from collections.abc import Mapping

from tests.fuzz.formats.audits import AUDITS
from tests.fuzz.formats.credentials import CREDENTIALS
from tests.fuzz.formats.files import FILES
from tests.fuzz.formats.flows import FLOWS
from tests.fuzz.formats.foreign import FOREIGN
from tests.fuzz.formats.format import Format
from tests.fuzz.formats.settings import SETTINGS
from tests.fuzz.formats.typed import TYPED
from tests.fuzz.hostile import TEXTS
from tests.fuzz.mutations import anything

FORMATS: Mapping[str, Format] = {
    **FILES, **FLOWS, **FOREIGN, **AUDITS, **CREDENTIALS, **SETTINGS, **TYPED,
}  # fmt: skip

_SECONDS = 10.0
"""Of processor time: what takes longer counts as hanging."""


def run(name: str, case: str) -> str | None:
    """Reads what the case's name stands for; what went wrong, with the text."""
    format, chance = FORMATS[name], random.Random(case)  # noqa: A001
    match chance.randrange(30):
        case 0:
            text = json.dumps(anything(chance))
        case 1:
            text = chance.choice(TEXTS)
        case _:
            text = format.text(chance)
    start = time.thread_time()
    try:
        format.read(text)
    except format.refusals:
        pass
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return f"{case}: {type(error).__name__}: {error}\n{text[:2000]!r}"
    taken = time.thread_time() - start
    return None if taken < _SECONDS else f"{case}: took {taken:.1f} s\n{text[:2000]!r}"
