"""The places below an area, as they are now or as they were at each hour."""

from typing import Any, Final

from cloud_ingest.api.desk import Connection
from cloud_ingest.api.problems import unknown
from wire import Level

BELOW: Final = """
below AS (
    SELECT id FROM place WHERE id = %(area)s AND valid_to IS NULL
    UNION
    SELECT place.id FROM place JOIN below ON place.parent = below.id WHERE place.valid_to IS NULL
)"""
"""The ids of an area and of all places below it now, for WITH RECURSIVE; UNION ends even a tree with a ring in it."""

SPANS: Final = """
span AS (
    SELECT id, level, parent, coalesce(valid_to, 'infinity') AS until,
           CASE WHEN valid_from = min(valid_from) OVER (PARTITION BY id) THEN '-infinity' ELSE valid_from END AS since
    FROM place
),
branch AS (
    SELECT id, CASE WHEN level = %(level)s THEN id END AS target, since, until, 0 AS depth
    FROM span WHERE id = %(area)s
    UNION ALL
    SELECT span.id, coalesce(branch.target, CASE WHEN span.level = %(level)s THEN span.id END),
           greatest(branch.since, span.since), least(branch.until, span.until), depth + 1
    FROM span JOIN branch ON span.parent = branch.id
    WHERE depth < 8 AND greatest(branch.since, span.since) < least(branch.until, span.until)
)"""
"""Every place below an area with the time during which it was there, and the place of one level that it counts for.

A place's first row is taken as valid since ever: data may be older than the plan that declares the place.
"""


async def require_area(conn: Connection, area: str, parameter: str = "area") -> Level:
    """Return the level of an area.

    Raises:
        ProblemError: there is no such area, now or ever.
    """
    row: Any = await (
        await conn.execute(
            "SELECT level FROM place WHERE id = %s ORDER BY valid_to DESC NULLS FIRST LIMIT 1", (area,)
        )
    ).fetchone()
    if row is None:
        raise unknown(parameter, "an area of /v1/areas", area)
    return Level(row[0])
