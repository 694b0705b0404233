from vexil.core.errors import Aborted, InvalidRequest, Reason, Violation
from vexil.files.load import load_text
from vexil.files.source import ManifestError
from vexil.server.cli.places import told_by_place

TEXT = """\
namespace: shop
environment: prod
settings:
  first: 1
  flag:
    variants: {on: true, off: false}
    rules:
      - if: {attribute: a, equals: b}
        serve: on
    serve: off
"""
WRITTEN = load_text(TEXT, "yaml", name="shop.yaml").changes


def test_violations_of_changes_are_told_by_file_and_line() -> None:
    error = InvalidRequest.of(
        [
            Violation(
                "changes[1].put.setting.rules[0].serve.variant",
                "is not allowed",
                Reason.DANGLING_REFERENCE,
            )
        ]
    )

    told = told_by_place(error, WRITTEN)

    assert isinstance(told, ManifestError)
    assert str(told) == "shop.yaml:9:9: settings.flag.rules[0].serve: is not allowed"
    assert told.reason is Reason.DANGLING_REFERENCE


def test_violations_of_anything_else_stay_as_they_are() -> None:
    for error in (
        InvalidRequest.of([Violation("namespace", "is too long")]),
        InvalidRequest.of([Violation("changes[7].put", "is unknown")]),
        InvalidRequest("without a field"),
        Aborted("someone else", violations=[Violation("changes[0]", "changed")]),
    ):
        assert told_by_place(error, WRITTEN) is error


def test_violations_of_deletions_stay_as_they_are() -> None:
    error = InvalidRequest.of([Violation("changes[0].delete", "is required")])

    assert told_by_place(error, [None]) is error
