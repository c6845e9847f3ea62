"""`/v1/aggregates`: what was observed in each hour, by area at any level."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Literal

from msgspec import Struct

from cloud_ingest.api.catalogue import require_metric
from cloud_ingest.api.desk import Connection, Desk, Found, Page, Question, page_of
from cloud_ingest.api.endpoint import Endpoint
from cloud_ingest.api.parameters import AreaName, Cursor, Limit, MetricName, Moment, MomentAsked
from cloud_ingest.api.place_tree import BELOW, SPANS, require_area
from cloud_ingest.api.problems import Fault, invalid
from cloud_ingest.api.progress import EARLIEST, LATENESS_MINUTES, PROGRESS, SILENT_HOURS
from cloud_ingest.api.rows import fetch, with_parts
from wire import Level

DEFAULT_TZ: Final = "Asia/Shanghai"
_LEVELS: Final = [level for level in Level if level is not Level.SITE]
_Level = Literal["city", "district", "street", "grid", "community"]

_AGGREGATES: Final = with_parts(
    SPANS,
    PROGRESS,
    """
member AS (
    SELECT gateway.id AS gateway, branch.target, branch.since, branch.until
    FROM branch JOIN gateway ON gateway.community = branch.id
    WHERE branch.target IS NOT NULL
),
held AS (
    SELECT member.target, bool_or(progress.committed_to IS NULL) AS unsure, min(progress.committed_to) AS committed_to
    FROM (SELECT DISTINCT target, gateway FROM member) AS member JOIN progress ON progress.id = member.gateway
    WHERE progress.heard_at > %(now)s::timestamptz - make_interval(hours => %(silent_hours)s)
    GROUP BY member.target
),
moments AS (
    SELECT hourly.hour, member.target, sum(hourly.n)::bigint AS n, sum(hourly.numbers)::bigint AS numbers,
           sum(hourly.sum) AS sum, min(hourly.min) AS min, max(hourly.max) AS max,
           (array_agg(hourly.last ORDER BY hourly.last_at DESC NULLS LAST, hourly.gateway))[1] AS last
    FROM hourly JOIN member ON member.gateway = hourly.gateway
                           AND hourly.hour >= member.since AND hourly.hour < member.until
    WHERE hourly.property = (SELECT id FROM property WHERE name = %(metric)s)
      AND hourly.hour >= %(start)s AND hourly.hour < %(end)s
      AND hourly.hour < '9999-12-31 23:00Z' -- where clocks beyond the calendar were put; it has no end to write
      AND (%(after_hour)s::timestamptz IS NULL
           OR (hourly.hour, member.target) > (%(after_hour)s::timestamptz, %(after_area)s::text))
    GROUP BY hourly.hour, member.target
    ORDER BY hourly.hour, member.target
    LIMIT %(most)s
)""",
    query="""
SELECT target AS area, %(level)s::text AS level, %(metric)s::text AS metric, 'PT1H' AS bucket,
       hour AS start, hour + interval '1 hour' AS end, %(tz)s::text AS tz, n, numbers,
       min, max, CASE WHEN numbers > 0 THEN sum / numbers END AS mean, CASE WHEN numbers > 0 THEN sum END AS sum, last,
       CASE WHEN hour + make_interval(hours => 1, mins => %(lateness_minutes)s)
                 <= least(%(now)s::timestamptz, held.committed_to) AND NOT coalesce(held.unsure, false)
            THEN 'final' ELSE 'provisional' END AS status
FROM moments LEFT JOIN held USING (target)
ORDER BY hour, target
""",
)
_LOCAL: Final = with_parts(
    BELOW,
    query="""
SELECT DISTINCT tz FROM lot WHERE community IN (SELECT id FROM below) LIMIT 2
""",
)


class Bucket(StrEnum):
    """The length of time that a row stands for."""

    HOUR = "PT1H"


class Status(StrEnum):
    """Whether an hour can still change.

    `final`: every gateway of the area that was heard within 24 hours has committed everything up to 10 minutes after
    the hour's end. `provisional`: not yet. A gateway that was silent for longer and comes back with old rows makes
    the hours that it changes provisional again until it has nothing left.
    """

    PROVISIONAL = "provisional"
    FINAL = "final"


class AggregatesAsked(Struct, frozen=True, kw_only=True):
    """Which hours: of one metric, those that begin in `start` to `end` (exclusive), of an area.

    With `level` there is a row for each area of that level below `area`, else for `area` itself.
    """

    area: AreaName
    metric: MetricName
    start: MomentAsked
    end: MomentAsked
    bucket: Bucket = Bucket.HOUR
    level: _Level | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


class Aggregate(Struct, frozen=True, kw_only=True):
    """One area's hour of one metric.

    `n` counts the observations, `numbers` those of them that carry a number; `min`, `max`, `sum`, `mean` (`sum` by
    `numbers`: the mean of the observations, not of the time) and `last` are of the numbers, null where there are
    none. An area's row is made from the moments of everything below it. `start` and `end` are UTC; `tz` is local.
    Hours without observations have no row.
    """

    area: str
    level: Level
    metric: str
    bucket: Bucket
    start: Moment
    end: Moment
    tz: str
    n: int
    numbers: int
    min: float | None
    max: float | None
    mean: float | None
    sum: float | None
    last: float | None
    status: Status


async def find_aggregates(desk: Desk, question: Question[AggregatesAsked]) -> Found[Aggregate]:
    """Find the hours of an area, or of every area of a level below it, in the order of time."""
    asked = question.asked
    require_metric(desk, asked.metric)
    if asked.start >= asked.end:
        expected = "a time after `start`"
        raise invalid(Fault(parameter="end", expected=expected, got=asked.end.isoformat()))
    after_s, after_area = question.after or (None, None)
    async with desk.reading() as conn:
        wanted: dict[str, Any] = {
            "area": asked.area,
            "level": _level(asked, await require_area(conn, asked.area)),
            "metric": asked.metric,
            "start": asked.start,
            "end": asked.end,
            "after_hour": None if after_s is None else datetime.fromtimestamp(after_s, UTC),
            "after_area": after_area,
            "most": asked.limit + 1,
            "now": desk.now(),
            **EARLIEST,
            "silent_hours": SILENT_HOURS,
            "lateness_minutes": LATENESS_MINUTES,
            "tz": await _local(conn, asked.area),
        }
        rows = await fetch(conn, Aggregate, _AGGREGATES, wanted)
    return page_of(rows, asked.limit, lambda row: (int(row.start.timestamp()), row.area))


def _level(asked: AggregatesAsked, own: Level) -> Level:
    """Return the level of the rows: the area's own, or one below it that gateways can be counted for."""
    allowed = _LEVELS[_LEVELS.index(own) :] if own in _LEVELS else []
    if not allowed:
        expected = "an area from the city down to a community"
        raise invalid(Fault(parameter="area", expected=expected, got=asked.area))
    wanted = own if asked.level is None else Level(asked.level)
    if wanted not in allowed:
        expected = f"for a {own}, one of {', '.join(allowed)}"
        raise invalid(Fault(parameter="level", expected=expected, got=wanted))
    return wanted


async def _local(conn: Connection, area: str) -> str:
    """Return the time zone of the area's lots where they agree."""
    zones = await (await conn.execute(_LOCAL, {"area": area})).fetchall()
    return str(zones[0][0]) if len(zones) == 1 else DEFAULT_TZ


AGGREGATES: Final = Endpoint(
    path="/v1/aggregates",
    name="aggregates",
    summary="Hourly counts, extremes, means and sums of one metric, by area",
    asked=AggregatesAsked,
    answer=Page[Aggregate],
    find=find_aggregates,
    key=tuple[int, str],
    missing="`area` is no area, or `metric` is no metric",
    personal=True,
)
