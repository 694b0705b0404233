"""Subjects as text."""

import pytest

from vexil.core.access.subject import Subject, SubjectKind


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("key:0a1b2c", Subject(SubjectKind.KEY, "0a1b2c")),
        ("user:ada", Subject(SubjectKind.USER, "ada")),
        (
            "cert:spiffe://example.org/ns/shop/sa/web",
            Subject(SubjectKind.CERT, "spiffe://example.org/ns/shop/sa/web"),
        ),
        ("oidc:corp/a:b/c", Subject(SubjectKind.OIDC, "corp/a:b/c")),
        ("oidc-group:corp/shop admins", Subject(SubjectKind.OIDC_GROUP, "corp/shop admins")),
    ],
)
def test_subject_is_read_and_written(text: str, subject: Subject) -> None:
    assert Subject.parse(text) == subject
    assert str(subject) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "key",
        "key:",
        "KEY:a",
        "root:a",
        "user:a\n",
        "user:" + "a" * 513,
        "oidc:corp",
        "oidc:/sub",
        "oidc:corp/",
        "oidc-group:Corp/g",
    ],
)
def test_what_is_no_subject_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"must (be|have)"):
        Subject.parse(text)
