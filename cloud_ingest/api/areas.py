"""`/v1/areas`: the places of the city, from the city itself down to the community and its sites."""

from typing import Final

from msgspec import Struct

from cloud_ingest.api.desk import Desk, Found, Page, Question, page_of
from cloud_ingest.api.endpoint import Endpoint
from cloud_ingest.api.parameters import AreaName, Cursor, Limit, Moment
from cloud_ingest.api.place_tree import require_area
from cloud_ingest.api.rows import fetch
from wire import Level, Words

_AREAS: Final = """
SELECT id, level, parent, jsonb_build_object('zh', name_zh, 'en', name_en) AS name, valid_from AS "validFrom"
FROM place
WHERE valid_to IS NULL
  AND (%(level)s::text IS NULL OR level = %(level)s)
  AND (%(parent)s::text IS NULL OR parent = %(parent)s)
  AND (%(after)s::text IS NULL OR id > %(after)s)
ORDER BY id LIMIT %(most)s
"""


class AreasAsked(Struct, frozen=True, kw_only=True):
    """Which areas: of one level, directly below one parent."""

    level: Level | None = None
    parent: AreaName | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


class Area(Struct, frozen=True, kw_only=True, rename="camel"):
    """A place; the ids of the first levels follow GB/T 2260. `validFrom` is when it came to be as it is."""

    id: str
    level: Level
    name: Words
    parent: str | None
    valid_from: Moment


async def find_areas(desk: Desk, question: Question[AreasAsked]) -> Found[Area]:
    """Find the areas as they are now."""
    asked = question.asked
    (after,) = question.after or (None,)
    wanted = {"level": asked.level, "parent": asked.parent, "after": after, "most": asked.limit + 1}
    async with desk.reading() as conn:
        if asked.parent is not None:
            await require_area(conn, asked.parent, "parent")
        return page_of(await fetch(conn, Area, _AREAS, wanted), asked.limit, lambda area: (area.id,))


AREAS: Final = Endpoint(
    path="/v1/areas",
    name="areas",
    summary="The places of the city, as they are now",
    asked=AreasAsked,
    answer=Page[Area],
    find=find_areas,
    key=tuple[str],
    missing="`parent` is no area",
)
