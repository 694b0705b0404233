import json

import pytest

from tests.unit.cli.screen import Screen
from vexil.core.errors import (
    Aborted,
    AccessDenied,
    AlreadyExists,
    Code,
    DeadlineExceeded,
    Internal,
    InvalidRequest,
    NotFound,
    OutOfRange,
    Reason,
    Unavailable,
    VexilError,
    Violation,
)
from vexil.files.source import FileProblem, ManifestError, Source
from vexil.server.cli.advice import advice_for
from vexil.server.cli.exits import Exit, exit_of
from vexil.server.cli.failure import report, report_defect
from vexil.server.cli.usage import UsageError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Internal("x"), 1),
        (InvalidRequest("x"), 2),
        (UsageError("x"), 2),
        (NotFound("x"), 3),
        (OutOfRange("x"), 3),
        (AlreadyExists("x"), 4),
        (Aborted("x"), 4),
        (Unavailable("x"), 5),
        (DeadlineExceeded("x"), 5),
        (AccessDenied("x"), 6),
    ],
)
def test_exit_code_goes_by_the_code_of_the_error(error: VexilError, code: int) -> None:
    assert exit_of(error) == code


def test_exit_code_is_known_for_every_code() -> None:
    for code in Code:
        error = VexilError("x")
        error.code = code
        assert exit_of(error) is not Exit.OK


def test_error_is_a_sentence_with_what_to_do() -> None:
    screen = Screen()

    code = report(NotFound("there is no setting 'x'"), screen.terminal, verbose=False)

    assert code == 3
    assert screen.out.getvalue() == ""
    assert screen.err.getvalue() == (
        "Error: there is no setting 'x'\n"
        "`vexil list` shows what is there, and `vexil access` permissions; -n and -e say where it looks.\n"
    )


def test_error_lists_the_violations_that_its_message_lacks() -> None:
    screen = Screen()
    error = InvalidRequest.of(
        [
            Violation("changes[0].put", "is \x1b bad"),
            Violation("changes[1].put", "is worse", Reason.CONSTRAINT_VIOLATION),
        ]
    )

    report(error, screen.terminal, verbose=False)

    assert screen.err.getvalue().split("\n") == [
        "Error: changes[0].put: is \\x1b bad (and 1 more)",
        "  changes[1].put: is worse",
        "",
    ]


def test_error_of_files_names_each_place() -> None:
    screen = Screen()
    problems = [
        FileProblem(Source("a.yaml", 3, 5), "settings.x", "must be text"),
        FileProblem(Source("b.yaml", 1, 1), "", "is empty"),
    ]

    report(ManifestError(problems), screen.terminal, verbose=False)

    assert screen.err.getvalue().split("\n") == [
        "Error: a.yaml:3:5: settings.x: must be text",
        "  b.yaml:1:1: is empty",
        "",
    ]


def test_error_with_verbose_adds_reason_and_request_id() -> None:
    screen = Screen()

    report(Aborted("too late", metadata={"request_id": "abc"}), screen.terminal, verbose=True)

    assert screen.err.getvalue().split("\n")[2:] == [
        "  code: ABORTED",
        "  reason: PRECONDITION_FAILED",
        "  request_id: abc",
        "",
    ]


def test_error_is_json_where_results_are() -> None:
    screen = Screen("json")
    error = ManifestError([FileProblem(Source("a.yaml", 3, 5), "settings.x", "must be text")])

    code = report(error, screen.terminal, verbose=False)

    assert code == 2
    assert screen.out.getvalue() == ""
    assert json.loads(screen.err.getvalue()) == {
        "error": {
            "code": "INVALID_ARGUMENT",
            "reason": "INVALID_REQUEST",
            "message": "a.yaml:3:5: settings.x: must be text",
            "exitCode": 2,
            "violations": [
                {
                    "file": "a.yaml",
                    "line": 3,
                    "column": 5,
                    "field": "settings.x",
                    "description": "must be text",
                    "reason": "INVALID_REQUEST",
                }
            ],
        }
    }


def test_defect_is_a_sentence_and_with_verbose_a_trace() -> None:
    quiet, loud = Screen(), Screen()
    with pytest.raises(KeyError) as caught:
        dict[str, int]()["oops"]

    assert report_defect(caught.value, quiet.terminal, verbose=False) == 1
    assert report_defect(caught.value, loud.terminal, verbose=True) == 1
    assert quiet.err.getvalue().startswith("Error: vexil itself failed (KeyError: 'oops')")
    assert "Traceback" not in quiet.err.getvalue()
    assert "test_failure.py" in loud.err.getvalue()


def test_advice_to_wait_is_for_stores_that_waiting_helps() -> None:
    busy = Unavailable("the store is busy", reason=Reason.STORE_UNAVAILABLE, retry_after=1.0)
    missing = Unavailable("there is no directory x", reason=Reason.STORE_UNAVAILABLE)

    assert "in a moment" in advice_for(busy)
    assert advice_for(missing) == ""
