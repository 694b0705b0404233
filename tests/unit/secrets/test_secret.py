"""Secrets in a reader's hands."""

import copy
import logging
import pickle

import pytest

from vexil.secrets import Secret, SecretUnusable

MARKER = "s3cr3t-marker"


@pytest.fixture
def secret() -> Secret:
    return Secret(MARKER.encode(), "v1")


def test_secret_is_given_out_when_asked(secret: Secret) -> None:
    assert (secret.text, secret.data, secret.version) == (MARKER, MARKER.encode(), "v1")


def test_secret_is_in_nothing_that_is_printed(secret: Secret, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("%s %r", secret, secret)
    shown = [str(secret), repr(secret), f"{secret}", f"{secret!r:>30}", repr([secret]), caplog.text]

    assert MARKER not in "".join(shown)


def test_secret_does_not_travel_by_accident(secret: Secret) -> None:
    for way in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="neither copied nor pickled"):
            way(secret)
    with pytest.raises(TypeError):
        hash(secret)


def test_secrets_are_equal_by_content(secret: Secret) -> None:
    assert secret == Secret(MARKER.encode(), "v2")
    assert secret != Secret(b"another")
    assert secret != MARKER


def test_secret_that_is_no_text_is_in_no_error() -> None:
    with pytest.raises(SecretUnusable) as raised:
        _ = Secret(b"\xffmarker").text

    assert (raised.value.__cause__, raised.value.__suppress_context__) == (None, True)
