"""`namespace`, `env`."""

from tests.e2e.cli import Cli


def test_namespace_is_created_with_its_first_environments(empty_cli: Cli) -> None:
    name = empty_cli.namespace

    done = empty_cli(
        "namespace",
        "create",
        name,
        "--with-environment",
        "base",
        "--with-environment",
        "prod:base",
        "--owner",
        "web",
        "--description",
        "The \x1b shop",
    )

    assert done.out == f"Created the namespace {name} (revision 1).\n"
    listed = empty_cli("namespace", "list").out
    line = next(line for line in listed.splitlines() if line.split()[0] == name)
    assert line.split()[1:] == ["1", "3", "web", "The", "\\x1b", "shop"]


def test_namespace_that_is_there_is_exit_code_4(cli: Cli) -> None:
    failed = cli("namespace", "create", cli.namespace, "-o", "json", code=4)

    assert failed.error["reason"] == "NAMESPACE_EXISTS"


def test_namespace_name_is_checked(empty_cli: Cli) -> None:
    empty_cli("namespace", "create", "Not A Name", code=2)
    empty_cli("namespace", "create", empty_cli.namespace, "--with-environment", "prod:gone", code=2)
    empty_cli("list", code=3)


def test_environments_are_shown_as_a_tree(cli: Cli) -> None:
    assert cli("env", "list").out.splitlines() == [
        cli.namespace,
        "└── base  4 own, 4 in all",
        "    ├── prod  1 own, 4 in all  production",
        "    └── staging  0 own, 4 in all",
    ]
    names = [one["state"]["id"]["key"] for one in cli("env", "list", "-o", "json").json["environments"]]
    assert names == ["base", "prod", "staging"]


def test_environment_is_created_and_deleted(cli: Cli) -> None:
    assert "Created the environment eu (revision 3)." in cli("env", "create", "eu", "--parent", "prod").out
    assert cli("get", "timeout", "--raw", "-e", "eu").out == "7\n"
    assert "Deleted the environment eu (revision 4)." in cli("env", "delete", "eu").out


def test_environment_that_can_not_be_created_or_deleted(cli: Cli) -> None:
    cli("env", "create", "prod", code=4)
    cli("env", "create", "eu", "--parent", "gone", code=2)
    cli("env", "delete", "gone", code=3)
    in_use = cli("env", "delete", "base", "-o", "json", code=4)
    assert in_use.error["reason"] == "ENVIRONMENT_IN_USE"
