"""Reading whole tables of DynamoDB."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from vexil.server.imports.attribute_values import decode_item
from vexil.server.imports.aws.clients import AwsPlace, aws_errors
from vexil.server.imports.item import Broken, Item
from vexil.server.imports.problem import ImportProblem

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import ScanOutputTypeDef


def scan_table(place: AwsPlace, table: str, segments: int) -> Iterator[Item | Broken]:
    """All items of a table, in no order, read by that many scans in parallel, strongly consistent.

    Raises VexilError: NotFound for no such table, and what else `aws_errors` gives.
    """
    client = place.client("dynamodb", segments)
    with ThreadPoolExecutor(segments, thread_name_prefix="scan") as threads, aws_errors(f"the table {table}"):
        pages = {threads.submit(_page, client, table, part, segments): part for part in range(segments)}
        try:
            while pages:
                # One page of each segment is under way at a time, so that a slow reader holds no more.
                for page in wait(pages, return_when=FIRST_COMPLETED).done:
                    part = pages.pop(page)
                    found = page.result()
                    if key := found.get("LastEvaluatedKey"):
                        following = threads.submit(_page, client, table, part, segments, key)
                        pages[following] = part
                    yield from (_item(table, item) for item in found["Items"])
        finally:
            _cancel(pages)
            client.close()


def _page(
    client: "DynamoDBClient", table: str, segment: int, segments: int, start: Any = None
) -> "ScanOutputTypeDef":
    more = {} if start is None else {"ExclusiveStartKey": start}
    return client.scan(TableName=table, Segment=segment, TotalSegments=segments, ConsistentRead=True, **more)


def _item(table: str, item: Any) -> Item | Broken:
    try:
        return Item(table, decode_item(item))
    except ImportProblem as problem:
        return Broken(table, str(problem))


def _cancel(pages: "dict[Future[ScanOutputTypeDef], int]") -> None:
    for page in pages:
        page.cancel()
