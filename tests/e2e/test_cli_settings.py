"""`get`, `list`, `set`, `delete`."""

import pytest

from tests.e2e.cli import Cli


def test_get_shows_where_a_setting_comes_from(cli: Cli) -> None:
    shown = cli("get", "banner").out

    assert "from     base\n" in shown
    assert "value: Welcome\n" in shown


def test_get_answers_in_protobufs_json(cli: Cli) -> None:
    found = cli("get", "timeout", "-o", "json").json

    assert found["revision"] == "2"
    assert found["state"]["id"] == {
        "kind": "RESOURCE_KIND_SETTING",
        "environment": "prod",
        "key": "timeout",
    }
    assert found["state"]["resource"] == {"setting": {"value": {"intValue": "7"}, "enabled": True}}


def test_get_answers_in_yaml(cli: Cli) -> None:
    assert "    key: timeout\n" in cli("get", "timeout", "-o", "yaml").out


def test_get_raw_is_the_value_alone(cli: Cli) -> None:
    assert cli("get", "banner", "--raw").out == "Welcome\n"
    assert cli("get", "timeout", "--raw", "-e", "base").out == "5\n"
    assert "vexil evaluate checkout" in cli("get", "checkout", "--raw", code=2).err


def test_get_at_an_old_revision_shows_what_was_there_then(cli: Cli) -> None:
    cli("set", "timeout", "9")

    assert cli("get", "timeout", "--raw", "--at-revision", "2").out == "7\n"
    assert cli("get", "timeout", "--raw", "--at-revision", "99", code=3).out == ""


def test_get_of_another_kind(cli: Cli) -> None:
    assert "minimum: 1" in cli("get", "timeout", "--kind", "definition").out
    assert "parent: base" in cli("get", "prod", "--kind", "environment").out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["get", "gone"], "CONFIGURATION_NOT_FOUND"),
        (["get", "timeout", "-e", "gone"], "ENVIRONMENT_NOT_FOUND"),
        (["get", "timeout", "-n", "gone"], "NAMESPACE_NOT_FOUND"),
        (["list", "-e", "gone"], "ENVIRONMENT_NOT_FOUND"),
        (["set", "timeout", "1", "-e", "gone"], "ENVIRONMENT_NOT_FOUND"),
        (["delete", "gone"], "CONFIGURATION_NOT_FOUND"),
        (["delete", "banner"], "CONFIGURATION_NOT_FOUND"),
    ],
)
def test_what_is_not_there_is_exit_code_3(cli: Cli, arguments: list[str], reason: str) -> None:
    failed = cli(*arguments, "-o", "json", code=3)

    assert failed.out == ""
    assert failed.error["reason"] == reason
    assert failed.error["exitCode"] == 3


def test_error_names_the_environments_that_are_there(cli: Cli) -> None:
    failed = cli("get", "timeout", "-e", "gone", "--verbose", code=3)

    assert "base, prod, staging" in failed.err
    assert "vexil env list" in failed.err
    assert "reason: ENVIRONMENT_NOT_FOUND" in failed.err
    assert "request_id: " in failed.err


def test_list_has_what_is_inherited(cli: Cli) -> None:
    lines = cli("list").out.splitlines()

    assert lines[0].split() == ["KIND", "KEY", "VALUE", "FROM", "VERSION", "REVISION"]
    assert [line.split()[:2] for line in lines[1:]] == [
        ["setting", "banner"],
        ["setting", "checkout"],
        ["setting", "timeout"],
        ["segment", "beta"],
    ]


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (["checkout"], ["checkout"]),
        (["b*"], ["banner", "beta"]),
        (["--kind", "segment"], ["beta"]),
        (["--tag", "checkout"], ["checkout"]),
        (["--kind", "definition"], ["timeout"]),
        (["nothing*"], []),
    ],
)
def test_list_selects(cli: Cli, arguments: list[str], keys: list[str]) -> None:
    found = cli("list", *arguments, "-o", "json").json

    assert [one["id"]["key"] for one in found.get("resources", [])] == keys


def test_list_goes_through_all_pages(cli: Cli) -> None:
    settings = "\n".join(f"  bulk.{number:04}: {number}" for number in range(1500))
    cli.apply(f"namespace: {cli.namespace}\nenvironment: base\nsettings:\n{settings}\n")

    found = cli("list", "bulk.*", "-o", "json").json

    assert len(found["resources"]) == 1500
    assert "nextPageToken" not in found


def test_set_keeps_the_type_of_the_setting(cli: Cli) -> None:
    assert "setting prod/timeout: 7 → 42 (revision 3)" in cli("set", "timeout", "42").out
    assert "is no int value" in cli("set", "timeout", "soon", code=2).err
    assert cli("get", "timeout", "--raw").out == "42\n"


def test_set_takes_the_type_of_the_definition(cli: Cli) -> None:
    cli("delete", "timeout")
    cli("delete", "timeout", "-e", "base")

    cli("set", "timeout", "3")

    assert cli("get", "timeout", "-o", "json").json["state"]["resource"]["setting"]["value"] == {
        "intValue": "3"
    }


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        (["true"], {"boolValue": True}),
        (["12"], {"intValue": "12"}),
        (["-12"], {"intValue": "-12"}),
        (["1.5"], {"doubleValue": 1.5}),
        (["12", "--type", "string"], {"stringValue": "12"}),
        (["12", "--type", "double"], {"doubleValue": 12.0}),
        (['{"b": 1, "a": [true]}'], {"jsonValue": '{"a":[true],"b":1}'}),
        (["env:KEY", "--type", "secret"], {"secretValue": {"uri": "env:KEY"}}),
        (["words and more"], {"stringValue": "words and more"}),
    ],
)
def test_set_makes_a_new_setting_of_the_type_that_it_looks_like(
    cli: Cli, arguments: list[str], value: object
) -> None:
    cli("set", "new", *arguments)

    assert cli("get", "new", "-o", "json").json["state"]["resource"]["setting"]["value"] == value


def test_set_reads_files_and_standard_input_exactly(cli: Cli) -> None:
    (cli.directory / "text").write_text("two\nlines\n")
    (cli.directory / "binary").write_bytes(b"\xff\xfe")

    cli("set", "text", "--from-file", "text", "--type", "string")
    assert cli("get", "text", "--raw").out == "two\nlines\n\n"
    cli("set", "text", "-", input="piped")
    assert cli("get", "text", "--raw").out == "piped\n"
    assert "is not UTF-8" in cli("set", "text", "--from-file", "binary", code=2).err
    assert "can't be read" in cli("set", "text", "--from-file", "gone", code=2).err
    assert "Both" in cli("set", "text", "x", "--from-file", "text", code=2).err


def test_set_turns_a_flag(cli: Cli) -> None:
    cli("set", "checkout", "--serve", "on")
    assert cli("evaluate", "checkout", "-o", "json").json["evaluations"][0]["value"] == {"boolValue": True}
    cli("set", "checkout", "--disable")
    assert "DISABLED" in cli("evaluate", "checkout").out
    cli("set", "checkout", "--enable")

    assert "variants: off, on" in cli("set", "checkout", "--serve", "gone", code=2).err
    assert "is a flag" in cli("set", "checkout", "true", code=2).err
    # The flag was copied from base, and base still has its own.
    assert "from     prod" in cli("get", "checkout").out
    assert "serve: off" in cli("get", "checkout", "-e", "base").out


def test_set_of_what_is_so_already_writes_nothing(cli: Cli) -> None:
    done = cli("set", "timeout", "7")

    assert "is so already" in done.err
    assert cli("namespace", "list", "-o", "json").json["namespaces"]
    assert cli("history", "-o", "json").json["commits"][0]["revision"] == "2"


def test_set_with_dry_run_writes_nothing(cli: Cli) -> None:
    assert "dry run" in cli("set", "timeout", "8", "--dry-run").out
    assert cli("get", "timeout", "--raw").out == "7\n"


def test_set_refuses_what_the_definition_forbids(cli: Cli) -> None:
    failed = cli("set", "timeout", "101", "-o", "json", code=2)

    assert failed.error["reason"] == "CONSTRAINT_VIOLATION"
    assert "100" in failed.error["message"]
    assert cli("get", "timeout", "--raw").out == "7\n"


def test_stale_version_is_exit_code_4_and_changes_nothing(cli: Cli) -> None:
    for arguments in (
        ["set", "timeout", "8", "--if-version", "3"],
        ["delete", "timeout", "--if-version", "0"],
    ):
        failed = cli(*arguments, "-o", "json", code=4)
        assert failed.error["reason"] == "PRECONDITION_FAILED"
        assert failed.error["advice"]

    assert cli("get", "timeout", "--raw").out == "7\n"
    cli("set", "timeout", "8", "--if-version", "1")


def test_delete_lets_the_inherited_value_through(cli: Cli) -> None:
    assert "setting prod/timeout: deleted (revision 3)" in cli("delete", "timeout", "-m", "Not needed").out

    assert cli("get", "timeout", "--raw").out == "5\n"


def test_value_can_not_steer_the_terminal(cli: Cli) -> None:
    cli("set", "banner", "-", input="\x1b[2Jgone\u202e")

    for arguments in (["get", "banner"], ["list"], ["get", "banner", "-o", "json"], ["history", "banner"]):
        shown = cli(*arguments).out
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    assert cli("get", "banner", "--raw").out == "\x1b[2Jgone\u202e\n"


def test_set_tells_a_broken_constraint_by_the_key(cli: Cli) -> None:
    said = cli("set", "timeout", "0", code=2).err

    assert said.startswith("Error: timeout: must be at least 1")
    assert "Nothing was written;" in said
