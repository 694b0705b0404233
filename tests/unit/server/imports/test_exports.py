import gzip
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.unit.server.imports.items import FLOW, wire_item
from vexil.files.source import ManifestError
from vexil.server.imports.exports import export_files, read_export, read_items
from vexil.server.imports.item import Broken, Item

WIRE = wire_item(FLOW)


def items(text: str | bytes) -> list[Item | Broken]:
    return list(read_items("dump.json", text.encode() if isinstance(text, str) else text))


def attributes(text: str | bytes) -> list[Mapping[str, Any]]:
    read = items(text)
    assert all(isinstance(item, Item) for item in read), read
    return [item.attributes for item in read if isinstance(item, Item)]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"Items": [WIRE], "Count": 1, "ScannedCount": 1, "ConsumedCapacity": None}),
        json.dumps([WIRE]),
        json.dumps(WIRE),
        json.dumps({"Item": WIRE}),
        json.dumps({"Item": WIRE}, indent=2),
        json.dumps([FLOW], default=float),
        json.dumps({"Items": [FLOW]}, default=float),
        json.dumps(FLOW, default=float),
        "\ufeff" + json.dumps([WIRE]),
    ],
)
def test_export_in_any_form_has_the_same_item(text: str) -> None:
    assert attributes(text) == [FLOW]


@pytest.mark.parametrize("compressed", [False, True])
def test_json_lines_have_an_item_each(compressed: bool) -> None:
    text = "".join(json.dumps({"Item": WIRE}) + "\n" for _ in range(3)) + "\n"
    data = gzip.compress(text.encode()) if compressed else text.encode()

    read = items(data)

    assert [item.place for item in read] == ["dump.json:1", "dump.json:2", "dump.json:3"]
    assert attributes(data) == [FLOW] * 3


def test_values_of_every_type() -> None:
    item = {
        "s": {"S": "ü"},
        "n": {"N": "1.50"},
        "yes": {"BOOL": True},
        "nothing": {"NULL": True},
        "bytes": {"B": "aGk="},
        "words": {"SS": ["b", "a"]},
        "numbers": {"NS": ["10", "9", "0.5"]},
        "blobs": {"BS": ["Yg==", "YQ=="]},
        "list": {"L": [{"M": {"deep": {"L": []}}}]},
    }

    assert attributes(json.dumps(item)) == [
        {
            "s": "ü",
            "n": Decimal("1.5"),
            "yes": True,
            "nothing": None,
            "bytes": b"hi",
            "words": ["a", "b"],
            "numbers": [Decimal("0.5"), 9, 10],
            "blobs": [b"a", b"b"],
            "list": [{"deep": []}],
        }
    ]


def test_plain_json_with_a_member_called_like_a_type_stays_plain() -> None:
    assert attributes('[{"flowId": "x", "size": {"S": 5}}]') == [{"flowId": "x", "size": {"S": 5}}]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"a": {"N": "x"}}', "a: 'x' is not a number"),
        ('{"a": {"N": 5}}', "a: N must be a number written as text"),
        ('{"a": {"S": 5}}', "a: S must be text"),
        ('{"a": {"B": "?"}}', "a: B must be base64"),
        ('{"a": {"BOOL": "maybe"}}', "a: BOOL must be true or false"),
        ('{"a": {"M": []}}', "a: must be a map of attributes"),
        ('{"a": {"L": {}}}', "a: L must be a list"),
        ('{"a": {"SS": "x"}}', "a: a set must be written as a list"),
        ('{"a": {"L": [{"M": {"b": 5}}]}}', 'a: [0]: b: is no attribute value, such as {"S": "text"}'),
        ('{"a": 1, "a": 2}', "is not JSON: the member 'a' appears twice"),
        ('{"a": NaN}', "is not JSON: NaN is not a JSON number"),
        ('{"a": 1e999}', "is not JSON: the number 1e999 is outside DynamoDB's range"),
        ('{"a": ', "is not JSON: Expecting value at column 7"),
        ("[1, 2]", "is no item, which would be a JSON object"),
        ('{"a":' + "[" * 80 + "]" * 80 + "}", "is not JSON: nested deeper than 64 levels"),
        ('{"a":' + "[" * 100_000 + "]" * 100_000 + "}", "is nested too deep"),
    ],
)
def test_line_with_a_fault_is_told_by_its_number(line: str, reason: str) -> None:
    good, bad, last = items('{"flowId": "a"}\n' + line + '\n{"flowId": "b"}\n')

    assert isinstance(good, Item)
    assert bad == Broken("dump.json:2", reason)
    assert isinstance(last, Item)


COMPRESSED = gzip.compress(json.dumps([WIRE] * 50).encode())


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "not JSON"),
        (b"flows: 5", "not JSON"),
        (b'[{"a": 1}', "dump.json:1:10: not JSON"),
        (b"5", "holds neither items nor a list of them"),
        (b'{"Items": {}}', "Items must be a list"),
        (b'{"Items": [], "LastEvaluatedKey": {"flowId": {"S": "x"}}}', "stops in the middle"),
        (b'{"Items": [], "NextToken": "abc"}', "stops in the middle"),
        (b'[{"a": "x"},\n {"b": "\xff"}]', "dump.json:2:9: is not UTF-8: byte 0xff"),
        (b'[{"a": 1, "a": 2}]', "the member 'a' appears twice"),
        (COMPRESSED[:-20], "is cut off"),
        (COMPRESSED[:40], "is cut off"),
        (COMPRESSED[:40] + b"\0" * 40 + COMPRESSED[80:], "is damaged"),
        (b"\x1f\x8bnothing of the kind", "is damaged"),
    ],
)
def test_file_that_can_not_be_read_is_told_by_name(data: bytes, what: str) -> None:
    with pytest.raises(ManifestError, match=r"dump\.json") as caught:
        items(data)

    assert what in caught.value.message


def test_directory_of_an_export_to_s3(tmp_path: Path) -> None:
    folder = tmp_path / "AWSDynamoDB" / "0171-abc"
    (folder / "data").mkdir(parents=True)
    (folder / "manifest-summary.json").write_text('{"version": "2020-06-30", "itemCount": 1}')
    (folder / "manifest-files.json").write_text("{}")
    (folder / "data" / "part.json.gz").write_bytes(gzip.compress(json.dumps({"Item": WIRE}).encode()))
    (folder / "data" / ".hidden.json").write_text("no")
    (folder / "_started").write_text("")

    (path,) = export_files([tmp_path])

    assert path.name == "part.json.gz"
    assert [item.attributes for item in read_export(path) if isinstance(item, Item)] == [FLOW]


def test_directory_without_exports_says_what_it_looks_for(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="holds no file that ends in"):
        export_files([tmp_path])


def test_file_that_is_not_there_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"gone\.json.*No such file"):
        list(read_export(tmp_path / "gone.json"))
