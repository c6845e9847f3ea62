"""`/v1/watermarks`: up to what time everything of each gateway is committed, and what it still owes."""

from typing import Final

from msgspec import Struct

from cloud_ingest.api.desk import Desk, Found, Page, Question, page_of
from cloud_ingest.api.endpoint import Endpoint
from cloud_ingest.api.parameters import AreaName, Cursor, Limit, Moment
from cloud_ingest.api.place_tree import BELOW, require_area
from cloud_ingest.api.progress import EARLIEST, PROGRESS
from cloud_ingest.api.rows import fetch, with_parts

_WATERMARKS: Final = with_parts(
    BELOW,
    PROGRESS,
    query="""
SELECT id AS key, name AS gateway, community AS area, committed_to AS watermark, heard_at AS "heardAt",
       synced AS "clockSynced",
       jsonb_build_object('rows', waiting, 'oldestAt', oldest_at) AS backlog,
       (SELECT count(*) FROM undated WHERE undated.gateway = progress.id) AS undated,
       (SELECT jsonb_build_object('count', count(*), 'rows', coalesce(sum(n), 0)) FROM gap
        WHERE gap.gateway = progress.id) AS gaps
FROM progress
WHERE (%(after)s::int IS NULL OR id > %(after)s)
  AND (%(area)s::text IS NULL OR community IN (SELECT id FROM below))
ORDER BY id LIMIT %(most)s
""",
)


class WatermarksAsked(Struct, frozen=True, kw_only=True):
    """Which gateways: those below one area."""

    area: AreaName | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


class Backlog(Struct, frozen=True, kw_only=True, rename="camel"):
    """Rows that a gateway holds and the cloud has not, as of its last word; `oldestAt` is null where unknown."""

    rows: int
    oldest_at: Moment | None


class GapSum(Struct, frozen=True, kw_only=True):
    """How many gaps were recorded, and how many rows are lost in them."""

    count: int
    rows: int


class GatewayWatermark(Struct, frozen=True, kw_only=True, rename="camel"):
    """How far a gateway is committed.

    Everything that it observed before `watermark` is in the database, as far as it has told; null where nobody can
    say: its clock is not set, or rows of unknown time wait. `undated` are rows that came before the gateway's clock
    was set and wait for its hello.
    """

    gateway: str
    area: str | None
    watermark: Moment | None
    heard_at: Moment | None
    clock_synced: bool
    backlog: Backlog
    undated: int
    gaps: GapSum


class _Row(GatewayWatermark, frozen=True, kw_only=True, rename="camel"):
    key: int


async def find_watermarks(desk: Desk, question: Question[WatermarksAsked]) -> Found[GatewayWatermark]:
    """Find the gateways of an area with their watermarks."""
    asked = question.asked
    (after,) = question.after or (None,)
    async with desk.reading() as conn:
        if asked.area is not None:
            await require_area(conn, asked.area)
        wanted = {"area": asked.area, "after": after, "most": asked.limit + 1, **EARLIEST}
        page = page_of(await fetch(conn, _Row, _WATERMARKS, wanted), asked.limit, lambda row: (row.key,))
    return page.plain(GatewayWatermark)


WATERMARKS: Final = Endpoint(
    path="/v1/watermarks",
    name="watermarks",
    summary="Up to what time everything of each gateway is committed",
    asked=WatermarksAsked,
    answer=Page[GatewayWatermark],
    find=find_watermarks,
    key=tuple[int],
    missing="`area` is no area",
)
