"""`import parameters` against a server that speaks Parameter Store's protocol."""

from contextlib import closing

from tests.acceptance.imports.conftest import at_aws
from tests.e2e.cli import Cli
from tests.support.engines.moto import Account, MotoServer

MAKE = ("--create-namespace", "--create-environments")
SECRET = "correct-horse-battery-staple"
PARAMETERS = {
    "/shop/prod/database/host": ("String", "db.internal"),
    "/shop/prod/database/port": ("String", "5432"),
    "/shop/prod/database/password": ("SecureString", SECRET),
    "/shop/prod/api/origins": ("StringList", "https://a.example,https://b.example"),
    "/shop/prod/features/checkout": ("String", "true"),
    "/shop/prod/integrations/crm/limits": ("String", '{"perSecond": 5}'),
    "/shop/qa/database/host": ("String", "qa.internal"),
    "/mall/prod/database/host": ("String", "elsewhere"),
    **{f"/shop/qa/api/route-{number}": ("String", str(number)) for number in range(25)},
}


def filled(server: MotoServer) -> Account:
    account = server.account()
    with closing(account.session().client("ssm", endpoint_url=account.endpoint)) as ssm:
        for name, (type_, text) in PARAMETERS.items():
            ssm.put_parameter(Name=name, Value=text, Type=type_)  # type: ignore[arg-type]  # one of the three
    return account


def test_tree_becomes_settings_of_its_environments(moto_server: MotoServer, cli: Cli) -> None:
    account = filled(moto_server)
    aws = at_aws(cli, account.variables())

    done = aws("import", "parameters", "/shop", *MAKE, "-o", "json").json

    # More than one page of ten, and nothing of the other application.
    assert (done["read"], done["mapped"], done["written"]) == (32, 32, 34)
    assert aws("get", "database/host", "--raw").out == "db.internal\n"
    assert aws("get", "database/port", "-o", "json").json["state"]["resource"]["setting"]["value"] == {
        "intValue": "5432"
    }
    assert aws("get", "database/host", "-e", "qa", "--raw").out == "qa.internal\n"
    assert aws("evaluate", "features/checkout", "-o", "json").json["evaluations"][0]["value"] == {
        "boolValue": True
    }
    again = aws("import", "parameters", "/shop", "-o", "json").json
    assert (again["written"], again["counts"]["unchanged"]) == (0, 32)


def test_secret_is_a_reference_and_its_value_is_nowhere(moto_server: MotoServer, cli: Cli) -> None:
    account = filled(moto_server)
    aws = at_aws(cli, account.variables())

    done = aws("import", "parameters", "/shop/prod", *MAKE, "-v")

    everything = done.out + done.err + aws("export", "--format", "jsonl").out
    assert SECRET not in everything
    assert f"arn:aws:ssm:eu-central-1:{account.number}:parameter/shop/prod/database/password" in everything


def test_definition_decides_which_type_a_parameter_gets(moto_server: MotoServer, cli: Cli) -> None:
    aws = at_aws(cli, filled(moto_server).variables())
    definitions = "definitions:\n  database/port: {type: string}\n"
    aws.apply(f"namespace: {cli.namespace}\nenvironments:\n  prod: {{}}\n{definitions}")

    aws("import", "parameters", "/shop/prod")

    assert aws("get", "database/port", "-o", "json").json["state"]["resource"]["setting"]["value"] == {
        "stringValue": "5432"
    }


def test_path_without_parameters_is_an_import_of_nothing(moto_server: MotoServer, cli: Cli) -> None:
    aws = at_aws(cli, moto_server.account().variables())

    done = aws("import", "parameters", "/nothing", *MAKE)

    assert "Read 0 items" in done.out


def test_mirror_follows_the_tree_and_touches_nothing_else(moto_server: MotoServer, cli: Cli) -> None:
    account = filled(moto_server)
    aws = at_aws(cli, account.variables())
    mirror = ("import", "parameters", "/shop", "--mirror")
    aws(*mirror, *MAKE)
    aws("set", "database/own", "kept")
    with closing(account.session().client("ssm", endpoint_url=account.endpoint)) as ssm:
        ssm.delete_parameter(Name="/shop/prod/database/port")
        ssm.delete_parameter(Name="/shop/prod/features/checkout")
        ssm.put_parameter(
            Name="/shop/prod/database/host", Value="new.internal", Type="String", Overwrite=True
        )
        ssm.put_parameter(Name="/shop/prod/api/limit", Value="10", Type="String")

    shown = aws(*mirror, "--dry-run").out
    assert "- delete setting prod/database/port" in shown
    assert "1 to be created, 1 to be updated, 2 to be deleted, 29 unchanged" in shown
    done = aws(*mirror, "-o", "json").json
    assert done["counts"] == {"create": 1, "update": 1, "delete": 2, "unchanged": 29}
    assert aws("get", "database/host", "--raw").out == "new.internal\n"
    aws("get", "database/port", code=3)
    aws("get", "features/checkout", code=3)
    assert aws("get", "database/own", "--raw").out == "kept\n"
    assert aws(*mirror, "-o", "json").json["written"] == 0


def test_mirror_of_what_was_imported_takes_it_over(moto_server: MotoServer, cli: Cli) -> None:
    account = filled(moto_server)
    aws = at_aws(cli, account.variables())
    aws("import", "parameters", "/shop/prod", *MAKE)
    aws("import", "parameters", "/shop/prod", "--mirror")
    with closing(account.session().client("ssm", endpoint_url=account.endpoint)) as ssm:
        ssm.delete_parameter(Name="/shop/prod/database/port")

    done = aws("import", "parameters", "/shop/prod", "--mirror", "-o", "json").json

    assert done["counts"]["delete"] == 1


def test_mirror_of_a_tree_that_is_gone_deletes_nothing(moto_server: MotoServer, cli: Cli) -> None:
    """More likely the account or the region is the wrong one."""
    at_aws(cli, filled(moto_server).variables())("import", "parameters", "/shop/prod", "--mirror", *MAKE)
    elsewhere = at_aws(cli, moto_server.account().variables())

    failed = elsewhere("import", "parameters", "/shop/prod", "--mirror", code=2)

    assert "6 settings mirror what was there" in failed.err
    assert elsewhere("get", "database/host", "--raw").out == "db.internal\n"
