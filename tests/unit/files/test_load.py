"""Files and directories, documents, and what can be wrong with them."""

from pathlib import Path

import pytest

from tests.unit.files.reading import problems_of
from vexil.core.resource import Environment, Kind, Namespace, ResourceId
from vexil.core.setting import Setting
from vexil.core.value import Value
from vexil.files import FORMATS, Format, ManifestError, Source, load, load_text
from vexil.files.load import MAX_FILE_BYTES

SETTING = "namespace: shop\nenvironment: prod\nsettings:\n  greeting: hello\n"


def _write(root: Path, **texts: str) -> Path:
    for name, text in texts.items():
        path = root / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def _problems(*paths: Path) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        load(paths)
    return [str(problem) for problem in caught.value.problems]


def test_file_is_read(tmp_path: Path) -> None:
    _write(tmp_path, a_yaml=SETTING)
    (change,) = load([tmp_path / "a.yaml"]).changes
    assert change.namespace == "shop"
    assert change.change.id == ResourceId(Kind.SETTING, "prod", "greeting")
    assert change.change.resource == Setting(value=Value.of_string("hello"))
    assert change.source == Source(str(tmp_path / "a.yaml"), 4, 3)


def test_directory_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    _write(
        tmp_path,
        b_yml="namespace: b\nenvironment: e\nsettings: {k: 1}",
        a__z_json='{"namespace": "z", "environment": "e", "settings": {"k": 1}}',
        c_toml='namespace = "c"\nenvironment = "e"\nsettings.k = 1\n',
        README_md="# not a manifest",
    )
    _write(tmp_path / ".hidden", a_yaml="[")
    assert load([tmp_path]).namespaces == ("z", "b", "c")


def test_link_to_a_directory_is_followed_and_a_circle_is_not(tmp_path: Path) -> None:
    _write(tmp_path / "elsewhere", a_yaml=SETTING)
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "root" / "up").symlink_to(tmp_path / "root", target_is_directory=True)
    assert len(load([tmp_path / "root"]).changes) == 1


def test_directory_without_manifests_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, README_md="# not a manifest")
    assert _problems(tmp_path) == [f"{tmp_path}: holds no file that ends in .yaml, .yml, .json, .toml"]


def test_file_that_is_missing_or_no_manifest_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, a_txt="x")
    assert _problems(tmp_path / "none.yaml", tmp_path / "none", tmp_path / "a.txt") == [
        f"{tmp_path}/none.yaml: no such file or directory",
        f"{tmp_path}/none: no such file or directory",
        f"{tmp_path}/a.txt: is no manifest: its name must end in .yaml, .yml, .json, .toml",
    ]


def test_invalid_utf8_is_placed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"namespace: shop\nenvironment: caf\xe9\n")
    assert _problems(tmp_path) == [f"{tmp_path}/a.yaml:2:17: is not UTF-8: byte 0xe9"]


def test_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbf" + SETTING.encode())
    assert load([tmp_path]).namespaces == ("shop",)


def test_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.yaml").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert _problems(tmp_path) == [
        f"{tmp_path}/a.yaml: is larger than 67108864 bytes; split it into several files"
    ]


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    _write(
        tmp_path,
        a_yaml="namespace: shop\nenvironment: prod\nsettings:\n  a: {valeu: 1, value: 1}\n  b:\n",
        b_json='{"namespace": "shop",\n "definitions": {"a": {"type": "itn"}}}',
        c_toml='namespace = "shop"\n[environments.prod]\nparnet = "base"\n',
        d_yaml="a: [",
    )
    assert _problems(tmp_path) == [
        f"{tmp_path}/a.yaml:4:7: settings.a.valeu: unknown field 'valeu'; did you mean 'value'?",
        f"{tmp_path}/a.yaml:5:3: settings.b: is empty; for JSON's null write {{type: json, value: null}}",
        f"{tmp_path}/b.json:2:24: definitions.a.type: unknown choice 'itn'; did you mean 'int'?",
        f"{tmp_path}/c.toml:3:1: environments.prod.parnet: unknown field 'parnet'; did you mean 'parent'?",
        f"{tmp_path}/d.yaml:2:1: not YAML: did not find expected node content while parsing a flow node",
    ]


def test_error_tells_every_problem_and_stays_short() -> None:
    text = SETTING + "".join(f"  k{i}: {{}}\n" for i in range(150))
    with pytest.raises(ManifestError) as caught:
        load_text(text, "yaml", name="f")
    assert len(caught.value.problems) == len(caught.value.violations) == 150
    assert caught.value.message.count("\n") == 100
    assert caught.value.message.endswith("… and 50 more")


@pytest.mark.parametrize("written_as", FORMATS)
@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n"])
def test_empty_text_is_refused(written_as: Format, text: str) -> None:
    assert len(problems_of(text, written_as)) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5", "1:1: must be a mapping with namespace: and what it sets, not the number 5"),
        ("[]", "1:1: must be a mapping with namespace: and what it sets, not a list"),
        ("settings: {a: 1}", "1:1: the field 'namespace' is missing"),
        ("namespace: 5", '1:1: namespace: must be text, not the number 5; write "5" in quotes'),
        (
            "namespace: Shop",
            "1:1: namespace: must be lower-case letters, digits and inner hyphens",
        ),
        ("namespace: {owner: us}", "1:1: namespace: the field 'name' is missing"),
        ("namespace: {name: shop, ownr: us}", "unknown field 'ownr'; did you mean 'owner'?"),
        ("namespace: shop\nsettings: {a: 1}", "2:1: settings: the document must say in which environment:"),
        ("namespace: shop\nenvironment:\nsettings: {a: 1}", "2:1: environment: must be text, not empty"),
        (
            "namespace: shop\nenvironment: PROD\nsettings: {a: 1}",
            "environment: must be lower-case letters",
        ),
        (
            "namespace: shop\nenvironment: prod\nsettings: [a]",
            "settings: must be a mapping by key, not a list",
        ),
        ("namespace: shop\nsetings: {}", "2:1: setings: unknown field 'setings'; did you mean 'settings'?"),
        ("namespace: shop\nenvironments: {Prod: {}}", "2:16: environments.Prod: must be lower-case letters"),
    ],
)
def test_document_that_is_none_is_explained(text: str, said: str) -> None:
    problems = problems_of(text)
    assert any(said in problem for problem in problems), problems


@pytest.mark.parametrize("text", ["5", "null", '"text"', "[]"])
def test_json_that_is_no_object_is_explained(text: str) -> None:
    (problem,) = problems_of(text, "json")
    assert problem.startswith(("1:1: must be a mapping", " is empty"))


@pytest.mark.parametrize("key", ["k" * 257, "with space", "-dash", "ünder", "/a", ""])
def test_key_of_another_form_is_placed(key: str) -> None:
    (problem,) = problems_of(f'namespace: shop\nenvironment: prod\nsettings:\n  ? "{key}"\n  : 1\n')
    assert problem.startswith("4:5: settings")
    assert "must be letters, digits and ._/:-, starting with a letter or digit, at most 256" in problem


def test_value_of_ten_megabytes_is_refused_with_both_sizes() -> None:
    (problem,) = problems_of(f"namespace: shop\nenvironment: prod\nsettings:\n  big: {'x' * 10_000_000}\n")
    assert problem == "4:3: settings.big: has 10000000 bytes; a value may have at most 262144"


def test_same_resource_twice_is_refused_with_both_places(tmp_path: Path) -> None:
    _write(tmp_path, a_yaml=SETTING, b_yaml=SETTING)
    (problem,) = _problems(tmp_path)
    where, said = problem.split(": settings.greeting: ")
    assert where == f"{tmp_path}/b.yaml:4:3"
    assert said == f"setting prod/greeting is set at {tmp_path}/a.yaml:4:3 as well"


def test_section_that_is_empty_sets_nothing() -> None:
    assert load_text("namespace: shop\nsettings:\nsegments: {}\n", "yaml").changes == ()


def test_documents_may_be_in_a_list() -> None:
    text = '{"documents": [{"namespace": "a"}, {"namespace": {"name": "b"}}]}'
    (change,) = load_text(text, "json").changes
    assert change.change.id == ResourceId(Kind.NAMESPACE, "", "b")
    assert problems_of('{"documents": [{"namespace": "a"}, {"nmespace": "b"}]}', "json") == [
        "1:37: documents[1].nmespace: unknown field 'nmespace'; did you mean 'namespace'?",
        "1:36: documents[1]: the field 'namespace' is missing",
    ]


def test_namespace_and_environment_may_be_given_by_the_caller() -> None:
    (change,) = load_text("settings: {a: 1}", "yaml", namespace="shop", environment="prod").changes
    assert (change.namespace, change.change.id.environment) == ("shop", "prod")


def test_namespace_and_environment_of_the_document_win() -> None:
    (change,) = load_text(SETTING, "yaml", namespace="x", environment="y").changes
    assert (change.namespace, change.change.id.environment) == ("shop", "prod")


def test_changes_come_in_an_order_in_which_they_can_be_made() -> None:
    text = """
namespace: {name: shop, description: A shop, owner: us}
environment: prod
flows: {f: {name: F}}
settings: {s: 1}
segments: {g: {}}
definitions: {s: {type: int}}
environments: {prod: {parent: base, production: true}, base: {}}
"""
    changes = load_text(text, "yaml").changes
    assert [change.change.id.kind for change in changes] == [
        Kind.NAMESPACE,
        Kind.ENVIRONMENT,
        Kind.ENVIRONMENT,
        Kind.DEFINITION,
        Kind.SEGMENT,
        Kind.SETTING,
        Kind.FLOW_CONFIGURATION,
    ]
    assert changes[0].change.resource == Namespace("A shop", "us")
    assert changes[1].change.resource == Environment(parent="base", production=True)
