"""`/v1/gaps`: rows that gateways had to give up, or that were found missing."""

from typing import Final

from msgspec import Struct

from cloud_ingest.api.desk import Desk, Found, Page, Question, page_of
from cloud_ingest.api.endpoint import Endpoint
from cloud_ingest.api.parameters import AreaName, Cursor, Limit, Moment, Name
from cloud_ingest.api.place_tree import BELOW, require_area
from cloud_ingest.api.rows import fetch, with_parts
from wire import Stream

_GAPS: Final = with_parts(
    BELOW,
    query="""
SELECT gap.id AS key, gateway.name AS gateway, gateway.community AS area,
       (ARRAY['alarm', 'state', 'telemetry'])[gap.stream + 1] AS stream, gap.epoch::text AS epoch,
       gap.first, gap."end", gap.n AS rows, gap.from_at AS "from", gap.to_at AS "to", gap.reason,
       gap.recorded_at AS "recordedAt"
FROM gap JOIN gateway ON gateway.id = gap.gateway
WHERE (%(after)s::bigint IS NULL OR gap.id > %(after)s)
  AND (%(gateway)s::text IS NULL OR gateway.name = %(gateway)s)
  AND (%(area)s::text IS NULL OR gateway.community IN (SELECT id FROM below))
ORDER BY gap.id LIMIT %(most)s
""",
)


class GapsAsked(Struct, frozen=True, kw_only=True):
    """Which gaps: those of one gateway, or of the gateways below one area."""

    area: AreaName | None = None
    gateway: Name | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


class LostRows(
    Struct, frozen=True, kw_only=True, rename={"from_at": "from", "to_at": "to", "recorded_at": "recordedAt"}
):
    """Rows `first` to `end` (exclusive) of one stream and epoch that will never come.

    They were observed between `from` and `to`, null where nobody knows. `epoch` is a whole number of 63 bits,
    written as text because JavaScript's numbers end at 53.
    """

    gateway: str
    area: str | None
    stream: Stream
    epoch: str
    first: int
    end: int
    rows: int
    from_at: Moment | None
    to_at: Moment | None
    reason: str
    recorded_at: Moment


class _Row(
    LostRows,
    frozen=True,
    kw_only=True,
    rename={"from_at": "from", "to_at": "to", "recorded_at": "recordedAt"},
):
    key: int


async def find_gaps(desk: Desk, question: Question[GapsAsked]) -> Found[LostRows]:
    """Find gaps in the order in which they were recorded."""
    asked = question.asked
    (after,) = question.after or (None,)
    async with desk.reading() as conn:
        if asked.area is not None:
            await require_area(conn, asked.area)
        wanted = {"area": asked.area, "gateway": asked.gateway, "after": after, "most": asked.limit + 1}
        page = page_of(await fetch(conn, _Row, _GAPS, wanted), asked.limit, lambda row: (row.key,))
    return page.plain(LostRows)


GAPS: Final = Endpoint(
    path="/v1/gaps",
    name="gaps",
    summary="Rows that gateways had to give up, or that were found missing",
    asked=GapsAsked,
    answer=Page[LostRows],
    find=find_gaps,
    key=tuple[int],
    missing="`area` is no area",
)
